import type { ResultShape } from '@stagedoor/core/odata/analysis.ts'
import { connectionNames } from '#gateway/fields.ts'
import { type ODataCall, valueOf } from './read-call.ts'

/** Headers of the caller's that go on as they are: none of them changes what is read or written. */
const FORWARDED = new Set(
  `accept-language content-language if-match if-none-match if-modified-since if-unmodified-since user-agent
  traceparent tracestate repeatability-request-id repeatability-client-id repeatability-first-sent`.split(
    /\s+/,
  ),
)

/** The decision was made with it: `Connection: if-match` must not turn an update into an upsert. */
const DECIDED = new Set(['if-match'])

/** Parts of a stream. Of an answer that is read through they would show what cannot be judged. */
const OF_STREAMS = new Set(['range', 'if-range'])

export type UpstreamHeaderOptions = {
  readonly result: ResultShape['kind'] | 'batch'
  /** Of the body that goes upstream; empty for none. */
  readonly contentType: string
  /** What is left of the preferences; empty for none. */
  readonly prefer: string
}

/** Headers for an OData upstream: a list of what may pass, everything else written by the gateway (odata.md 72-76). */
export function toODataHeaders(call: ODataCall, options: UpstreamHeaderOptions): Record<string, string> {
  const { result, contentType, prefer } = options
  const nominated = new Set(connectionNames(call.fields))
  const headers: Record<string, string> = Object.create(null)
  for (const [name] of call.headers) {
    const passes = FORWARDED.has(name) || (result === 'media' && OF_STREAMS.has(name))
    if (passes && (!nominated.has(name) || DECIDED.has(name))) headers[name] = valueOf(call.headers, name)
  }
  const { version, maxVersion } = call.versions
  return Object.assign(headers, {
    accept: result === 'batch' ? formatOf(contentType) : acceptedOf(call.accept, result),
    // What is read through must be readable.
    'accept-encoding': 'identity',
    'odata-maxversion': maxVersion,
    ...(contentType !== '' && { 'content-type': contentType, 'odata-version': version }),
    ...(prefer !== '' && { prefer }),
  })
}

/** Parameters of JSON that change how much is written, not what (OData JSON Format 3, 4.3). */
const JSON_PARAMETERS =
  /^(?:odata\.)?(?:metadata=(?:none|minimal|full)|ieee754compatible=(?:true|false)|streaming=(?:true|false))$/i

/** Only forms that the answer's guard can read: an upstream asked for Atom would answer it. */
function acceptedOf(accept: string, result: ResultShape['kind']): string {
  if (result === 'media') return accept === '' ? '*/*' : accept
  if (result === 'count') return 'text/plain'
  const json = accept
    .split(',')
    .find((range) => range.split(';', 1)[0]?.trim().toLowerCase() === 'application/json')
  const parameters = (json ?? '').split(';').slice(1)
  const kept = parameters
    .map((each) => each.replaceAll(/[\s"]/g, ''))
    .filter((each) => JSON_PARAMETERS.test(each))
  return ['application/json', ...kept].join(';')
}

/** The answer to a batch is read in the format of its request (JSON Format 19). */
function formatOf(contentType: string): string {
  return contentType.startsWith('multipart/mixed') ? 'multipart/mixed' : 'application/json'
}
