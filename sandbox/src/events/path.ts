import { Refusal } from '#refusal.ts'
import { type Context, rowsOf } from './context.ts'
import { asList, type Entity, entitiesOf, isEntity, newEntity, type Value } from './entity.ts'
import { byKey, evaluateFor, type KeyPart, organiser } from './evaluate.ts'
import { follow, navigationNamed, sourceNamed, typeNamed } from './follow.ts'
import { findName, SETS, typeOf } from './model.ts'
import { filter } from './operators.ts'
import type { Options } from './options.ts'
import { everything } from './read.ts'
import { nameAndInside, splitOutside } from './split.ts'

/** What a path has led to. */
export type Place = {
  readonly value: Value
  /** The set and type of what can be inserted here, and what it hangs from. */
  readonly set: string
  readonly type: string
  readonly owner?: { readonly entity: Entity; readonly name: string } | undefined
  /** The last system segment: `$count`, `$ref`, `$value`, `$each`. */
  readonly system?: string
  /** An action that the path ends with. */
  readonly action?: string
  /** The key that named nothing: an upsert makes it. */
  readonly missing?: readonly KeyPart[]
}

/** Follows a path, decoded already: encoded slashes have cut it, as this server does it. */
export function resolvePath(context: Context, path: string, options: Options): Place {
  const [first = '', ...rest] = segmentsOf(path)
  let place = begin(context, first, options)
  for (const segment of rest) place = next(context, place, segment)
  return place
}

function segmentsOf(path: string): readonly string[] {
  const kept: string[] = []
  for (const segment of splitOutside(path.replaceAll('\\', '/'), '/')) {
    const plain = segment.trim()
    if (plain === '..') kept.pop()
    else if (plain !== '' && plain !== '.' && !/^(EM\.)?Container$/i.test(plain)) kept.push(plain)
  }
  return kept
}

function begin(context: Context, segment: string, options: Options): Place {
  const { name, inside } = nameAndInside(segment)
  const folded = name.toLowerCase()
  if (folded === '$all') return { value: everything(context), set: '', type: '' }
  if (folded === '$crossjoin') return { value: crossJoin(context, inside ?? ''), set: '', type: '' }
  if (folded === '$entity') return resolvePath(context, relativeId(options.get('id') ?? ''), new Map())
  const reference = folded.startsWith('$') ? context.references.get(name.slice(1)) : undefined
  if (reference !== undefined) return placeOf(reference)
  const operation = findName(['TopAccounts', 'MergeAccounts'], name)
  if (operation === 'MergeAccounts')
    return { value: null, set: 'Accounts', type: 'Account', action: operation }
  if (operation === 'TopAccounts') return topAccounts(context, inside, options)
  const source = sourceNamed(context, name)
  if (source === undefined)
    throw new Refusal(
      404,
      `Resource '${name}' not found. The service has: ${Object.keys(SETS).join(', ')}, Me.`,
    )
  const set = findName(Object.keys(SETS), name) ?? 'Me'
  return withKey(context, { value: source, set, type: SETS[set] ?? 'Profile' }, inside)
}

/** An absolute address loses its origin, whosever it is. */
export function relativeId(id: string): string {
  return id.replace(/^\w+:\/\/[^/]*/, '').replace(/^.*\/events-odata\//, '')
}

function placeOf(value: Value): Place {
  const one = isEntity(value) ? value : entitiesOf(value)[0]
  return { value, set: one?.set ?? '', type: one?.type ?? '' }
}

function crossJoin(context: Context, inside: string): readonly Value[] {
  return splitOutside(inside, ',').reduce<readonly Entity[]>(
    (rows, set) =>
      rows.flatMap((row) =>
        entitiesOf(sourceNamed(context, set.trim()) ?? null).map((one) =>
          newEntity('', '', { ...row.values, [set.trim()]: one }),
        ),
      ),
    [newEntity('', '')],
  )
}

function topAccounts(context: Context, inside: string | undefined, options: Options): Place {
  context.reach('GET TopAccounts')
  const argument = /=(.*)$/s.exec(inside ?? '')?.[1] ?? options.get('n') ?? options.get('@n') ?? '3'
  const count = Number(evaluateFor(context, argument, null))
  const rows = rowsOf(context, 'Accounts').toSorted(
    (a, b) => Number(b.values['CreditLimit']) - Number(a.values['CreditLimit']),
  )
  return { value: rows.slice(0, count), set: 'Accounts', type: 'Account' }
}

function next(context: Context, place: Place, segment: string): Place {
  const { name, inside } = nameAndInside(segment)
  const { value } = place
  const folded = name.toLowerCase()
  if (folded === '$filter') return { ...place, value: filter(context, asList(value), inside) }
  if (folded.startsWith('$') && !/^\$\d/.test(name)) return { ...place, system: folded }
  if (/^(em\.)?cancel$/.test(folded)) return { ...place, action: 'Cancel' }
  if (/^(em\.)?organiser$/.test(folded)) {
    context.reach('GET Events/EM.Organiser')
    return { value: organiser(context, value), set: 'Accounts', type: 'Account' }
  }
  const type = typeNamed(name)
  if (type !== undefined)
    return withKey(context, { ...place, value: follow(context, value, name), type }, inside)
  if (Array.isArray(value)) return keySegment(context, place, segment)
  if (!isEntity(value)) throw new Refusal(404, `Nothing is found below '${segment}'.`)
  const navigation = navigationNamed(value, name)
  const behindName = follow(context, value, name)
  if (navigation === undefined) return { ...place, value: behindName, owner: { entity: value, name } }
  const target = typeOf(value.type).navigation[navigation]
  const owner = { entity: value, name: navigation }
  return withKey(
    context,
    { value: behindName, set: target?.set ?? '', type: target?.type ?? '', owner },
    inside,
  )
}

/** `/Events/1`, or the place of a value in a collection. */
function keySegment(context: Context, place: Place, segment: string): Place {
  const items = asList(place.value)
  if (items.some((item) => !isEntity(item))) return { ...place, value: items.at(Number(segment)) ?? null }
  // OData knows no property of a collection; this service gives that of each member.
  const { name } = nameAndInside(segment)
  const known = [...typeOf(place.type).properties, ...Object.keys(typeOf(place.type).navigation)]
  if (findName(known, name)) {
    const target = typeOf(place.type).navigation[findName(known, name) ?? '']
    return { value: follow(context, place.value, name), set: target?.set ?? '', type: target?.type ?? '' }
  }
  const key = /^-?\d+$|^'/.test(segment) ? segment : `'${segment}'`
  return withKey(context, place, key)
}

function withKey(context: Context, place: Place, inside: string | undefined): Place {
  if (inside === undefined || inside.trim() === '') return place
  const parts = splitOutside(inside, ',').map((part): KeyPart => {
    const [, name, text = part] = /^\s*(\w+)\s*=(.*)$/s.exec(part) ?? []
    return { name, value: evaluateFor(context, text, null) }
  })
  const found = byKey(place.value, parts)
  return found === undefined ? { ...place, value: null, missing: parts } : { ...place, value: found }
}
