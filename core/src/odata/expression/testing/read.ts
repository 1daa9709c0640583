import type { ODataProblem } from '#odata/analysis.ts'
import { parseApply } from '#odata/expression/apply.ts'
import { type Context, createContext } from '#odata/expression/context.ts'
import { parseCompute, parseFilter, parseOrderBy } from '#odata/expression/options.ts'
import { parseExpression, parseSearch } from '#odata/expression/parser.ts'
import { type Scope, scopeOf, structured } from '#odata/expression/scope.ts'
import { writeExpression, writeSearch } from '#odata/expression/write.ts'
import { writeApply, writeCompute, writeOrderBy } from '#odata/expression/write-options.ts'
import { atSource, type Position } from '#odata/position.ts'
import { createCursor } from '#odata/text/lexer.ts'
import { attempt } from '#odata/text/refusal.ts'
import { decodeSource } from '#odata/text/source-text.ts'
import { createRecorder, type Found } from '#odata/touches.ts'
import { eventService } from './event-service.ts'

const model = eventService()

export type OptionName = 'value' | 'filter' | 'orderby' | 'compute' | 'apply' | 'search'

export type ReadOption = {
  readonly set?: string
  readonly aliases?: Readonly<Record<string, string>>
  /** Changes what names mean before the reading. */
  readonly scope?: (scope: Scope) => Scope
}

export type ReadResult =
  | (Found & {
      readonly ok: true
      readonly text: string
      readonly aliases: readonly (readonly [string, string])[]
      readonly unused: readonly string[]
      readonly endpoints: readonly string[]
    })
  | ODataProblem

/** Reads one option of a request to a set of the event service. `raw` is percent-encoded. */
export function read(name: OptionName, raw: string, options: ReadOption = {}): ReadResult {
  const source = model.sources.get(options.set ?? 'Events')
  if (!source) throw new Error('no such set')
  const recorder = createRecorder()
  const result = attempt(() => {
    const aliases = Object.entries(options.aliases ?? {})
    const context = createContext({
      model,
      recorder,
      aliases: new Map(
        aliases.map(([alias, value]) => [alias, decodeSource(value, { in: alias, offset: 500 })]),
      ),
    })
    const text = readOption(name, raw, { context, target: atSource(source), scope: options.scope })
    return { text, aliases: context.aliases.used(), unused: context.aliases.unused() }
  })
  if (!result.ok) return result
  const found = recorder.found()
  const endpoints = found.touches.map((touch) => touch.endpoint).toSorted()
  return { ok: true, ...found, ...result.value, endpoints }
}

type Reading = {
  readonly context: Context
  readonly target: Position
  readonly scope: ((scope: Scope) => Scope) | undefined
}

function readOption(name: OptionName, raw: string, reading: Reading): string {
  const { context, target } = reading
  const cursor = createCursor(decodeSource(raw, { in: name === 'value' ? 'path' : `$${name}`, offset: 0 }))
  const plain = scopeOf(structured(target))
  const scope = reading.scope?.(plain) ?? plain
  const text = {
    value: () => writeExpression(parseExpression(cursor, scope, context).expression),
    filter: () => writeExpression(parseFilter(cursor, scope, context)),
    orderby: () => writeOrderBy(parseOrderBy(cursor, scope, context)),
    compute: () => writeCompute(parseCompute(cursor, scope, context).items),
    apply: () => writeApply(parseApply(cursor, scope, context).transformations),
    search: () => writeSearch(parseSearch(cursor, structured(target), context)),
  }[name]()
  cursor.expectEnd()
  return text
}

/** What was touched, or the code of the problem. */
export function touched(name: OptionName, raw: string, options: ReadOption = {}): readonly string[] | string {
  const result = read(name, raw, options)
  return result.ok ? [...result.endpoints, ...(result.unknownReach.length > 0 ? ['?'] : [])] : result.code
}
