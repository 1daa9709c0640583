/**
 * Names that are looked for by their number: its bit tells whether a field section has the name at all. Not more than 30, so that
 * the bits fit into a small integer.
 */
const NUMBERED = [
  'connection',
  'content-length',
  'transfer-encoding',
  'host',
  'authorization',
  'apitoken',
  'expect',
  'upgrade',
  'keep-alive',
  'date',
  'cache-control',
  'location',
  'content-type',
  'content-encoding',
] as const

/** Other names that most requests and answers have. */
const COMMON = `accept accept-charset accept-encoding accept-language accept-ranges age allow
content-disposition content-language content-location content-range cookie dataserviceversion etag expires forwarded from if-match
if-modified-since if-none-match if-range if-unmodified-since isolation last-modified link
maxdataserviceversion max-forwards ocp-apim-subscription-key odata-isolation odata-maxversion odata-version origin pragma prefer
preference-applied proxy-authorization proxy-connection range referer repeatability-request-id retry-after sec-fetch-dest
sec-fetch-mode sec-fetch-site server set-cookie te traceparent tracestate trailer
upgrade-insecure-requests user-agent vary via www-authenticate x-correlation-id x-forwarded-for x-forwarded-host
x-forwarded-proto x-frame-options x-powered-by x-request-id x-requested-with x-content-type-options`.split(
  /\s+/,
)

/** All names that have a number, which is their place. */
export const KNOWN_NAMES: readonly string[] = [...NUMBERED, ...COMMON]

/** In place of a number: any other name. */
export const OTHER_NAME = -1

/** The number of a name that is looked for. */
export function fieldNumber(name: (typeof NUMBERED)[number]): number {
  return NUMBERED.indexOf(name)
}

const BITS = NUMBERED.length
/** Of every name that is not looked for by its number. */
const OTHER_BIT = 1 << 30

/** The bit of a name by its number. */
export function fieldBit(number: number): number {
  return number >= 0 && number < BITS ? 1 << number : OTHER_BIT
}

const SLOTS = 1024
const slots = new Int16Array(SLOTS).fill(OTHER_NAME)
for (const [number, name] of KNOWN_NAMES.entries()) {
  let at = hashOf(Buffer.from(name), 0, name.length) % SLOTS
  while (slots[at] !== OTHER_NAME) at = (at + 1) % SLOTS
  slots[at] = number
}

/** The number of a name that stands there in lower case, or OTHER_NAME. */
export function readFieldNumber(bytes: Uint8Array, from: number, to: number): number {
  for (let at = hashOf(bytes, from, to) % SLOTS; ; at = (at + 1) % SLOTS) {
    const number = slots[at] ?? OTHER_NAME
    if (number === OTHER_NAME || isName(KNOWN_NAMES[number] ?? '', bytes, from, to)) return number
  }
}

/** By its length and three of its characters: the names above hardly meet. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from
  const first = bytes[from] ?? 0
  const middle = bytes[from + (length >> 1)] ?? 0
  const last = bytes[to - 1] ?? 0
  return (length * 131 + first * 31 + middle * 61 + last * 7) & 0xffff
}

function isName(name: string, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false
  for (let at = 0; at < name.length; at += 1) if (name.charCodeAt(at) !== bytes[from + at]) return false
  return true
}
