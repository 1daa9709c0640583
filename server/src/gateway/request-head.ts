import { parseTarget, TARGET_LENGTH_MAX, type Target } from '@stagedoor/core/target.ts'

/** A request head as Node read it. `rawHeaders` alternates names and values, duplicates kept. */
export type RawHead = {
  readonly method: string
  readonly target: string
  readonly httpVersion: string
  readonly rawHeaders: readonly string[]
}

/** What the gateway goes on with. */
export type RequestHead = {
  readonly method: string
  readonly target: Target
  /** The request target as it was sent; read strictly, so that its slashes divide it as `target` is divided. */
  readonly rawTarget: string
  readonly token: string | undefined
  /** Header names in lower case, with values, in the order in which they came. */
  readonly headers: readonly Header[]
  readonly hasBody: boolean
  /** The caller waits for 100 Continue before it sends its body (RFC 9110 10.1.1). */
  readonly expectsContinue: boolean
}

export type Header = readonly [name: string, value: string]

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

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Headers whose meaning for framing, identity or routing must not depend on who reads which of two. */
const ONCE = [
  'host',
  'authorization',
  'apitoken',
  'content-length',
  'transfer-encoding',
  'content-type',
  'content-encoding',
]

const TOKEN_PARAMETERS = new Set(['access_token', 'apitoken'])
const TOKEN_TEXT = /sd_(?:api|acc|ref|mgt)_[0-9A-Za-z]{8}/

/** Reads a request head strictly. What two programs could read in two ways is a problem, never repaired. */
export function readHead(raw: RawHead): ReadHead {
  const { method, target: text } = raw
  if (!METHODS.has(method))
    return problem('method_not_supported', `The method ${method} is not supported here.`)
  if (text.length > TARGET_LENGTH_MAX) {
    return problem('target_too_long', `The request target has more than ${TARGET_LENGTH_MAX} characters.`)
  }
  const headers = toHeaders(raw.rawHeaders)
  const ambiguous = findAmbiguous(headers, raw.httpVersion)
  if (ambiguous !== undefined) return problem('header_ambiguous', ambiguous)
  const parsed = parseTarget(text)
  if (!parsed.ok) {
    return problem('target_malformed', `The request target has ${parsed.problem}, at character ${parsed.at}.`)
  }
  if (holdsToken(parsed.target)) {
    return problem(
      'token_in_query',
      'A token must not stand in a URL, where logs keep it (RFC 9700 4.3.2). Send it in a header.',
    )
  }
  const token = readToken(headers)
  if (token === 'twice') {
    return problem(
      'token_presented_twice',
      'Send the token in "Authorization" or in "apitoken", not in both (RFC 6750 2).',
    )
  }
  const hasBody = bodyIsAnnounced(headers)
  if (hasBody && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')) {
    return problem(
      'body_not_expected',
      `A ${method} request has no body here: upstreams read it differently.`,
    )
  }
  return {
    ok: true,
    head: {
      method,
      target: parsed.target,
      rawTarget: text,
      token: token?.text,
      headers,
      hasBody,
      expectsContinue: expectsContinue(headers),
    },
  }
}

function problem(code: HeadProblem['code'], detail: string): ReadHead {
  return { ok: false, problem: { code, detail } }
}

function toHeaders(raw: readonly string[]): readonly Header[] {
  const headers: Header[] = []
  for (let at = 0; at + 1 < raw.length; at += 2)
    headers.push([(raw[at] ?? '').toLowerCase(), raw[at + 1] ?? ''])
  return headers
}

/** `Transfer_Encoding` and `X.Forwarded.For` reach some upstreams as the real thing: one class of names. */
export function headerClass(name: string): string {
  return name.toLowerCase().replace(/[._]/g, '-').replace(/-+/g, '-')
}

function findAmbiguous(headers: readonly Header[], httpVersion: string): string | undefined {
  for (const once of ONCE) {
    const same = headers.filter(([name]) => headerClass(name) === once)
    if (same.length > 1) return `The header "${once}" stands there more than once.`
    const [name] = same[0] ?? []
    if (name !== undefined && name !== once) return `The header "${name}" can be taken for "${once}".`
  }
  const has = (name: string): boolean => headers.some(([other]) => other === name)
  // RFC 9112 6.1: a server must treat it as faulty framing, and Node does not.
  if (httpVersion === '1.0' && has('transfer-encoding')) return 'HTTP/1.0 has no "transfer-encoding".'
  if (has('transfer-encoding') && has('content-length'))
    return '"transfer-encoding" and "content-length" exclude each other.'
  return nominatesProtected(headers)
}

/** `Connection: authorization` would make the next hop drop what the decision was based on. */
function nominatesProtected(headers: readonly Header[]): string | undefined {
  for (const nominated of connectionNames(headers)) {
    const kind = headerClass(nominated)
    if (ONCE.includes(kind) || /^(?:x-forwarded|x-stagedoor|forwarded|via)/.test(kind)) {
      return `"Connection" names the header "${nominated}", which is not hop-by-hop.`
    }
  }
  return undefined
}

/** Header names that `Connection` lists (RFC 9110 7.6.1), in lower case. */
export function connectionNames(headers: readonly Header[]): readonly string[] {
  return headers
    .filter(([name]) => name === 'connection')
    .flatMap(([, value]) => value.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
}

function holdsToken(target: Target): boolean {
  return (
    target.segments.some((segment) => TOKEN_TEXT.test(segment)) ||
    target.query.some(
      ({ name, value }) =>
        TOKEN_PARAMETERS.has(name.toLowerCase()) || TOKEN_TEXT.test(name) || TOKEN_TEXT.test(value ?? ''),
    )
  )
}

function readToken(headers: readonly Header[]): { readonly text: string } | 'twice' | undefined {
  const authorization = headers.find(([name]) => name === 'authorization')?.[1]
  const own = headers.find(([name]) => name === 'apitoken')?.[1]
  if (own !== undefined && authorization !== undefined) return 'twice'
  if (own !== undefined) return { text: own }
  const scheme = /^bearer(?: +(.*))?$/i.exec(authorization ?? '')
  return scheme ? { text: scheme[1] ?? '' } : undefined
}

function expectsContinue(headers: readonly Header[]): boolean {
  return headers.some(([name, value]) => name === 'expect' && value.toLowerCase() === '100-continue')
}

function bodyIsAnnounced(headers: readonly Header[]): boolean {
  return headers.some(
    ([name, value]) => name === 'transfer-encoding' || (name === 'content-length' && !/^0+$/.test(value)),
  )
}
