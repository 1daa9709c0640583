import { Refusal } from '#refusal.ts'
import type { Row } from '#row.ts'

export type Paging = { readonly size: number; readonly number: number }

const SIZE = 50
const SIZE_MAX = 500

/** pageSize and pageNumber, the first page being 1, from a query or a body. */
export function readPaging(read: (name: string) => unknown): Paging {
  return {
    size: Math.min(wholeFromOne('pageSize', read('pageSize')) ?? SIZE, SIZE_MAX),
    number: wholeFromOne('pageNumber', read('pageNumber')) ?? 1,
  }
}

export function page(rows: readonly Row[], { size, number }: Paging): readonly Row[] {
  return rows.slice((number - 1) * size, number * size)
}

function wholeFromOne(field: string, value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN
  if (Number.isSafeInteger(number) && number >= 1) return number
  throw new Refusal(400, 'The request is not valid.', [{ field, message: 'must be a whole number from 1' }])
}
