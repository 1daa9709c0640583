import { pick, seldom } from './dice.ts'
import { writeCondition } from './expressions.ts'
import { writeExpand } from './options.ts'
import { type At, atSource, derivedOf, lead, membersOf } from './reach.ts'
import { SOURCES } from './world.ts'
import { qualified, reach, type Writing } from './writing.ts'

/** A request whose path is none of sets and properties alone. `options` are those behind the path. */
export type SystemRequest = {
  readonly method: string
  readonly text: string
  readonly options: readonly string[]
}

const SETS = Object.keys(SOURCES).filter((name) => SOURCES[name]?.kind === 'set')

/** Joins, entities by their id, links, and changes of each of many. */
export function writeSystemRequest(writing: Writing): SystemRequest {
  return pick(writing.dice, [crossJoin, addressed, link, eachOfMany])(writing)
}

function crossJoin(writing: Writing): SystemRequest {
  const { dice, words } = writing
  const first = pick(dice, SETS)
  const second = pick(
    dice,
    SETS.filter((name) => name !== first),
  )
  const named = [first, second].map((name) => [name, { ...atSource(name), collection: false }] as const)
  for (const [, at] of named) reach(writing, at)
  const text = `/$crossjoin${words.open()}${first}${words.comma()}${second}${words.close()}`
  const filter = () => `${words.option('$filter')}=${writeCondition({ ...writing, names: named }, 1)}`
  return { method: 'GET', text, options: seldom(dice, 2) ? [filter()] : [] }
}

function addressed(writing: Writing): SystemRequest {
  const { dice, words } = writing
  const { text, at } = writeId(writing)
  reach(writing, at)
  if (!seldom(dice, 2)) return { method: 'GET', text: '/$entity', options: [`$id=${text}`] }
  const seen = { ...at, type: pick(dice, [at.type, ...derivedOf(at.type)]) }
  const expand = membersOf(seen.type).navigation.length > 0 && seldom(dice, 2)
  const more = expand
    ? [`${words.option('$expand')}=${writeExpand({ ...writing, names: [['', seen]] }, seen, 1)}`]
    : []
  return {
    method: 'GET',
    text: `/$entity/${qualified(writing, seen.type)}`,
    options: [`$id=${text}`, ...more],
  }
}

/** The address of an entity, in one of its forms; of any, also one that a path leads to. */
function writeId(writing: Writing, type?: string): { text: string; at: At } {
  const { dice } = writing
  const simple = SETS.filter((set) => SOURCES[set]?.type === type || type === undefined)
  const name = pick(dice, simple)
  const at = { ...atSource(name), collection: false }
  const [kind] = membersOf(at.type).key.map(([, each]) => each)
  const prefix = pick(dice, ['', '/service/', 'http://host/service/'])
  const text = `${prefix}${name}(${kind === 'number' ? '7' : "'K7'"})`
  const single = membersOf(at.type).navigation.filter(([, to]) => !to.collection)
  if (type !== undefined || single.length === 0 || !seldom(dice, 3)) return { text, at }
  const [step, to] = pick(dice, single)
  reach(writing, at)
  return { text: `${text}/${step}`, at: lead(at, step, to) }
}

/** `POST /Events(1)/Bookings/$ref`: a change at both ends, which reads neither (row 7). */
function link(writing: Writing): SystemRequest {
  const { dice } = writing
  const [set, key] = pick(dice, [
    ['Events', '(1)'],
    ['Accounts', '(1)'],
    ['Bookings', '(1)'],
    ['Staff', '(1)'],
    ['Countries', "('K7')"],
    ['Me', ''],
  ] as const)
  const at = { ...atSource(set), collection: false }
  const ways = membersOf(at.type).navigation.filter(([, each]) => !each.contained)
  const [name, to] = pick(dice, ways)
  const changed = (sets: readonly string[]) => sets.forEach((each) => writing.touch(`PATCH ${each}`))
  changed([...at.sets, ...lead(at, name, to).sets])
  const text = `/${set}${key}/${name}/$ref`
  if (!to.collection) return { method: pick(dice, ['PUT', 'DELETE']), text, options: [] }
  if (seldom(dice, 2)) return { method: 'POST', text, options: [] }
  const other = writeId(writing, to.type)
  changed(other.at.sets)
  return { method: 'DELETE', text, options: [`$id=${other.text}`] }
}

/** `DELETE /Events/$filter(@p1)/$each`: which ones are changed shows what the condition reads. */
function eachOfMany(writing: Writing): SystemRequest {
  const { dice, words } = writing
  const at = { ...atSource('Events'), collection: false }
  reach(writing, at)
  const condition = () => writeCondition({ ...writing, names: [['', at]], alias: undefined }, 1)
  const filter = () => `/$filter${words.open()}${words.at()}${writing.alias?.(condition())}${words.close()}`
  const text = `/Events${seldom(dice, 4) ? '' : filter()}/$each`
  if (seldom(dice, 3)) {
    writing.touch('POST Events/EM.Cancel')
    return { method: 'POST', text: `${text}/EM.Cancel`, options: [] }
  }
  const method = pick(dice, ['PATCH', 'DELETE'])
  writing.touch(`${method} Events`)
  return { method, text, options: [] }
}
