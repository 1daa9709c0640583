import { compare, holds, type Scope } from '#query/evaluate.ts'
import type { Expression } from '#query/expression.ts'
import { visitPaths } from '#query/names.ts'
import { parseFilter, parseOption, type Sort } from '#query/parse.ts'
import { Refusal } from '#refusal.ts'
import type { Row } from '#row.ts'
import type { Columns } from './columns.ts'

export type Search = {
  readonly filter: Expression | undefined
  readonly orderBy: readonly Sort[]
  readonly page: number
  readonly pageSize: number
  readonly maxResults: number
}

export type Page = { readonly rows: readonly Row[]; readonly total: number; readonly more: boolean }

const PAGE_SIZE = 100
const PAGE_SIZE_MAX = 1000
const GLUED = /\$(page_size|page|maxresults|orderby)=/i

/**
 * Reads `search=<filter>$page_size=100$page=2$maxresults=500$orderby=Name desc`, whose options hang on the
 * filter itself, and the same as parameters of their own: page, pageSize, order.
 */
export function readSearch(query: URLSearchParams, { required }: { readonly required: boolean }): Search {
  const search = parameter(query, 'search')
  // Observed: the real API answers a search without its filter with 404, not 400.
  if (search === undefined && required) throw new Refusal(404, 'The search parameter is required.')
  const [filter = '', ...glued] = (search ?? 'All').split(GLUED)
  const options = new Map<string, string>()
  for (let index = 0; index < glued.length; index += 2)
    options.set((glued[index] ?? '').toLowerCase(), (glued[index + 1] ?? '').trim())
  const option = (name: string, ...others: readonly string[]): string | undefined =>
    options.get(name) ?? others.map((other) => parameter(query, other)).find((value) => value !== undefined)
  const order = option('orderby', 'order', 'orderby')
  return {
    filter: /^(?:\s*|\s*all\s*)$/i.test(filter) ? undefined : parseFilter(filter),
    orderBy: order === undefined || order === '' ? [] : (parseOption('$orderby', order).orderBy ?? []),
    page: wholeFromOne('page', option('page', 'page')) ?? 1,
    pageSize: Math.min(
      wholeFromOne('page size', option('page_size', 'pageSize')) ?? PAGE_SIZE,
      PAGE_SIZE_MAX,
    ),
    maxResults: wholeFromOne('maxresults', option('maxresults', 'maxResults')) ?? Number.POSITIVE_INFINITY,
  }
}

/** Parameter names are matched without case, as ASP.NET binds them. */
export function parameter(query: URLSearchParams, name: string): string | undefined {
  for (const [given, value] of query) if (given.toLowerCase() === name.toLowerCase()) return value
  return undefined
}

function wholeFromOne(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  if (!/^\d+$/.test(text) || Number(text) < 1)
    throw new Refusal(400, `The ${name} must be a whole number from 1.`)
  return Number(text)
}

export function runSearch(rows: readonly Row[], columns: Columns, search: Search): Page {
  const { filter, orderBy, page, pageSize, maxResults } = search
  if (filter !== undefined) visitPaths(filter, ({ names }) => checkColumn(columns, names))
  for (const { names } of orderBy) checkColumn(columns, names)
  const matching = filter === undefined ? rows : rows.filter((row) => holds(filter, scopeOf(row)))
  const limited = sortRows(matching, orderBy).slice(0, maxResults)
  const start = (page - 1) * pageSize
  const end = start + pageSize
  return { rows: limited.slice(start, end), total: limited.length, more: end < limited.length }
}

function checkColumn(columns: Columns, names: readonly string[]): void {
  const [name = ''] = names
  if (names.length > 1 || !columns.has(name))
    throw new Refusal(400, `${names.join('/')} is not a property that can be searched.`)
}

function scopeOf(row: Row): Scope {
  return {
    read: ([name = '']) => row[name] ?? null,
    items: () => {
      throw new Refusal(400, 'any, all and $count are not supported in a search.')
    },
    bind: () => scopeOf(row),
  }
}

/** Nulls come first, as SQL Server sorts them. */
function sortRows(rows: readonly Row[], orderBy: readonly Sort[]): readonly Row[] {
  return rows.toSorted((a, b) => {
    for (const { names, descending } of orderBy) {
      const left = a[names[0] ?? ''] ?? null
      const right = b[names[0] ?? ''] ?? null
      const order = compare(left, right) ?? Number(right === null) - Number(left === null)
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
}
