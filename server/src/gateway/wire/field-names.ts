import { LOWER } from './char-classes.ts'

/** Names that most requests and answers have: found without making a string. */
const COMMON =
  `accept accept-charset accept-encoding accept-language accept-ranges age allow apitoken authorization
cache-control connection content-disposition content-encoding content-language content-length content-location
content-range content-type cookie date dataserviceversion etag expect expires forwarded from host if-match
if-modified-since if-none-match if-range if-unmodified-since isolation keep-alive last-modified link location
maxdataserviceversion max-forwards ocp-apim-subscription-key odata-isolation odata-maxversion odata-version origin pragma prefer
preference-applied proxy-authorization proxy-connection range referer repeatability-request-id retry-after sec-fetch-dest
sec-fetch-mode sec-fetch-site server set-cookie te traceparent tracestate trailer transfer-encoding upgrade
upgrade-insecure-requests user-agent vary via www-authenticate x-correlation-id x-forwarded-for x-forwarded-host
x-forwarded-proto x-frame-options x-powered-by x-request-id x-requested-with x-content-type-options`.split(
    /\s+/,
  )

const SLOTS = 1024
const slots: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined)
for (const name of COMMON) {
  let at = hashOf(Buffer.from(name), 0, name.length) % SLOTS
  while (slots[at] !== undefined) at = (at + 1) % SLOTS
  slots[at] = name
}

/** The name of a header in lower case. The bytes are token characters. */
export function readFieldName(bytes: Buffer, from: number, to: number): string {
  for (let at = hashOf(bytes, from, to) % SLOTS; ; at = (at + 1) % SLOTS) {
    const name = slots[at]
    if (name === undefined) return bytes.toString('latin1', from, to).toLowerCase()
    if (isName(name, bytes, from, to)) return name
  }
}

/** By its length and three of its characters: the names above hardly meet. */
function hashOf(bytes: Buffer, from: number, to: number): number {
  const length = to - from
  const first = LOWER[bytes[from] ?? 0] ?? 0
  const middle = LOWER[bytes[from + (length >> 1)] ?? 0] ?? 0
  const last = LOWER[bytes[to - 1] ?? 0] ?? 0
  return (length * 131 + first * 31 + middle * 61 + last * 7) & 0xffff
}

function isName(name: string, bytes: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false
  for (let at = 0; at < name.length; at += 1)
    if (name.charCodeAt(at) !== LOWER[bytes[from + at] ?? 0]) return false
  return true
}
