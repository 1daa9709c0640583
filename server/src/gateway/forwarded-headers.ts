import type { Allowed } from '@stagedoor/core/decision.ts'
import { connectionNames, type Header, headerClass } from './request-head.ts'

/** RFC 9110 7.6.1, and `Expect`, which the gateway has answered itself. */
const HOP_BY_HOP = new Set(
  'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade http2-settings expect'.split(
    ' ',
  ),
)

/** Set anew by the gateway, secret to it, or able to make the upstream act on another request than the one decided. */
const NEVER_FORWARDED =
  /^(?:host|authorization|apitoken|ocp-apim-subscription-key|cookie|content-length|via|forwarded|x-(?:forwarded|real|original|rewrite|auth|stagedoor|client-ip|request-id|http-method|method-override|cluster-client-ip)(?:-.*)?|true-client-ip)$/

export type Caller = {
  readonly address: string
  /** The Host header as the caller sent it. */
  readonly host: string
  readonly requestId: string
  /** The catalog's mount, which stands before the upstream's own paths at the gateway. */
  readonly mount: string
}

/**
 * Headers for the upstream: the caller's own, less what is hop-by-hop, identifying or overriding, plus who calls.
 * Identity headers are always set, so that no header of the caller's can stand in for a missing one.
 */
export function toUpstreamHeaders(
  headers: readonly Header[],
  decision: Allowed,
  caller: Caller,
): Record<string, string | string[]> {
  const nominated = new Set(connectionNames(headers))
  const result: Record<string, string | string[]> = Object.create(null)
  for (const [name, value] of headers) {
    const kind = headerClass(name)
    if (HOP_BY_HOP.has(kind) || NEVER_FORWARDED.test(kind) || nominated.has(name)) continue
    const earlier = result[name]
    result[name] = earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value]
  }
  return Object.assign(result, callerHeaders(decision, caller))
}

/** Who calls, as the upstream is told. */
export function callerHeaders(decision: Allowed, caller: Caller): Readonly<Record<string, string>> {
  return {
    via: '1.1 stagedoor',
    'x-request-id': caller.requestId,
    'x-forwarded-for': caller.address,
    'x-forwarded-host': caller.host,
    'x-forwarded-proto': 'http',
    'x-forwarded-prefix': caller.mount,
    ...identityHeaders(decision),
  }
}

/** Whose call it is and what it reaches. Always all four, so that none of the caller's can stand in for a missing one. */
export function identityHeaders(decision: Allowed): Readonly<Record<string, string>> {
  return {
    'x-stagedoor-tenant': decision.tenantId,
    'x-stagedoor-credential': decision.credentialId,
    'x-stagedoor-token': decision.tokenId,
    'x-stagedoor-endpoint': writeEndpoints(decision),
  }
}

/** All of them, by commas, as long as a header holds them; then `...` says that there are more. */
function writeEndpoints({ endpoints }: Allowed): string {
  const ids = endpoints.map(({ id }) => encodeURI(id))
  const shown = ids.slice(0, ENDPOINTS_SHOWN_MAX)
  return [...shown, ...(ids.length > shown.length ? ['...'] : [])].join(',')
}

const ENDPOINTS_SHOWN_MAX = 20

/** Of the upstream's answer, what concerns the gateway's own sign-in and not the caller. */
const NEVER_RETURNED = new Set(['set-cookie', 'www-authenticate', 'x-request-id', 'alt-svc', 'server'])

/**
 * Headers for the caller. What a token opened must not be kept by a cache that others read (RFC 6750 5.3).
 * @param raw the upstream's header names and values, alternating
 */
export function toCallerHeaders(raw: readonly string[], requestId: string): string[] {
  const pairs: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2)
    pairs.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''])
  const nominated = new Set(connectionNames(pairs))
  const result: string[] = []
  let cacheControl = 'no-store'
  for (const [name, value] of pairs) {
    if (HOP_BY_HOP.has(name) || NEVER_RETURNED.has(name) || nominated.has(name)) continue
    if (name === 'cache-control') cacheControl = /public|s-maxage/i.test(value) ? 'private' : value
    else result.push(name, value)
  }
  result.push('cache-control', cacheControl, 'vary', 'authorization, apitoken', 'x-request-id', requestId)
  return result
}
