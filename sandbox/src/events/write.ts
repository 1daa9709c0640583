import { Refusal } from '#refusal.ts'
import { isRow, type Json, type Row } from '#row.ts'
import type { Context } from './context.ts'
import { type Entity, entitiesOf, isEntity, newEntity, type Value } from './entity.ts'
import { byKey } from './evaluate.ts'
import { navigationNamed, unknownName } from './follow.ts'
import { findName, type Navigation, TYPES, typeOf } from './model.ts'
import { type Place, relativeId, resolvePath } from './path.ts'
import { connect, disconnect, list } from './world.ts'

/** Inserts an entity with everything that hangs from it, and links it to what its place hangs from. */
export function insert(context: Context, place: Place, body: Row): Entity {
  const named = String(body['@odata.type'] ?? body['@type'] ?? '').replace(/^#?EM\./, '')
  const type = TYPES[named] === undefined ? place.type : named
  context.reach(`POST ${place.set}`)
  const entity = newEntity(place.set, type)
  const contained = place.owner && typeOf(place.owner.entity.type).navigation[place.owner.name]?.contained
  const rows =
    place.owner && contained
      ? list(place.owner.entity, place.owner.name)
      : (context.world.sets[place.set] ?? [])
  for (const property of typeOf(type).properties) entity.values[property] = null
  for (const { name, value } of place.missing ?? []) entity.values[name ?? typeOf(type).key] = value
  const { key } = typeOf(type)
  update(context, entity, body)
  entity.values[key] ??= 1 + Math.max(0, ...rows.map((row) => Number(row.values[key]) || 0))
  if (!contained) context.world.sets[place.set]?.push(entity)
  if (place.owner) connect(place.owner.entity, place.owner.name, entity)
  return entity
}

/** Changes an entity, and whatever else the body nests in it: linked entities are changed, made, linked or removed. */
export function update(context: Context, entity: Entity, body: Row): void {
  for (const [member, value] of Object.entries(body)) {
    const [name = '', control] = member.split('@')
    if (name === '') continue
    const navigation = navigationNamed(entity, name)
    const target = typeOf(entity.type).navigation[navigation ?? '']
    if (navigation !== undefined && target !== undefined)
      link(context, { entity, navigation, target, value, control })
    else if (control === undefined) setProperty(context, entity, { name, value })
  }
}

type Property = { readonly name: string; readonly value: Json }

export function setProperty(context: Context, entity: Entity, { name, value }: Property): void {
  const property = findName(typeOf(entity.type).properties, name)
  if (property === undefined) throw unknownName(entity, name)
  const before = entity.values[property]
  if (property === 'Location' && isRow(value)) {
    const location = isEntity(before) ? before : newEntity(entity.set, 'Location')
    entity.values[property] = location
    update(context, location, value)
  } else entity.values[property] = plainValue(value)
}

function plainValue(value: Json): Value {
  if (typeof value !== 'object' || value === null) return value
  return Array.isArray(value) ? value.map(plainValue) : JSON.stringify(value)
}

type Nested = {
  readonly entity: Entity
  readonly navigation: string
  readonly target: Navigation
  readonly value: Json
  readonly control: string | undefined
}

function link(context: Context, { entity, navigation, target, value, control }: Nested): void {
  if (control !== undefined && !/bind$|delta$/.test(control)) return
  if (value === null) return disconnect(entity, navigation)
  const values: readonly Json[] = Array.isArray(value) ? value : [value]
  const owner = { entity, name: navigation }
  for (const one of values) {
    const id = typeof one === 'string' ? one : isRow(one) ? (one['@odata.id'] ?? one['@id']) : undefined
    const found = typeof id === 'string' ? linked(context, id) : nestedWithKey(entity, navigation, one)
    if (isRow(one) && ('@removed' in one || '@odata.removed' in one)) {
      if (found) remove(context, found)
    } else if (found) {
      context.reach(`${typeof id === 'string' ? 'GET' : 'PATCH'} ${target.set}`)
      if (isRow(one)) update(context, found, one)
      connect(entity, navigation, found)
    } else if (isRow(one)) {
      insert(context, { value: null, set: target.set, type: target.type, owner }, one)
    }
  }
}

function linked(context: Context, id: string): Entity {
  const { value } = resolvePath(context, relativeId(id), new Map())
  if (!isEntity(value)) throw new Refusal(400, `There is no entity '${id}' to link to.`)
  return value
}

function nestedWithKey(entity: Entity, navigation: string, value: Json): Entity | undefined {
  const key = typeOf(typeOf(entity.type).navigation[navigation]?.type ?? '').key
  const asked = isRow(value) ? value[key] : undefined
  if (asked === undefined) return undefined
  return list(entity, navigation).find((one) => String(one.values[key]) === String(asked))
}

export function remove(context: Context, entity: Entity): void {
  context.reach(`DELETE ${entity.set}`)
  erase(context, entity)
}

function erase(context: Context, entity: Entity): void {
  for (const [name, { contained }] of Object.entries(typeOf(entity.type).navigation))
    if (!contained) disconnect(entity, name)
  const rows = context.world.sets[entity.set] ?? []
  const at = rows.indexOf(entity)
  if (at >= 0) rows.splice(at, 1)
}

/** `POST`, `PUT` and `DELETE` of `/$ref`. */
export function changeReference(
  context: Context,
  place: Place,
  { method, id }: { readonly method: string; readonly id: string | undefined },
): void {
  const { owner } = place
  if (owner === undefined)
    throw new Refusal(400, 'Only a navigation property has references that can be changed.')
  context.reach(`PATCH ${owner.entity.set}`)
  context.reach(`PATCH ${place.set}`)
  if (method === 'DELETE') {
    const target = id === undefined ? place.value : linked(context, id)
    disconnect(owner.entity, owner.name, isEntity(target) ? target : undefined)
  } else connect(owner.entity, owner.name, linked(context, id ?? ''))
}

/** `PATCH` of a collection with a delta: entities with a key are changed, others made, removed ones deleted. */
export function applyDelta(context: Context, place: Place, items: readonly Json[]): void {
  for (const item of items) {
    if (!isRow(item)) continue
    const id = item['@odata.id'] ?? item['@id']
    const key = typeOf(place.type).key
    const asked = item[key]
    const found =
      typeof id === 'string'
        ? linked(context, id)
        : byKey(place.value, [{ value: typeof asked === 'string' || typeof asked === 'number' ? asked : '' }])
    if (!isEntity(found)) insert(context, place, item)
    else if ('@removed' in item || '@odata.removed' in item) remove(context, found)
    else {
      context.reach(`PATCH ${place.set}`)
      update(context, found, item)
    }
  }
}

/** EM.Cancel of one event or of each, and MergeAccounts. */
export function act(context: Context, place: Place, body: Row): Value {
  if (place.action === 'MergeAccounts') {
    context.reach('POST MergeAccounts')
    const accounts = context.world.sets['Accounts'] ?? []
    const into = accounts.find((account) => account.values['ID'] === body['into'])
    const from = accounts.find((account) => account.values['ID'] === body['from'])
    if (!into || !from)
      throw new Refusal(404, `Accounts has no row ${String(body['from'])} or ${String(body['into'])}.`)
    // What an action does besides is its own: it reaches no more than itself, and what it gives back.
    for (const event of list(from, 'Events')) connect(event, 'Account', into)
    erase(context, from)
    context.reach('GET Accounts')
    return into
  }
  context.reach('POST Events/EM.Cancel')
  for (const event of isEntity(place.value) ? [place.value] : entitiesOf(place.value))
    event.values['Seats'] = 0
  return place.value
}
