import { type ServiceAddresses, turnLink } from '@stagedoor/core/odata/answer/links.ts'

/** What of an OData service's answer concerns the caller. Everything else, servers' own names included, stays away. */
const RETURNED = new Set(
  `content-type content-language etag last-modified odata-version preference-applied retry-after
  repeatability-result`.split(/\s+/),
)
/** The same for streams, which are passed on as they are. */
const RETURNED_OF_STREAMS = new Set(
  'content-length content-disposition content-range content-encoding accept-ranges'.split(' '),
)
const LINKS = new Set(['location', 'odata-entityid', 'content-location'])

/** An upstream's header names in lower case, with values, as they came. */
export type AnswerHeaders = readonly (readonly [name: string, value: string])[]

/** The first value of a header; empty where there is none. */
export function headerOf(headers: AnswerHeaders, name: string): string {
  return headers.find(([other]) => other === name)?.[1].trim() ?? ''
}

export type AnswerHeaderOptions = {
  readonly requestId: string
  readonly addresses: ServiceAddresses
  readonly media: boolean
  /** Bytes of a body that is known; undefined where it streams, or stays away. */
  readonly length: number | undefined
}

/**
 * Headers for the caller, by a list; links point at the gateway, and those that leave the service are left out. What a
 * token opened must not be kept by a cache that others read (RFC 6750 5.3).
 */
export function toODataCallerHeaders(
  headers: AnswerHeaders,
  { requestId, addresses, media, length }: AnswerHeaderOptions,
): string[] {
  const result: string[] = []
  for (const [name, value] of headers) {
    if (name === 'content-length' && length !== undefined) continue
    if (RETURNED.has(name) || (media && RETURNED_OF_STREAMS.has(name))) result.push(name, value)
    const turned = LINKS.has(name) ? turnLink(value.trim(), addresses) : undefined
    if (turned !== undefined) result.push(name, turned)
  }
  if (length !== undefined) result.push('content-length', String(length))
  const kept = headerOf(headers, 'cache-control')
  const cacheControl = kept === '' ? 'no-store' : /public|s-maxage/i.test(kept) ? 'private' : kept
  const own = { 'cache-control': cacheControl, vary: 'authorization, apitoken', 'x-request-id': requestId }
  for (const [name, value] of Object.entries(own)) result.push(name, value)
  result.push('x-content-type-options', 'nosniff')
  return result
}
