import { pick, seldom } from './dice.ts'
import { type At, atSource, boundTo, callAt, derivedOf, inside, lead, membersOf } from './reach.ts'
import { FUNCTIONS, type Kind } from './world.ts'
import { parameters, qualified, reach, type Writing } from './writing.ts'

export function singleNavigation(writing: Writing): { text: string; at: At } | undefined {
  const { dice, words } = writing
  const found = walk(writing, dice(3))
  const single = membersOf(found.at.type).navigation.filter(
    ([name, to]) => !to.collection && !hidden(writing, found.text, name),
  )
  if (single.length === 0) return undefined
  const [name, to] = pick(dice, single)
  const at = lead(found.at, name, to)
  reach(writing, at)
  return { text: `${found.text}${words.name(name)}`, at }
}

/** A path that ends at a collection of entities or complex values. */
export function collectionPath(writing: Writing): { text: string; at: At } | undefined {
  const { dice, words } = writing
  if (seldom(dice, 8)) {
    if (seldom(dice, 4)) return fromImport(writing)
    const set = pick(dice, ['Accounts', 'Countries', 'Staff'])
    writing.touch(`GET ${set}`)
    return { text: `$root/${words.name(set)}`, at: atSource(set) }
  }
  const found = walk(writing, dice(2))
  const { navigation, complex } = membersOf(found.at.type)
  const ways = [
    ...navigation
      .filter(([, to]) => to.collection)
      .map(([name, to]) => ({ name, at: () => lead(found.at, name, to) })),
    ...complex
      .filter(([, of]) => of.collection)
      .map(([name, of]) => ({ name, at: () => inside(found.at, name, of) })),
  ]
  if (ways.length === 0) return undefined
  const way = pick(dice, ways)
  const at = way.at()
  reach(writing, at)
  return { text: `${found.text}${words.name(way.name)}`, at }
}

/** `$root/TopAccounts(n=1)`: the import is an endpoint of its own. */
function fromImport(writing: Writing): { text: string; at: At } {
  const each = FUNCTIONS['TopAccounts']
  const call = each && callAt(undefined, 'TopAccounts', each)
  if (!each || !call?.result) throw new Error('The small service has lost a function')
  for (const endpoint of call.touches) writing.touch(endpoint)
  const text = `$root/${writing.words.name('TopAccounts')}${parameters(writing, each.parameters)}`
  return { text, at: call.result }
}

/** A path to a primitive value of a kind; undefined where none was found. */
export function propertyPath(writing: Writing, kind: Kind): string | undefined {
  const { dice, words } = writing
  const found = walk(writing, dice(4))
  const functions = boundTo(found.at).filter(([, each]) => each.returns?.type === kind && !each.action)
  if (functions.length > 0 && seldom(dice, 4)) {
    const [name, each] = pick(dice, functions)
    for (const endpoint of callAt(found.at, name, each).touches) writing.touch(endpoint)
    return `${found.text}${qualified(writing, name)}${parameters(writing, each.parameters)}`
  }
  const fitting = membersOf(found.at.type).primitives.filter(([, of]) => of === kind)
  return fitting.length > 0 ? `${found.text}${words.name(pick(dice, fitting)[0])}` : undefined
}

/** Single-valued steps from one of the names; the text ends with a slash unless nothing was written. */
function walk(writing: Writing, steps: number): { text: string; at: At } {
  const { dice, words } = writing
  const [variable, start] = pick(dice, writing.names)
  let at: At = { ...start, collection: false }
  let text =
    variable === ''
      ? pick(dice, ['', '', '', '$it/'].slice(0, start === rootOf(writing) ? 4 : 3))
      : `${variable}/`
  for (let step = 0; step < steps; step += 1) {
    const derived = derivedOf(at.type)
    if (derived.length > 0 && seldom(dice, 4)) {
      at = { ...at, type: pick(dice, derived) }
      text += `${qualified(writing, at.type)}/`
    }
    const members = membersOf(at.type)
    const ways = [
      ...members.navigation
        .filter(([name, to]) => !to.collection && !hidden(writing, text, name))
        .map(([name, to]) => ({ name, go: () => lead(at, name, to) })),
      ...members.complex
        .filter(([, of]) => !of.collection)
        .map(([name, of]) => ({ name, go: () => inside(at, name, of) })),
    ]
    if (ways.length === 0) break
    const way = pick(dice, ways)
    at = way.go()
    reach(writing, at)
    text += `${words.name(way.name)}/`
  }
  return { text, at }
}

/** A lambda variable of the same name stands for itself, not for the member of the instance. */
function hidden(writing: Writing, before: string, name: string): boolean {
  return before === '' && writing.names.some(([variable]) => variable === name)
}

function rootOf(writing: Writing): At | undefined {
  return writing.alias ? writing.names.find(([name]) => name === '')?.[1] : undefined
}
