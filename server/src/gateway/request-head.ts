import { parseTarget, TARGET_LENGTH_MAX, type Target } from '@stagedoor/core/target.ts'
import { connectionNames } from './fields.ts'
import { isProtected, ONCE, traitsAt } from './header-traits.ts'
import { fieldNumber } from './wire/field-names.ts'
import { type FieldSection, hasField, nameAt, PLACES, valueOf } from './wire/field-section.ts'
import type { WireRequest } from './wire/head.ts'

/** What the gateway goes on with. */
export type RequestHead = {
  readonly method: string
  readonly target: Target
  /** The request target as it was sent; read strictly, so that its slashes divide it as `target` is divided. */
  readonly rawTarget: string
  readonly token: string | undefined
  readonly fields: FieldSection
  /** The Host header as the caller sent it; empty for none. */
  readonly host: string
  readonly hasBody: boolean
  /** The caller waits for 100 Continue before it sends its body (RFC 9110 10.1.1). */
  readonly expectsContinue: boolean
}

export type HeadProblem = {
  readonly code:
    | 'method_not_supported'
    | 'target_too_long'
    | 'target_malformed'
    | 'header_ambiguous'
    | 'token_in_query'
    | 'token_presented_twice'
    | 'body_not_expected'
  readonly detail: string
}

export type ReadHead =
  | { readonly ok: true; readonly head: RequestHead }
  | { readonly ok: false; readonly problem: HeadProblem }

const HOST = fieldNumber('host')
const AUTHORIZATION = fieldNumber('authorization')
const APITOKEN = fieldNumber('apitoken')
const CONNECTION = fieldNumber('connection')

/** Of all APIs together. Others are nobody's here. */
export const METHODS: readonly string[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const TOKEN_PARAMETERS = new Set(['access_token', 'apitoken'])
const TOKEN_TEXT = /sd_(?:api|acc|ref|mgt)_[0-9A-Za-z]{8}/

/** Reads a request head strictly. What two programs could read in two ways is a problem, never repaired. */
export function readHead(wire: WireRequest): ReadHead {
  const { method, fields, framing } = wire
  if (!METHODS.includes(method))
    return problem('method_not_supported', `The method ${method} is not supported here.`)
  if (wire.target.length > TARGET_LENGTH_MAX)
    return problem('target_too_long', `The request target has more than ${TARGET_LENGTH_MAX} characters.`)
  const ambiguous = findAmbiguous(fields)
  if (ambiguous !== undefined) return problem('header_ambiguous', ambiguous)
  const host = valueOf(fields, HOST) ?? ''
  const text = toOriginForm(wire.target, host)
  const parsed = parseTarget(text)
  if (!parsed.ok) {
    return problem('target_malformed', `The request target has ${parsed.problem}, at character ${parsed.at}.`)
  }
  if (holdsToken(text, parsed.target)) {
    return problem(
      'token_in_query',
      'A token must not stand in a URL, where logs keep it (RFC 9700 4.3.2). Send it in a header.',
    )
  }
  const token = readToken(fields)
  if (token === TWICE) {
    return problem(
      'token_presented_twice',
      'Send the token in "Authorization" or in "apitoken", not in both (RFC 6750 2).',
    )
  }
  const hasBody = framing.kind !== 'none'
  if (hasBody && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')) {
    return problem(
      'body_not_expected',
      `A ${method} request has no body here: upstreams read it differently.`,
    )
  }
  const { expectsContinue } = wire
  return {
    ok: true,
    head: { method, target: parsed.target, rawTarget: text, token, fields, host, hasBody, expectsContinue },
  }
}

function problem(code: HeadProblem['code'], detail: string): ReadHead {
  return { ok: false, problem: { code, detail } }
}

/**
 * RFC 9112 3.2.2: a target may name its authority; here only the one that `Host` names. Every other one stays as it is, and
 * is no target that can be read.
 */
function toOriginForm(target: string, host: string): string {
  if (target.startsWith('/') || host === '') return target
  const prefix = /^https?:\/\//i.exec(target)?.[0]
  if (prefix === undefined) return target
  const rest = target.slice(prefix.length)
  const isSame = rest.slice(0, host.length).toLowerCase() === host.toLowerCase()
  return isSame && rest[host.length] === '/' ? rest.slice(host.length) : target
}

function findAmbiguous(fields: FieldSection): string | undefined {
  const { places } = fields
  let seen = 0
  for (let at = 0; at < places.length; at += PLACES) {
    const { once, isLookAlike } = traitsAt(fields, at)
    if (once < 0) continue
    if (isLookAlike) return `The header "${nameAt(fields, at)}" can be taken for "${ONCE[once]}".`
    const bit = 1 << once
    if ((seen & bit) !== 0) return `The header "${nameAt(fields, at)}" stands there more than once.`
    seen |= bit
  }
  return hasField(fields, CONNECTION) ? nominatesProtected(fields) : undefined
}

/** `Connection: authorization` would make the next hop drop what the decision was based on. */
function nominatesProtected(fields: FieldSection): string | undefined {
  for (const nominated of connectionNames(fields))
    if (isProtected(nominated))
      return `"Connection" names the header "${nominated}", which is not hop-by-hop.`
  return undefined
}

/** A token's letters cannot be encoded in a path that is read; in a query they can. */
function holdsToken(text: string, target: Target): boolean {
  if (target.query.length === 0) return TOKEN_TEXT.test(text)
  return (
    TOKEN_TEXT.test(text) ||
    target.query.some(
      ({ name, value }) =>
        TOKEN_PARAMETERS.has(name.toLowerCase()) || TOKEN_TEXT.test(name) || TOKEN_TEXT.test(value ?? ''),
    )
  )
}

const TWICE = Symbol('twice')

function readToken(fields: FieldSection): string | typeof TWICE | undefined {
  const authorization = valueOf(fields, AUTHORIZATION)
  const own = valueOf(fields, APITOKEN)
  if (own !== undefined) return authorization === undefined ? own : TWICE
  if (authorization === undefined) return undefined
  // As nearly everybody writes it.
  if (authorization.startsWith('Bearer ') && authorization.charCodeAt(7) !== 32) return authorization.slice(7)
  const scheme = /^bearer(?: +(.*))?$/i.exec(authorization)
  return scheme ? (scheme[1] ?? '') : undefined
}
