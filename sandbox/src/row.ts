/** What JSON can hold, and one record of it: the sandbox keeps everything it serves in this shape. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }
export type Row = { readonly [name: string]: Json }

/** The rows of one venue, by the name of their collection. They live as long as the process. */
export type Tables = {
  readonly names: () => readonly string[]
  readonly rows: (name: string) => readonly Row[]
  readonly add: (name: string, row: Row) => Row
  readonly replace: (name: string, old: Row, changed: Row) => Row
  readonly remove: (name: string, old: Row) => void
}

/** Starts from the given rows and leaves them untouched: two sandboxes never share a change. */
export function createTables(seed: Readonly<Record<string, readonly Row[]>>): Tables {
  const tables = new Map(Object.entries(seed))
  const rows = (name: string): readonly Row[] => tables.get(name) ?? []
  return {
    names: () => [...tables.keys()],
    rows,
    add: (name, row) => {
      tables.set(name, [...rows(name), row])
      return row
    },
    replace: (name, old, changed) => {
      tables.set(
        name,
        rows(name).map((row) => (row === old ? changed : row)),
      )
      return changed
    },
    remove: (name, old) => {
      tables.set(
        name,
        rows(name).filter((row) => row !== old),
      )
    },
  }
}

/** A parsed JSON text is a row where it is an object; arrays and plain values are not. */
export function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Keys are compared as text and without case, as the database behind the real API compares them. */
export function sameKey(stored: Json | undefined, asked: Json | undefined): boolean {
  if (stored === undefined || stored === null || asked === undefined || asked === null) return false
  return String(stored).toLowerCase() === String(asked).toLowerCase()
}

/** The text of a property, or undefined where it is absent or no text. */
export function textOf(row: Row, name: string): string | undefined {
  const value = row[name]
  return typeof value === 'string' ? value : undefined
}
