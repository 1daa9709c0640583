/** A literal that stands without quotes, or with a prefix before its quotes. */
export type FoundLiteral = {
  /** `Edm.Guid`, or for an enumeration's value the name as written. */
  readonly type: string
  /** Offset behind it. */
  readonly end: number
}

// Order matters: what is longer comes first, since a date begins like a number (ABNF section 7).
const UNQUOTED: readonly (readonly [string, RegExp])[] = [
  ['Edm.Guid', /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/iy],
  [
    'Edm.DateTimeOffset',
    /-?(?:0\d{3}|[1-9]\d{3,})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?(?:Z|[-+](?:[01]\d|2[0-3]):[0-5]\d)/iy,
  ],
  ['Edm.Date', /-?(?:0\d{3}|[1-9]\d{3,})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])/y],
  ['Edm.TimeOfDay', /(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d{1,12})?)?/y],
  ['Edm.Double', /[-+]?\d+(?:\.\d+)?e[-+]?\d+/iy],
  ['Edm.Decimal', /[-+]?\d+\.\d+/y],
  ['Edm.Int64', /[-+]?\d+/y],
  ['Edm.Double', /-INF/y],
]

const NAME_CHARACTER = /[\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]/u

/** The unquoted literal that begins here: a number, a date, a guid. Undefined where there is none. */
export function unquotedLiteral(text: string, index: number): FoundLiteral | undefined {
  if (!mayBegin(text, index)) return undefined
  for (const [type, pattern] of UNQUOTED) {
    pattern.lastIndex = index
    if (!pattern.test(text)) continue
    const end = pattern.lastIndex
    if (!isNameCharacter(text, end)) return { type, end }
  }
  return undefined
}

/** Most tokens are names and marks: of these only a guid begins with a letter, and has a hyphen behind eight digits. */
function mayBegin(text: string, index: number): boolean {
  const code = text.charCodeAt(index)
  const isDigit = code >= 0x30 && code <= 0x39
  return isDigit || code === 0x2d || code === 0x2b || text[index + 8] === '-'
}

/** Whether a name would go on here: then what came before is not a literal of its own. */
export function isNameCharacter(text: string, index: number): boolean {
  const code = text.codePointAt(index)
  if (code === undefined) return false
  if (code < 0x80) return isAsciiNameCharacter(code)
  return NAME_CHARACTER.test(String.fromCodePoint(code))
}

/** `A` to `Z`, `a` to `z`, digits and `_`. */
export function isAsciiNameCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f
  )
}

/**
 * The end of the quoted text that begins here, `''` standing for one quote. Undefined where it never ends.
 */
export function quotedEnd(text: string, index: number): number | undefined {
  let at = index + 1
  while (true) {
    const quote = text.indexOf("'", at)
    if (quote < 0) return undefined
    if (text[quote + 1] !== "'") return quote + 1
    at = quote + 2
  }
}

const DURATION = /^-?P(?=[\dT])(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/i
const BINARY = /^[0-9A-Za-z_-]*={0,2}$/
const SPATIAL =
  /^SRID=\d{1,5};(?:Collection|GeometryCollection|LineString|MultiLineString|MultiPoint|MultiPolygon|Point|Polygon)\([-+.,() 0-9A-Za-z]*\)$/i

/**
 * The type of a literal with a prefix, such as `duration'P1D'`: undefined where the text is not one of the type;
 * for prefixes that are no type of OData's, the prefix itself, which may name an enumeration.
 */
export function prefixedType(prefix: string, content: string): string | undefined {
  switch (prefix.toLowerCase()) {
    case 'duration':
      return DURATION.test(content) ? 'Edm.Duration' : undefined
    case 'binary':
      return BINARY.test(content) ? 'Edm.Binary' : undefined
    case 'geography':
      return isSpatial(content) ? 'Edm.Geography' : undefined
    case 'geometry':
      return isSpatial(content) ? 'Edm.Geometry' : undefined
    default:
      return prefix
  }
}

function isSpatial(content: string): boolean {
  if (!SPATIAL.test(content)) return false
  let depth = 0
  for (const character of content) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (depth < 0) return false
  }
  return depth === 0
}
