import { parseKey } from '#query/parse.ts'
import { Refusal } from '#refusal.ts'
import { type Row, sameKey } from '#row.ts'
import type { EntitySet } from './model.ts'
import { navigationOf, relatedRows, type Source, setNamed } from './read.ts'

/** What a path names: rows of a set, one of them, how many they are, or one value. */
export type Target =
  | { readonly kind: 'rows'; readonly set: EntitySet; readonly rows: readonly Row[] }
  | { readonly kind: 'count'; readonly set: EntitySet; readonly rows: readonly Row[] }
  | { readonly kind: 'row'; readonly set: EntitySet; readonly row: Row }
  | { readonly kind: 'value'; readonly set: EntitySet; readonly row: Row; readonly property: string }

/** Follows a path such as Events(Organization='10',EventID=9001)/Functions/$count. */
export function findTarget(source: Source, segments: readonly string[]): Target {
  const [first = '', ...rest] = segments
  const { name, key } = splitSegment(first)
  const set = setNamed(source, name)
  const start: Target = { kind: 'rows', set, rows: source.tables.rows(name) }
  return rest.reduce((target, segment) => follow(source, target, segment), withKey(start, key))
}

function splitSegment(segment: string): { readonly name: string; readonly key: string | undefined } {
  const [, name = segment, key] = /^([^()]*)\((.*)\)$/s.exec(segment) ?? []
  return { name, key }
}

function withKey(target: Target & { readonly kind: 'rows' }, key: string | undefined): Target {
  if (key === undefined) return target
  const { set, rows } = target
  const values = keyValues(set, key)
  const row = rows.find((candidate) =>
    set.key.every((name, index) => sameKey(candidate[set.properties.get(name)?.column ?? ''], values[index])),
  )
  if (row === undefined) throw new Refusal(404, `${set.name}(${key}) was not found.`)
  return { kind: 'row', set, row }
}

function keyValues(set: EntitySet, text: string): readonly (string | number)[] {
  const key = parseKey(text)
  const named = key instanceof Map ? key : undefined
  const values = named === undefined ? [key] : set.key.map((name) => named.get(name))
  const exact = values.length === set.key.length && (named === undefined || named.size === set.key.length)
  if (!exact || !values.every((value) => typeof value === 'string' || typeof value === 'number'))
    throw new Refusal(400, `The key of ${set.name} is (${set.key.join(',')}).`)
  return values
}

function follow(source: Source, target: Target, segment: string): Target {
  const { name, key } = splitSegment(segment)
  if (target.kind === 'rows' && segment === '$count') return { ...target, kind: 'count' }
  if (target.kind !== 'row') throw new Refusal(404, `Nothing follows under '${segment}'.`)
  const { set, row } = target
  if (set.properties.has(segment)) return { kind: 'value', set, row, property: segment }
  if (!set.navigations.has(name)) throw new Refusal(404, `${set.type} has no property '${name}'.`)
  const navigation = navigationOf(set, name)
  const next = setNamed(source, navigation.target)
  const rows = relatedRows(source, row, navigation)
  if (navigation.many) return withKey({ kind: 'rows', set: next, rows }, key)
  const [only] = rows
  if (only === undefined || key !== undefined) throw new Refusal(404, `${set.type} has no ${segment}.`)
  return { kind: 'row', set: next, row: only }
}
