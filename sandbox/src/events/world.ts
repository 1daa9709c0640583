import { type Entity, newEntity } from './entity.ts'
import { SETS, SINGLETON, TYPES, typeOf } from './model.ts'

/** Rows of every set, with their links. */
export type World = { readonly sets: Readonly<Record<string, Entity[]>> }

/**
 * How the rows differ from the usual ones, by set. A test that asks the same of two worlds, which differ in Accounts
 * alone, sees whether an answer tells anything about Accounts: its values, how many there are, what links to them.
 */
export type Variants = Readonly<Record<string, number>>

const COUNTS: Readonly<Record<string, number>> = {
  Events: 15,
  Bookings: 21,
  Accounts: 14,
  Invoices: 12,
  Venues: 6,
  Contacts: 9,
}

/** Makes the rows anew. Every text of a set carries its mark: `x-accounts-name-3`. */
export function createWorld(variants: Variants = {}): World {
  const variant = (set: string): number => variants[set] ?? 0
  const sets: Record<string, Entity[]> = {}
  for (const [set, type] of Object.entries(SETS)) {
    const count = (COUNTS[set] ?? 0) + 2 * variant(set)
    sets[set] = Array.from({ length: count }, (_, index) => row(set, type, index + 1, variant(set)))
  }
  sets[SINGLETON] = [row(SINGLETON, 'Profile', 1, variant(SINGLETON))]
  const world = { sets }
  for (const entities of Object.values(sets)) for (const entity of entities) link(world, entity, variant)
  return world
}

function row(set: string, type: string, number: number, variant: number): Entity {
  const real = type === 'Event' && number % 4 === 0 ? 'Gala' : type
  const entity = newEntity(set, real)
  for (const property of typeOf(real).properties)
    entity.values[property] = valueOf(entity, { property, number, variant })
  if (type === 'Event')
    entity.links['Sessions'] = [1, 2].map((id) => {
      const session = newEntity('Events', 'Session', { ID: id })
      session.values['Title'] = mark('Events', `title-${number}`, id, variant)
      return session
    })
  return entity
}

type Place = { readonly property: string; readonly number: number; readonly variant: number }

function valueOf(entity: Entity, { property, number, variant }: Place): Entity['values'][string] {
  const { set } = entity
  const spread = (number * 37 + variant * 53) % 101
  switch (property) {
    case 'ID':
      return number
    case 'Starts':
      return `2026-0${1 + (spread % 9)}-1${spread % 10}T18:00:00Z`
    case 'Seats':
    case 'Capacity':
      return 100 + spread
    case 'CreditLimit':
      return 700_000 + spread
    case 'Amount':
      return 80_000 + spread
    case 'Tags':
      return [mark(set, 'tag', spread, variant), mark(set, 'tag', number, variant)]
    case 'Location': {
      const location = newEntity(set, 'Location', { Hall: mark(set, 'hall', number, variant) })
      location.values['City'] = mark(set, 'city', spread, variant)
      return location
    }
    case 'Code':
      return set === 'Venues' ? `V${number}` : `E${number}`
    case 'Email':
      return `leak-accounts-${number}-${variant}@x-accounts-email.example`
    default:
      return mark(set, property.toLowerCase(), number, variant)
  }
}

function mark(set: string, property: string, ...[number, variant]: readonly [number, number]): string {
  return `x-${set.toLowerCase()}-${property}-${number}${variant === 0 ? '' : `-v${variant}`}`
}

/** Links belong to both of their ends, so that they change with the variant of either. */
function link(world: World, entity: Entity, variant: (set: string) => number): void {
  const number = Number(String(entity.values['ID'] ?? entity.values['Code']).replace(/^V/, ''))
  for (const [name, navigation] of Object.entries(TYPES[entity.type]?.navigation ?? {})) {
    const own = navigation.partner === undefined || !navigation.many
    if (navigation.contained || !own) continue
    const turn = number * 5 + name.length + 3 * variant(navigation.set) + 2 * variant(entity.set)
    const targets = world.sets[navigation.set] ?? []
    const target = targets[turn % targets.length]
    if (target === undefined || turn % 7 === 3) continue
    connect(entity, name, target)
  }
  for (const part of [
    ...Object.values(entity.values),
    ...(entity.links['Sessions'] ? list(entity, 'Sessions') : []),
  ])
    if (typeof part === 'object' && part !== null && 'links' in part)
      linkPart(world, part, { number, variant })
}

type Turn = { readonly number: number; readonly variant: (set: string) => number }

function linkPart(world: World, part: Entity, { number, variant }: Turn): void {
  for (const [name, { set }] of Object.entries(typeOf(part.type).navigation)) {
    const targets = world.sets[set] ?? []
    const turn = number * 3 + Number(part.values['ID'] ?? 0) + 3 * variant(set) + 2 * variant(part.set)
    part.links[name] = targets[turn % targets.length] ?? null
  }
}

/** Links two entities in both directions, where the model has the way back. */
export function connect(from: Entity, name: string, target: Entity): void {
  const navigation = typeOf(from.type).navigation[name]
  if (navigation === undefined) return
  if (navigation.many) add(from, name, target)
  else {
    disconnect(from, name)
    from.links[name] = target
  }
  const { partner } = navigation
  if (partner === undefined) return
  if (typeOf(target.type).navigation[partner]?.many) add(target, partner, from)
  else target.links[partner] = from
}

/** Takes away a link, or all of them, in both directions. */
export function disconnect(from: Entity, name: string, target?: Entity): void {
  const partner = typeOf(from.type).navigation[name]?.partner
  for (const one of target ? [target] : list(from, name)) {
    from.links[name] = Array.isArray(from.links[name])
      ? list(from, name).filter((each) => each !== one)
      : null
    if (partner === undefined) continue
    one.links[partner] = Array.isArray(one.links[partner])
      ? list(one, partner).filter((each) => each !== from)
      : null
  }
}

/** Everything that a navigation property holds. */
export function list(entity: Entity, name: string): Entity[] {
  const held = entity.links[name]
  return Array.isArray(held) ? held : held ? [held] : []
}

function add(entity: Entity, name: string, target: Entity): void {
  const held = list(entity, name)
  if (!held.includes(target)) entity.links[name] = [...held, target]
}
