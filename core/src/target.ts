/** A query parameter, decoded. `value` is undefined where the text had no `=`. */
export type QueryParameter = { readonly name: string; readonly value: string | undefined }

/** A request target in the one form that is matched, decided and forwarded. */
export type Target = {
  /** Path segments, decoded once. `/` alone has none. */
  readonly segments: readonly string[]
  readonly trailingSlash: boolean
  readonly query: readonly QueryParameter[]
}

/** Why a target was refused: what is wrong, and at which character of the text. */
export type TargetProblem = { readonly problem: string; readonly at: number }

export type ParsedTarget =
  | { readonly ok: true; readonly target: Target }
  | ({ readonly ok: false } & TargetProblem)

/** Longest target that is read, in characters (odata.md section 4). */
export const TARGET_LENGTH_MAX = 8192

/**
 * Reads an origin-form request target (RFC 9112 3.2.1): splits first, decodes each part exactly once.
 *
 * Whatever two programs could read in two ways is refused, not repaired: empty and dot segments, backslashes,
 * encoded slashes, percents, semicolons, question marks and hashes, controls, encoded unreserved characters in a path,
 * invalid UTF-8, a dot or space at a segment's end. `new URL()` must never see a target: it repairs all of these.
 */
export function parseTarget(text: string): ParsedTarget {
  if (!text.startsWith('/')) return refused('the target does not start with "/"', 0)
  const plain = readPlain(text)
  if (plain !== undefined)
    return { ok: true, target: { segments: plain, trailingSlash: false, query: NO_QUERY } }
  const mark = text.indexOf('?')
  const pathText = mark < 0 ? text : text.slice(0, mark)
  // Browsers and fetch() leave | in paths, and \ ^ ` { | } in queries, as they are; those are written encoded.
  const invalid = /[^\x21-\x7e]|[#"<>]/.exec(text) ?? /[\\^`{}]/.exec(pathText)
  if (invalid) return refused('a character that must be percent-encoded', invalid.index)
  const path = readPath(pathText)
  if (!path.ok) return path
  const query = mark < 0 ? { ok: true as const, query: [] } : readQuery(text.slice(mark + 1), mark + 1)
  if (!query.ok) return query
  return {
    ok: true,
    target: { segments: path.segments, trailingSlash: path.trailingSlash, query: query.query },
  }
}

const NO_QUERY: readonly QueryParameter[] = []

/** Letters, digits, `-`, `_` and `~`. */
const PLAIN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[\w~-]/.test(String.fromCharCode(code)) ? 1 : 0,
)
const SLASH = 47

/**
 * The segments of most targets: plain characters between single slashes, of which nothing can be read in another way. Undefined
 * for every other target. Each call has one, so each character is looked at once.
 */
function readPlain(text: string): readonly string[] | undefined {
  const segments: string[] = []
  let from = 1
  for (let at = 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === SLASH) {
      if (at === from) return undefined
      segments.push(text.slice(from, at))
      from = at + 1
    } else if (PLAIN[code] !== 1) return undefined
  }
  if (from === text.length) return undefined
  segments.push(text.slice(from))
  return segments
}

type ReadPath = { readonly ok: true; readonly segments: readonly string[]; readonly trailingSlash: boolean }
type ReadQuery = { readonly ok: true; readonly query: readonly QueryParameter[] }
type Refused = { readonly ok: false } & TargetProblem

function refused(problem: string, at: number): Refused {
  return { ok: false, problem, at }
}

function readPath(path: string): ReadPath | Refused {
  if (path === '/') return { ok: true, segments: [], trailingSlash: false }
  const trailingSlash = path.endsWith('/')
  const segments: string[] = []
  let at = 1
  for (const raw of path.slice(1, trailingSlash ? -1 : undefined).split('/')) {
    const segment = readSegment(raw, at)
    if (typeof segment !== 'string') return segment
    segments.push(segment)
    at += raw.length + 1
  }
  return { ok: true, segments, trailingSlash }
}

function readSegment(raw: string, at: number): string | Refused {
  if (raw === '') return refused('an empty path segment', at)
  if (raw.includes(';')) return refused('a ";" in the path', at + raw.indexOf(';'))
  const ambiguous = /%(?:2f|5c|25|3b|3f|23)/i.exec(raw)
  if (ambiguous)
    return refused(`"${ambiguous[0]}" in the path, which servers read differently`, at + ambiguous.index)
  // In a path it can only be meant to slip past somebody; in a query, Java and others encode "~" and more.
  const needless = /%(?:2d|2e|5f|7e|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])/i.exec(raw)
  if (needless)
    return refused(`"${needless[0]}", an encoded character that needs no encoding`, at + needless.index)
  const segment = decodeOnce(raw, at)
  if (typeof segment !== 'string') return segment
  if (hasControl(segment, '')) return refused('a control character in the path', at)
  // A final dot or space is dropped by some servers; "." and ".." end in a dot and fall here too.
  if (/[. ]$/.test(segment)) return refused('a path segment that ends in a dot or a space', at)
  return segment
}

function readQuery(text: string, start: number): ReadQuery | Refused {
  const query: QueryParameter[] = []
  let at = start
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=')
    const name = readQueryPart(equals < 0 ? pair : pair.slice(0, equals), at)
    if (typeof name !== 'string') return name
    const value = equals < 0 ? undefined : readQueryPart(pair.slice(equals + 1), at + equals + 1)
    if (typeof value === 'object') return value
    // "a&&b" carries nothing between the two; it is not written again.
    if (pair !== '') query.push({ name, value })
    at += pair.length + 1
  }
  return { ok: true, query }
}

function readQueryPart(raw: string, at: number): string | Refused {
  // HTML forms and nearly every HTTP client write a space as "+" here; it is written again as "%20".
  const text = decodeOnce(raw.replaceAll('+', '%20'), at)
  if (typeof text !== 'string') return text
  if (hasControl(text, '\t\n\r')) return refused('a control character in the query', at)
  return text
}

function decodeOnce(raw: string, at: number): string | Refused {
  if (!raw.includes('%')) return raw
  const broken = /%(?![0-9a-f]{2})/i.exec(raw)
  if (broken) return refused('a "%" that begins no percent-encoded octet', at + broken.index)
  try {
    return decodeURIComponent(raw)
  } catch {
    return refused('percent-encoded octets that are not UTF-8', at)
  }
}

function hasControl(text: string, except: string): boolean {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    if ((code < 0x20 || (code >= 0x7f && code <= 0x9f)) && !except.includes(character)) return true
  }
  return false
}

/** Percent-encodes one decoded path segment: unreserved characters and `! $ & ' ( ) * , : = @` stay (RFC 3986 3.3). */
export function writeSegment(segment: string): string {
  if (/^[\w.~!$&'()*,:=@-]*$/.test(segment)) return segment
  return encodeURIComponent(segment).replace(/%(?:24|26|2C|3A|3D|40)/g, decodeURIComponent)
}

/** Writes query parameters in their one canonical form, without the `?`. */
export function writeQuery(query: readonly QueryParameter[]): string {
  return query
    .map(({ name, value }) =>
      value === undefined ? writePart(name) : `${writePart(name)}=${writePart(value)}`,
    )
    .join('&')
}

function writePart(text: string): string {
  return encodeURIComponent(text).replace(/%(?:24|2C|2F|3A|3F|40)/g, decodeURIComponent)
}
