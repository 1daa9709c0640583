import type { AnalysedBatch } from '#odata/batch/batch.ts'
import type { BatchResponse } from '#odata/batch/batch-answer.ts'
import { readContentType } from '#odata/body/content-type.ts'
import type { RewriteUrl } from './links.ts'

/** What of a response of success is looked through, or why nobody can. */
export type PartForm =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly unreadable: string }

/** Headers of responses that callers get; everything else is the upstream's business. */
const RETURNED: ReadonlySet<string> = new Set([
  'content-type',
  'content-language',
  'content-disposition',
  'etag',
  'last-modified',
  'odata-version',
  'preference-applied',
  'retry-after',
])
const LINKS: ReadonlySet<string> = new Set(['location', 'content-location', 'odata-entityid'])
const QUOTE = 0x22

/**
 * The headers of a response that are passed on, addresses turned; one that leads out of the service is left out. So is where
 * a request goes on that is carried out later: the address is opaque, and the result anybody's who knows it (row 74).
 */
export function passPartHeaders(
  { status, headers }: BatchResponse,
  rewriteUrl: RewriteUrl,
): BatchResponse['headers'] {
  const passed = new Map<string, string>()
  for (const [name, value] of headers) {
    if (RETURNED.has(name)) passed.set(name, value)
    const turned = LINKS.has(name) && status !== 202 ? rewriteUrl(value, 'other') : undefined
    if (turned !== undefined) passed.set(name, turned)
  }
  return passed
}

/** The bytes to be looked through. A type that is not read, or a content coding, hides what they say. */
export function readPartForm(
  { part, headers, body }: BatchResponse,
  format: AnalysedBatch['format'],
): PartForm {
  const coding = headers.get('content-encoding')?.toLowerCase() ?? 'identity'
  const { kind } = part.analysis.result
  if (coding !== 'identity') return { ok: false, unreadable: `content coding ${coding}` }
  if (kind === 'media') return { ok: true, bytes: body }
  const given = headers.get('content-type')
  // In a JSON batch the body is part of the JSON, whether or not a type is named.
  const type = given === undefined && format === 'json' ? undefined : readContentType(given ?? '')
  const expected = kind === 'count' ? 'text/plain' : 'application/json'
  const isExpected = type === undefined ? given === undefined && format === 'json' : type.type === expected
  const charset = type?.parameters.get('charset')?.toLowerCase() ?? 'utf-8'
  if (kind === 'count' && format === 'json') return { ok: true, bytes: withoutQuotes(body) }
  if (!isExpected || (kind !== 'count' && charset !== 'utf-8'))
    return { ok: false, unreadable: `an answer of type ${given ?? 'unknown'}` }
  return { ok: true, bytes: body }
}

function withoutQuotes(body: Uint8Array): Uint8Array {
  return body[0] === QUOTE && body.at(-1) === QUOTE ? body.subarray(1, -1) : body
}
