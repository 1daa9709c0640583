import type { Json, Row, Tables } from '#row.ts'

export type ColumnType = 'text' | 'whole' | 'decimal' | 'flag' | 'date'
export type Columns = ReadonlyMap<string, ColumnType>

/** What a subject's rows consist of. */
export type Model = ReadonlyMap<string, Columns>

const DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/

/** Read off the rows that the venue starts with; they are complete, so nothing has to be declared twice. */
export function modelOf(tables: Tables): Model {
  return new Map(tables.names().map((name) => [name, columnsOf(tables.rows(name))]))
}

function columnsOf(rows: readonly Row[]): Columns {
  const names = Object.keys(rows[0] ?? {})
  return new Map(names.map((name) => [name, typeOf(rows.flatMap((row) => row[name] ?? []))]))
}

function typeOf(values: readonly Json[]): ColumnType {
  if (values.length > 0 && values.every((value) => typeof value === 'number'))
    return values.every(Number.isInteger) ? 'whole' : 'decimal'
  if (values.length > 0 && values.every((value) => typeof value === 'boolean')) return 'flag'
  const isDate = (value: Json): boolean => typeof value === 'string' && DATE.test(value)
  return values.length > 0 && values.every(isDate) ? 'date' : 'text'
}
