import { applyTransformations } from './apply.ts'
import { type Context, rowsOf } from './context.ts'
import { asList, type Entity, entitiesOf, isEntity, type Value } from './entity.ts'
import { behind } from './follow.ts'
import { SETS, typeOf } from './model.ts'
import { computed, filter, order } from './operators.ts'
import { numberOf, type Options } from './options.ts'

/** What a query leaves of a collection. */
export type Selection = {
  /** After filters, before paging. */
  readonly count: number
  readonly items: readonly Value[]
}

/** Carries out every option that decides which members come, and in which order. */
export function query(context: Context, from: readonly Value[], options: Options): Selection {
  const applied = applyTransformations(context, from, options.get('apply'))
  const filtered = search(context, filter(context, applied, options.get('filter')), options.get('search'))
  const computed = filtered.map((item) => withComputed(context, item, options.get('compute')))
  const ordered = order(context, computed, options.get('orderby'))
  const skip = numberOf(options, 'skip') ?? 0
  const top = numberOf(options, 'top') ?? ordered.length
  return { count: filtered.length, items: ordered.slice(skip, skip + top) }
}

/** Looks for words in the row and in those that it links to: a search index seldom ends at one table. */
function search(context: Context, from: readonly Value[], text: string | undefined): readonly Value[] {
  if (text === undefined) return from
  const words = (text.toLowerCase().match(/[^\s"()]+/g) ?? []).filter((word) => word !== 'and')
  return from.filter((item) => {
    if (!isEntity(item)) return false
    const linked = item.set === 'Venues' ? [] : linkedTo(context, item)
    const texts = [item, ...linked]
      .flatMap((one) => Object.values(one.values))
      .filter((value) => typeof value === 'string')
    return words.every((word) => texts.some((value) => value.toLowerCase().includes(word)))
  })
}

function linkedTo(context: Context, entity: Entity): readonly Entity[] {
  const single = Object.entries(typeOf(entity.type).navigation).filter(([, { many }]) => !many)
  return single.flatMap(([name]) => entitiesOf(behind(context, entity, name)))
}

function withComputed(context: Context, item: Value, text: string | undefined): Value {
  if (text === undefined || !isEntity(item)) return item
  return { ...item, values: { ...item.values, ...computed(context, item, text) } }
}

/** `/$all`: everything there is. */
export function everything(context: Context): readonly Value[] {
  return Object.keys(SETS).flatMap((set) => asList([...rowsOf(context, set)]))
}
