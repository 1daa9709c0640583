import type { Allowed } from '@stagedoor/core/decision.ts'
import { connectionNames } from './fields.ts'
import { traitsOf } from './header-traits.ts'
import type { FieldLines } from './wire/head.ts'
import { writeFields } from './wire/write-head.ts'

export type Caller = {
  readonly address: string
  /** The Host header as the caller sent it. */
  readonly host: string
  readonly isSecure: boolean
  readonly requestId: string
  /** The catalog's mount, which stands before the upstream's own paths at the gateway. */
  readonly mount: string
}

/**
 * Field lines for the upstream: the caller's own, less what is hop-by-hop, identifying or overriding.
 * @param ownKinds classes of the headers by which the gateway signs in: the caller's `x_key` must not stand beside the gateway's
 *   own `x-key`, which some upstreams read as one
 */
export function writeForwarded(fields: FieldLines, ownKinds: ReadonlySet<string>): string {
  const nominated = connectionNames(fields)
  let text = ''
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const { isHopByHop, isWithheld, kind } = traitsOf(name)
    if (isHopByHop || isWithheld || ownKinds.has(kind)) continue
    if (nominated.length > 0 && nominated.includes(name)) continue
    text += `${name}: ${fields[at + 1]}\r\n`
  }
  return text
}

/** Who calls, as the upstream is told, in field lines. */
export function writeCaller(decision: Allowed, caller: Caller): string {
  return (
    `via: 1.1 stagedoor\r\nx-request-id: ${caller.requestId}\r\nx-forwarded-for: ${caller.address}\r\n` +
    `x-forwarded-host: ${caller.host}\r\nx-forwarded-proto: ${caller.isSecure ? 'https' : 'http'}\r\n` +
    `x-forwarded-prefix: ${caller.mount}\r\n${writeFields(identityFields(decision))}`
  )
}

/** Whose call it is and what it reaches. Always all four, so that none of the caller's can stand in for a missing one. */
export function identityFields(decision: Allowed): FieldLines {
  return [
    'x-stagedoor-tenant',
    decision.tenantId,
    'x-stagedoor-credential',
    decision.credentialId,
    'x-stagedoor-token',
    decision.tokenId,
    'x-stagedoor-endpoint',
    writeEndpoints(decision),
  ]
}

/** All of them, by commas, as long as a header holds them; then `...` says that there are more. */
function writeEndpoints({ endpoints }: Allowed): string {
  const [first] = endpoints
  if (first !== undefined && endpoints.length === 1) return encodeId(first.id)
  const shown = endpoints.slice(0, ENDPOINTS_SHOWN_MAX).map(({ id }) => encodeId(id))
  return [...shown, ...(endpoints.length > shown.length ? ['...'] : [])].join(',')
}

const ENDPOINTS_SHOWN_MAX = 20

/** Ids are those of catalogs, so there are only so many. */
const encoded = new Map<string, string>()

function encodeId(id: string): string {
  const known = encoded.get(id)
  if (known !== undefined) return known
  const text = encodeURI(id)
  encoded.set(id, text)
  return text
}

/**
 * Headers for the caller. What a token opened must not be kept by a cache that others read (RFC 6750 5.3).
 * @param answer of the upstream
 */
export function toCallerFields(
  { status, fields }: { readonly status: number; readonly fields: FieldLines },
  requestId: string,
): string[] {
  const nominated = connectionNames(fields)
  const result: string[] = []
  let cacheControl = 'no-store'
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at] ?? ''
    if (!traitsOf(name).isReturned || (nominated.length > 0 && nominated.includes(name))) continue
    const value = fields[at + 1] ?? ''
    // RFC 9110 8.6.
    if (name === 'content-length' && status === 204) continue
    if (name === 'cache-control') cacheControl = /public|s-maxage/i.test(value) ? 'private' : value
    else result.push(name, value)
  }
  result.push('cache-control', cacheControl, 'vary', 'authorization, apitoken', 'x-request-id', requestId)
  return result
}

/** Of an answer's trailers, or of an interim answer's headers, those that say nothing of framing, routing or caching (RFC 9110 6.5.1). */
export function toCallerTrailers(trailers: FieldLines): FieldLines {
  if (trailers.length === 0) return trailers
  const result: string[] = []
  for (let at = 0; at < trailers.length; at += 2) {
    const name = trailers[at] ?? ''
    const { isReturned, isWithheld, once } = traitsOf(name)
    if (!isReturned || isWithheld || once >= 0 || NO_TRAILERS.test(name)) continue
    result.push(name, trailers[at + 1] ?? '')
  }
  return result
}

const NO_TRAILERS = /^(?:content-|cache-control$|location$|vary$|retry-after$|age$|date$|expires$|if-|range$)/
