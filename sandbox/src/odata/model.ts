import type { ColumnType, Model } from '#enterprise/columns.ts'
import { keyNames } from '#enterprise/records.ts'
import { type Subject, subjectNamed } from '#enterprise/subjects.ts'
import { LINKS, type Link, RENAMED, SETS } from './sets.ts'

export type Property = { readonly column: string; readonly type: ColumnType }

export type Navigation = {
  readonly target: string
  readonly many: boolean
  /** Columns that are equal on both sides, the organization among them. */
  readonly on: readonly (readonly [own: string, theirs: string])[]
}

export type EntitySet = {
  readonly name: string
  readonly type: string
  readonly key: readonly string[]
  readonly properties: ReadonlyMap<string, Property>
  readonly navigations: ReadonlyMap<string, Navigation>
}

export type ODataModel = ReadonlyMap<string, EntitySet>

export function createModel(model: Model): ODataModel {
  return new Map(SETS.map(([name, type]) => [name, entitySet(name, type, model)]))
}

function entitySet(name: string, type: string, model: Model): EntitySet {
  const subject = subjectNamed(name)
  const navigations = navigationsOf(name)
  const published = (column: string): string =>
    navigations.has(column) ? (RENAMED[column] ?? `${column}Code`) : column
  const columns = [...(model.get(name) ?? [])]
  return {
    name,
    type,
    key: keyNames(subject).map(published),
    properties: new Map(
      columns.map(([column, columnType]) => [published(column), { column, type: columnType }]),
    ),
    navigations,
  }
}

function navigationsOf(name: string): ReadonlyMap<string, Navigation> {
  const found = new Map<string, Navigation>()
  for (const link of LINKS) {
    const on = pairsOf(link)
    if (link.from === name && link.forward !== undefined)
      found.set(link.forward, { target: link.to, many: false, on })
    if (link.to === name && link.back !== undefined) {
      const turned = on.map(([own, theirs]) => [theirs, own] as const)
      found.set(link.back, { target: link.from, many: true, on: turned })
    }
  }
  return found
}

function pairsOf({ from, to }: Link): Navigation['on'] {
  const own = subjectNamed(from)
  const target = subjectNamed(to)
  const reference = own.references.find((candidate) => candidate.to === to)
  if (reference === undefined) throw new Error(`${from} has no reference to ${to}`)
  return [...organizationPair(own, target), ...reference.on]
}

function organizationPair(own: Subject, target: Subject): Navigation['on'] {
  if (own.organization === undefined || target.organization === undefined) return []
  return [[own.organization, target.organization]]
}
