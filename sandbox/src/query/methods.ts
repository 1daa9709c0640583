import { Refusal } from '#refusal.ts'
import type { Value } from './expression.ts'

type Method = (...operands: readonly Value[]) => Value

/** The functions of both dialects that the sandbox knows. Null in, null out. */
const METHODS: Readonly<Record<string, Method>> = {
  contains: (text, part) => String(text).includes(String(part)),
  // The older dialect has its operands the other way round.
  substringof: (part, text) => String(text).includes(String(part)),
  startswith: (text, part) => String(text).startsWith(String(part)),
  endswith: (text, part) => String(text).endsWith(String(part)),
  tolower: (text) => String(text).toLowerCase(),
  toupper: (text) => String(text).toUpperCase(),
  trim: (text) => String(text).trim(),
  length: (text) => String(text).length,
  indexof: (text, part) => String(text).indexOf(String(part)),
  concat: (first, second) => `${String(first)}${String(second)}`,
  substring: (text, start, length) =>
    String(text).slice(Number(start), length === undefined ? undefined : Number(start) + Number(length)),
  replace: (text, part, by) => String(text).replaceAll(String(part), String(by)),
  round: (number) => Math.round(Number(number)),
  floor: (number) => Math.floor(Number(number)),
  ceiling: (number) => Math.ceil(Number(number)),
  year: (date) => partOf(date, 0, 4),
  month: (date) => partOf(date, 5, 7),
  day: (date) => partOf(date, 8, 10),
  hour: (date) => partOf(date, 11, 13),
  minute: (date) => partOf(date, 14, 16),
}

export function callMethod(name: string, operands: readonly Value[]): Value {
  const method = METHODS[name]
  if (method === undefined) throw new Refusal(400, `The function ${name} is not supported.`)
  return operands.includes(null) ? null : method(...operands)
}

/** Dates are stored as ISO 8601 text, so a part is a slice of it. */
function partOf(date: Value, start: number, end: number): Value {
  const text = date instanceof Date ? date.toISOString() : String(date)
  const part = Number(text.slice(start, end))
  return Number.isNaN(part) ? null : part
}
