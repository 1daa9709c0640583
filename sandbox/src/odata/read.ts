import { compare, holds, instantOf, type Scope } from '#query/evaluate.ts'
import type { Value } from '#query/expression.ts'
import { visitPaths } from '#query/names.ts'
import type { Expand, Options, Sort } from '#query/parse.ts'
import { Refusal } from '#refusal.ts'
import type { Json, Row, Tables } from '#row.ts'
import type { EntitySet, Navigation, ODataModel } from './model.ts'

/** The data and its description: what every reading function needs. */
export type Source = { readonly tables: Tables; readonly model: ODataModel }

export function setNamed({ model }: Source, name: string): EntitySet {
  const set = model.get(name)
  if (set === undefined) throw new Refusal(404, `There is no entity set '${name}'.`)
  return set
}

export function navigationOf(set: EntitySet, name: string): Navigation {
  const navigation = set.navigations.get(name)
  if (navigation === undefined) throw new Refusal(400, `${set.type} has no navigation property '${name}'.`)
  return navigation
}

export function relatedRows({ tables }: Source, row: Row, { target, on }: Navigation): readonly Row[] {
  return tables
    .rows(target)
    .filter((other) => on.every(([own, theirs]) => (row[own] ?? null) !== null && other[theirs] === row[own]))
}

/** Filters and sorts; paging is left to the caller, since nested collections are not paged by the server. */
export function selectRows(source: Source, set: EntitySet, { rows, options }: Question): readonly Row[] {
  const { filter, orderBy } = options
  if (filter !== undefined)
    visitPaths(filter, ({ names, kind }, variables) =>
      checkPath(source, set, { names: resolveVariable(names, variables), kind }),
    )
  for (const { names } of orderBy ?? []) checkPath(source, set, { names, kind: 'value' })
  const kept = filter === undefined ? rows : rows.filter((row) => holds(filter, scopeOf(source, set, row)))
  return orderBy === undefined ? kept : sortRows(source, set, { rows: kept, orderBy })
}

export type Question = { readonly rows: readonly Row[]; readonly options: Options }

/** A variable of a lambda stands for an item of its collection: b/Space is Bookings/Space. */
function resolveVariable(
  names: readonly string[],
  variables: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const [first = '', ...rest] = names
  const collection = variables.get(first)
  return collection === undefined ? names : [...resolveVariable(collection, variables), ...rest]
}

type Path = { readonly names: readonly string[]; readonly kind: 'value' | 'items' }

function checkPath(source: Source, set: EntitySet, { names, kind }: Path): void {
  const [first = '', ...rest] = names
  if (kind === 'value' && rest.length === 0) {
    if (set.properties.has(first)) return
    throw new Refusal(400, `${set.type} has no property '${first}'.`)
  }
  const target = setNamed(source, navigationOf(set, first).target)
  if (rest.length > 0) checkPath(source, target, { names: rest, kind })
}

function scopeOf(source: Source, set: EntitySet, row: Row): Scope {
  return withVariables(source, { set, row }, new Map())
}

type Place = { readonly set: EntitySet; readonly row: Row }

function withVariables(source: Source, place: Place, variables: ReadonlyMap<string, Scope>): Scope {
  const step = ([first = '', ...rest]: readonly string[]): Scope | undefined => {
    const bound = variables.get(first)
    return bound !== undefined && rest.length > 0 ? bound : undefined
  }
  return {
    read: (names) => step(names)?.read(names.slice(1)) ?? readPath(source, place, names),
    items: (names) =>
      step(names)?.items(names.slice(1)) ??
      placesAt(source, place, names).map((item) => withVariables(source, item, variables)),
    bind: (variable, item) => withVariables(source, place, new Map([...variables, [variable, item]])),
  }
}

function placesAt(source: Source, place: Place, names: readonly string[]): readonly Place[] {
  let places: readonly Place[] = [place]
  for (const name of names)
    places = places.flatMap(({ set, row }) => {
      const navigation = set.navigations.get(name)
      if (navigation === undefined) return []
      const target = setNamed(source, navigation.target)
      return relatedRows(source, row, navigation).map((related) => ({ set: target, row: related }))
    })
  return places
}

function readPath(source: Source, place: Place, names: readonly string[]): Value {
  const [end] = placesAt(source, place, names.slice(0, -1))
  const property = end?.set.properties.get(names.at(-1) ?? '')
  return property === undefined ? null : (end?.row[property.column] ?? null)
}

type SortQuestion = { readonly rows: readonly Row[]; readonly orderBy: readonly Sort[] }

/** Nulls come first when ascending (OData 4.01 part 1, 11.2.6.2). */
function sortRows(source: Source, set: EntitySet, { rows, orderBy }: SortQuestion): readonly Row[] {
  return rows.toSorted((a, b) => {
    for (const { names, descending } of orderBy) {
      const left = readPath(source, { set, row: a }, names)
      const right = readPath(source, { set, row: b }, names)
      const order = compare(left, right) ?? Number(right === null) - Number(left === null)
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}

/** Refuses names that do not exist, also where no row would ever ask for them. */
export function checkShape(source: Source, set: EntitySet, { select = [], expand = [] }: Options): void {
  for (const name of select)
    if (!set.properties.has(name) && !set.navigations.has(name))
      throw new Refusal(400, `${set.type} has no property '${name}'.`)
  for (const { name, options } of expand)
    checkShape(source, setNamed(source, navigationOf(set, name).target), options)
}

/** One row as it is sent: selected properties, and expanded neighbours below it. */
export function shapeRow(source: Source, set: EntitySet, { row, options }: ShapeQuestion): Row {
  const { select, expand = [] } = options
  const properties = [...set.properties].filter(([name]) => select === undefined || select.includes(name))
  return Object.fromEntries([
    ...properties.map(([name, { column, type }]) => [name, published(row[column] ?? null, type === 'date')]),
    ...expand.flatMap((item) => expandRow(source, set, { row, item })),
  ])
}

type ShapeQuestion = { readonly row: Row; readonly options: Options }

/** Rows keep dates without a zone; Edm.DateTimeOffset needs one. */
export function published(value: Json, isDate: boolean): Json {
  return isDate && value !== null ? new Date(instantOf(value)).toISOString().replace('.000Z', 'Z') : value
}

type ExpandQuestion = { readonly row: Row; readonly item: Expand }

function expandRow(
  source: Source,
  set: EntitySet,
  { row, item: { name, options } }: ExpandQuestion,
): readonly (readonly [string, Json])[] {
  const navigation = navigationOf(set, name)
  const target = setNamed(source, navigation.target)
  const related = selectRows(source, target, { rows: relatedRows(source, row, navigation), options })
  const { skip = 0, top = related.length, count = false } = options
  const page = related.slice(skip, skip + top).map((one) => shapeRow(source, target, { row: one, options }))
  if (!navigation.many) return [[name, page[0] ?? null]]
  return count
    ? [
        [`${name}@odata.count`, related.length],
        [name, page],
      ]
    : [[name, page]]
}
