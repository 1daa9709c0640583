import type { Context } from '#odata/expression/context.ts'
import type { Scope } from '#odata/expression/scope.ts'
import { LIMITS } from '#odata/limits.ts'
import type { Position } from '#odata/position.ts'
import type { Cursor } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import { refuseLimit } from './problem.ts'

/** Where a query option is read: what the names in it mean, and how deep it stands in `$expand`. */
export type Reading = {
  readonly context: Context
  readonly scope: Scope
  /** Of the entities or complex values that the option is about; undefined for primitive values. */
  readonly position: Position | undefined
  readonly depth: number
  readonly items: ItemCounter
  /** Options that stand in parentheses behind an item: given along, since `$select` and `$expand` contain all others. */
  readonly nested: NestedReader
}

/** Reads `(...)` behind an item of `$select` or `$expand`. */
export type NestedReader = (cursor: Cursor, reading: Reading, allowed: ReadonlySet<string>) => NestedOptions

export type NestedOptions = {
  /** Canonical options, in the order of the request. */
  readonly written: readonly string[]
  /** Of `$levels`; 1 where it does not stand there. */
  readonly levels: number
}

/** Counts the items of `$expand` of a whole request. */
export type ItemCounter = { readonly count: (cursor: Cursor) => void }

export function createItemCounter(): ItemCounter {
  let items = 0
  return {
    count: (cursor) => {
      items += 1
      if (items > LIMITS.expandItems) refuseLimit('expandItems', 'too many items in $expand', spotOf(cursor))
    },
  }
}

/** Refuses to read deeper than LIMITS.expandDepth. */
export function deeper(cursor: Cursor, reading: Reading): number {
  const depth = reading.depth + 1
  if (depth > LIMITS.expandDepth) refuseLimit('expandDepth', 'nested too deep', spotOf(cursor))
  return depth
}

/** Refuses the words from `start` up to where the cursor stands. */
export function refuseUnknown(cursor: Cursor, start: number, expected: string): never {
  const end = cursor.position()
  const found = cursor.source.text.slice(start, end).trim().slice(0, 60)
  const problem = `"${found}" is not known here: ${expected} expected`
  refuseAt(cursor.source, { code: 'odata_unknown_name', problem }, [start, end])
}

function spotOf({ source, position }: Cursor): {
  readonly in: string
  readonly at: readonly [number, number]
} {
  const at = source.at(position())
  return { in: source.in, at: [at, at] }
}
