import type { Json } from '#row.ts'
import type { Context } from './context.ts'
import { asList, type Entity, isEntity, type Value } from './entity.ts'
import { evaluateFor } from './evaluate.ts'
import { behind, isOfType, navigationNamed, typeNamed } from './follow.ts'
import { findName, TYPES, typeOf } from './model.ts'
import { type Options, readOptions } from './options.ts'
import { query } from './read.ts'
import { nameAndInside, splitOutside } from './split.ts'
import { list } from './world.ts'

/** How far `$levels=max` goes. */
const MAX_LEVELS = 10
const NO_OPTIONS: Options = new Map()

type Out = Record<string, Json>

/** A value as JSON: what $select leaves of it, and what $expand brings. */
export function shape(context: Context, value: Value, options: Options = NO_OPTIONS): Json {
  if (Array.isArray(value)) return value.map((item) => shape(context, item, options))
  if (isEntity(value)) return shapeEntity(context, value, options)
  return typeof value === 'object' ? null : value
}

function shapeEntity(context: Context, entity: Entity, options: Options): Json {
  const out: Out = {}
  const select = options.get('select')
  const selected = select === undefined ? ['*'] : splitOutside(select, ',').map((part) => part.trim())
  if (entity.type === 'Gala') out['@odata.type'] = '#EM.Gala'
  if (entity.type === 'Invoice') out['@odata.mediaReadLink'] = `${addressOf(context, entity)}/$value`
  const all = selected.includes('*')
  for (const [name, value] of Object.entries(entity.values))
    if ((all || findName(selected, name)) && name !== 'Banner') out[name] = shape(context, value)
  for (const path of selected) if (path !== '*') selectPath(context, { entity, path, out })
  for (const part of splitOutside(options.get('compute') ?? '', ',')) {
    const name = /\sas\s+(\w+)\s*$/i.exec(part)?.[1]
    const value = name === undefined ? undefined : entity.values[name]
    if (name !== undefined && value !== undefined) out[name] = shape(context, value)
  }
  for (const item of splitOutside(options.get('expand') ?? '', ','))
    if (item.trim() !== '') expand(context, { entity, item: item.trim(), out })
  ride(context, entity, out)
  return out
}

/**
 * What comes without being asked for: as published, and for event 13 as published nowhere. It is not noted as reached,
 * since nobody has asked for it: who passes an answer on has to look.
 */
function ride(context: Context, entity: Entity, out: Out): void {
  for (const [name, { autoExpand }] of Object.entries(typeOf(entity.type).navigation))
    if (autoExpand && !(name in out)) out[name] = shape(context, plain(list(entity, name)[0] ?? null))
  if (isOfType(entity, 'Event') && entity.values['ID'] === 13)
    out['Account'] ??= shape(context, plain(list(entity, 'Account')[0] ?? null))
}

/** Without what rides along itself: two types may bring each other. */
function plain(value: Value): Value {
  return isEntity(value) ? { ...value, type: '', links: {} } : value
}

type Task = { readonly entity: Entity; readonly out: Out }

/** A path in $select brings the value, whether or not $expand names it: so does SAP CAP. */
function selectPath(context: Context, { entity, path, out }: Task & { readonly path: string }): void {
  const { name } = nameAndInside(path)
  const isLink = navigationNamed(entity, name.split('/')[0] ?? '') !== undefined
  if (!name.includes('/') && !isLink) return
  const value = shape(context, evaluateFor(context, name, entity))
  const steps = name.split('/').filter((step) => typeNamed(step) === undefined)
  let inner: Out = out
  for (const step of steps.slice(0, -1)) {
    const next: Out = { ...(inner[step] as Out | undefined) }
    inner[step] = next
    inner = next
  }
  inner[steps.at(-1) ?? ''] = value
}

type ExpandTask = Task & { readonly item: string }

function expand(context: Context, { entity, item, out }: ExpandTask): void {
  const { name: path, inside } = nameAndInside(item)
  const options = readOptions(inside ?? '', ';')
  const [first = '', ...rest] = path.split('/').map((step) => step.trim())
  const type = typeNamed(first)
  if (type !== undefined) {
    const tail = item.slice(item.indexOf('/') + 1)
    if (isOfType(entity, type)) expand(context, { entity, item: tail, out })
    return
  }
  if (first === '*') {
    for (const name of Object.keys(typeOf(entity.type).navigation))
      expand(context, { entity, item: item.replace('*', name), out })
    return
  }
  const complex = entity.values[findName(Object.keys(entity.values), first) ?? '']
  if (isEntity(complex) && rest.length > 0) {
    const inner: Out = { ...(out[first] as Out | undefined) }
    out[first] = inner
    return expand(context, { entity: complex, item: item.slice(item.indexOf('/') + 1), out: inner })
  }
  const name = navigationNamed(entity, first)
  if (name === undefined) {
    // A name that another type of the set has is passed over, one that nobody has is refused.
    if (!Object.values(TYPES).some(({ navigation }) => findName(Object.keys(navigation), first)))
      evaluateFor(context, first, entity)
    return
  }
  const last = rest.at(-1)
  const target = behind(context, entity, name)
  const held = rest.reduce((value, step) => castTo(value, step), target)
  put(context, { out, name, held, last, options: levels(item, name, options) })
}

function castTo(value: Value, step: string): Value {
  const type = typeNamed(step)
  if (type === undefined) return value
  if (isEntity(value)) return isOfType(value, type) ? value : null
  return asList(value).filter((one) => isEntity(one) && isOfType(one, type))
}

/** `$levels=3` is the same expand again, two levels deep. */
function levels(item: string, name: string, options: Options): Options {
  const text = options.get('levels')
  if (text === undefined) return options
  const count = text === 'max' ? MAX_LEVELS : Number(text)
  const inner = new Map(options)
  inner.delete('levels')
  if (count > 1) {
    const again = item.replace(/\$?levels\s*=\s*\w+/i, `$levels=${count - 1}`).replace(/^\*/, name)
    const before = inner.get('expand')
    inner.set('expand', before === undefined ? again : `${before},${again}`)
  }
  return inner
}

type Put = {
  readonly out: Out
  readonly name: string
  readonly held: Value
  readonly last: string | undefined
  readonly options: Options
}

function put(context: Context, { out, name, held, last, options }: Put): void {
  if (!Array.isArray(held)) {
    out[name] = last === '$ref' ? reference(context, held) : shape(context, held, options)
    return
  }
  const { count, items } = query(context, held, options)
  if (last === '$count' || /^true$/i.test(options.get('count') ?? '')) out[`${name}@odata.count`] = count
  if (last === '$count') return
  out[name] = items.map((one) => (last === '$ref' ? reference(context, one) : shape(context, one, options)))
}

export function reference(context: Context, value: Value): Json {
  return isEntity(value) ? { '@odata.id': addressOf(context, value) } : null
}

/** Absolute, at this server's own origin, whoever asked through whatever. */
export function addressOf(context: Context, entity: Entity): string {
  const key = entity.values[typeOf(entity.type).key]
  return `${context.root}/${entity.set}(${typeof key === 'string' ? `'${key}'` : String(key)})`
}
