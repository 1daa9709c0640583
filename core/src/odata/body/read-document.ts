import { type JsonValue, readJson } from '#odata/json/document.ts'
import { decodeJsonString } from '#odata/json/names.ts'
import { refuse } from '#odata/text/refusal.ts'
import { type BodyContext, refuseAt } from './context.ts'

/** The JSON of a body. In a batch, strings that take a value from an earlier answer (row 70) are refused. */
export function readDocument(context: BodyContext, bytes: Uint8Array): JsonValue {
  const read = readJson(bytes)
  if (!read.ok) {
    const code = read.limit ? 'odata_limit' : 'odata_malformed'
    const limit = read.limit ? { limit: read.limit } : {}
    refuse({
      code,
      problem: `the body is not read as JSON: ${read.problem}`,
      in: 'body',
      at: [read.at, read.at],
      ...limit,
    })
  }
  if (context.options.earlier?.size) refuseValueReferences(read.value, context.options.earlier)
  return read.value
}

/** `$<id>/path` (Part 1, 11.7.6) in any string of the text, names included. */
function refuseValueReferences({ document }: JsonValue, earlier: ReadonlySet<string>): void {
  const { bytes, entries } = document
  for (let place = 0; place < entries.length; place += 3) {
    const start = entries[place] ?? 0
    const end = entries[place + 1] ?? 0
    // A quote, then "$" or the escape that may hide one.
    if (bytes[start] !== 0x22 || (bytes[start + 1] !== 0x24 && bytes[start + 1] !== 0x5c)) continue
    const [, id] = /^\$([^/]*)\//.exec(decodeJsonString(bytes, start, end)) ?? []
    if (id !== undefined && earlier.has(id)) {
      refuseAt({ start, end }, 'odata_not_supported', 'values of earlier answers are not taken in a batch')
    }
  }
}
