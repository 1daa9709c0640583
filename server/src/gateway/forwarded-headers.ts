import type { Allowed } from '@stagedoor/core/decision.ts'
import { type AnswerFields, NO_LENGTH } from './caller/answer-head.ts'
import { connectionNames } from './fields.ts'
import { traitsAt } from './header-traits.ts'
import { type Places, turnLocation } from './locations.ts'
import { fieldNumber } from './wire/field-names.ts'
import {
  type FieldSection,
  hasField,
  nameAt,
  PLACES,
  valueAt,
  valueOf,
  valuesOf,
} from './wire/field-section.ts'
import type { FieldLines, WireAnswer } from './wire/head.ts'

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
export function writeForwarded(fields: FieldSection, ownKinds: ReadonlySet<string>): string {
  const nominated = connectionNames(fields)
  const { text, places } = fields
  let written = ''
  let from = NOWHERE
  // Lines that follow one another go on as one piece.
  for (let at = 0; at < places.length; at += PLACES) {
    const { isHopByHop, isWithheld, kind } = traitsAt(fields, at)
    const goesOn =
      !isHopByHop &&
      !isWithheld &&
      (ownKinds.size === 0 || !ownKinds.has(kind)) &&
      (nominated.length === 0 || !nominated.includes(nameAt(fields, at)))
    const start = places[at + 1] ?? 0
    if (goesOn && from === NOWHERE) from = start
    if (goesOn || from === NOWHERE) continue
    written += text.slice(from, start)
    from = NOWHERE
  }
  return from === NOWHERE ? written : written + text.slice(from)
}

const NOWHERE = -1

/** Who calls, as the upstream is told, in field lines. */
export function writeCaller(decision: Allowed, caller: Caller): string {
  const { tenantId, credentialId, tokenId } = decision
  // Added up and not filled in: of what is filled in each part is looked at, whether it is a text.
  return (
    'via: 1.1 stagedoor\r\nx-request-id: ' +
    caller.requestId +
    '\r\nx-forwarded-for: ' +
    caller.address +
    '\r\nx-forwarded-host: ' +
    caller.host +
    (caller.isSecure ? '\r\nx-forwarded-proto: https\r\n' : '\r\nx-forwarded-proto: http\r\n') +
    'x-forwarded-prefix: ' +
    caller.mount +
    '\r\nx-stagedoor-tenant: ' +
    tenantId +
    '\r\nx-stagedoor-credential: ' +
    credentialId +
    '\r\nx-stagedoor-token: ' +
    tokenId +
    '\r\nx-stagedoor-endpoint: ' +
    writeEndpoints(decision) +
    '\r\n'
  )
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
  { fields, framing }: Pick<WireAnswer, 'fields' | 'framing'>,
  requestId: string,
  places: Places,
): AnswerFields {
  const length = framing.kind === 'length' ? framing.length : lengthOf(fields)
  const text =
    writeReturned(fields, places) +
    'cache-control: ' +
    cacheControlOf(fields) +
    '\r\nvary: authorization, apitoken\r\nx-request-id: ' +
    requestId +
    '\r\n'
  return { text, length, hasDate: hasField(fields, DATE) }
}

const CONTENT_LENGTH = fieldNumber('content-length')
const CACHE_CONTROL = fieldNumber('cache-control')
const LOCATION = fieldNumber('location')
const DATE = fieldNumber('date')

function writeReturned(fields: FieldSection, places: Places): string {
  const nominated = connectionNames(fields)
  let written = ''
  let from = NOWHERE
  for (let at = 0; at < fields.places.length; at += PLACES) {
    const number = fields.places[at]
    const isReturned =
      traitsAt(fields, at).isReturned && (nominated.length === 0 || !nominated.includes(nameAt(fields, at)))
    const isAsItIs =
      isReturned && number !== CONTENT_LENGTH && number !== CACHE_CONTROL && number !== LOCATION
    const start = fields.places[at + 1] ?? 0
    if (isAsItIs && from === NOWHERE) from = start
    if (isAsItIs) continue
    if (from !== NOWHERE) written += fields.text.slice(from, start)
    from = NOWHERE
    if (isReturned && number === LOCATION)
      written += `location: ${turnLocation(valueAt(fields, at), places)}\r\n`
  }
  return from === NOWHERE ? written : written + fields.text.slice(from)
}

/** Of an answer without a body: what one with a body would have (RFC 9110 8.6). */
function lengthOf(fields: FieldSection): number {
  const text = valueOf(fields, CONTENT_LENGTH)
  return text === undefined ? NO_LENGTH : Number(text)
}

function cacheControlOf(fields: FieldSection): string {
  if (!hasField(fields, CACHE_CONTROL)) return 'no-store'
  const isNominated = connectionNames(fields).includes('cache-control')
  const value = (isNominated ? undefined : valuesOf(fields, CACHE_CONTROL).at(-1)) ?? 'no-store'
  return /public|s-maxage/i.test(value) ? 'private' : value
}

/** Of an answer's trailers, or of an interim answer's headers, those that say nothing of framing, routing or caching (RFC 9110 6.5.1). */
export function toCallerTrailers(trailers: FieldSection): FieldLines {
  const result: string[] = []
  for (let at = 0; at < trailers.places.length; at += PLACES) {
    const { isReturned, isWithheld, once } = traitsAt(trailers, at)
    const name = nameAt(trailers, at)
    if (!isReturned || isWithheld || once >= 0 || NO_TRAILERS.test(name)) continue
    result.push(name, valueAt(trailers, at))
  }
  return result
}

const NO_TRAILERS = /^(?:content-|cache-control$|location$|vary$|retry-after$|age$|date$|expires$|if-|range$)/
