import {
  bytesOfValue,
  itemsOf,
  type JsonValue,
  membersOf,
  readJson,
  textOfValue,
} from '#odata/json/document.ts'
import { decodeUtf8, encodeUtf8 } from '#odata/json/utf8.ts'
import type { Model } from '#odata/model.ts'
import type { IsGranted } from './granted.ts'
import { type SafeWords, safeWords } from './safe-words.ts'

export type GuardedError = {
  readonly bytes: Uint8Array
  /** The upstream's body is gone: `bytes` are `application/json`, whatever it was. */
  readonly replaced: boolean
}

const NEUTRAL = 'The service did not carry out the request. Its own words are not shown to this credential.'
const DETAILS_MAX = 20
const ERROR_BYTES_MAX = 65_536

/**
 * What a caller gets of an upstream's answer of failure (status 400 and above; OData JSON 21). One who may call everything gets
 * it as it is. A restricted one gets `code`, `message`, `target` and `details`, each text only if it names nothing that is
 * withheld; never `innererror`, annotations, or a body of another kind.
 */
export function guardErrorAnswer(model: Model, bytes: Uint8Array, isGranted: IsGranted): GuardedError {
  if (isGranted === 'all' || bytes.length === 0) return { bytes, replaced: false }
  const words = safeWords(model, isGranted)
  const error = readError(bytes)
  const safe = error ? safeError(error, words) : { message: `"${NEUTRAL}"` }
  return { bytes: encodeUtf8(`{"error":${write({ code: '""', ...safe })}}`), replaced: true }
}

function readError(bytes: Uint8Array): JsonValue | undefined {
  if (bytes.length > ERROR_BYTES_MAX) return undefined
  const read = readJson(bytes)
  if (!read.ok) return undefined
  for (const { name, value } of membersOf(read.value)) if (name === 'error') return value
  return undefined
}

/** Members as JSON texts, the upstream's own spelling where one is relayed. */
type Texts = Readonly<Record<string, string>>

function safeError(error: JsonValue, words: SafeWords): Texts {
  const details: string[] = []
  const safe: Record<string, string> = { code: '""', message: `"${NEUTRAL}"` }
  for (const { name, value } of membersOf(error)) {
    if (name === 'details') for (const item of itemsOf(value)) details.push(write(safeError(item, words)))
    const text = textOfValue(value)
    if (text === undefined) continue
    if (name === 'code' && words.inCode(text)) safe['code'] = rawText(value)
    if ((name === 'message' || name === 'target') && words.inText(text)) safe[name] = rawText(value)
  }
  return details.length > 0 ? { ...safe, details: `[${details.slice(0, DETAILS_MAX).join(',')}]` } : safe
}

function rawText(value: JsonValue): string {
  return decodeUtf8(bytesOfValue(value)) ?? '""'
}

function write(members: Texts): string {
  return `{${Object.entries(members)
    .map(([name, text]) => `"${name}":${text}`)
    .join(',')}}`
}
