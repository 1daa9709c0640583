import { parseApply } from '#odata/expression/apply.ts'
import { parseCompute, parseFilter, parseOrderBy } from '#odata/expression/options.ts'
import { parseSearch } from '#odata/expression/parser.ts'
import { withComputed } from '#odata/expression/scope.ts'
import { writeExpression, writeSearch } from '#odata/expression/write.ts'
import { writeApply, writeCompute, writeOrderBy } from '#odata/expression/write-options.ts'
import type { Cursor } from '#odata/text/lexer.ts'
import { readExpand } from './expand.ts'
import { readBoolean, readIndex, readNumber } from './plain-options.ts'
import type { Reading } from './reading.ts'
import { readSelect } from './select.ts'

/** The canonical text of an option's value, and what names mean in the options that are read after it. */
export type ReadOption = { readonly text: string; readonly reading: Reading }

/** Options that make names for all others: they are read first, in this order. */
export const FIRST_OPTIONS = ['$apply', '$compute'] as const

/** Reads the value of an option that stands at the top as well as nested. Undefined for any other option. */
export function readOption(name: string, cursor: Cursor, reading: Reading): ReadOption | undefined {
  const { scope, context } = reading
  if (name === '$apply') {
    const applied = parseApply(cursor, scope, context)
    return { text: writeApply(applied.transformations), reading: { ...reading, scope: applied.scope } }
  }
  if (name === '$compute') {
    const { items, names } = parseCompute(cursor, scope, context)
    return { text: writeCompute(items), reading: { ...reading, scope: withComputed(scope, names) } }
  }
  const text = readValue(name, cursor, reading)
  return text === undefined ? undefined : { text, reading }
}

function readValue(name: string, cursor: Cursor, reading: Reading): string | undefined {
  const { scope, context } = reading
  switch (name) {
    case '$filter':
      return writeExpression(parseFilter(cursor, scope, context))
    case '$orderby':
      return writeOrderBy(parseOrderBy(cursor, scope, context))
    case '$search':
      return writeSearch(parseSearch(cursor, scope.this, context))
    case '$select':
      return readSelect(cursor, reading)
    case '$expand':
      return readExpand(cursor, reading)
    case '$top':
    case '$skip':
      return readNumber(cursor)
    case '$count':
      return readBoolean(cursor)
    case '$index':
      return readIndex(cursor)
    default:
      return undefined
  }
}
