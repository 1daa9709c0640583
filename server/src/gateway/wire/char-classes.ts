/** Character classes of RFC 9110 5.5, 5.6.2 and RFC 3986, one bit each, by byte. */
export const TOKEN = 1
/** Visible ASCII: what a request target is made of. */
export const VISIBLE = 2
/** What a field value may hold: visible characters, obs-text, space and tab. */
export const VALUE = 4
/** What `Host` may hold (RFC 3986 3.2.2, 3.2.3): a registered name or an address, and a port. */
export const AUTHORITY = 8

export const CR = 13
export const LF = 10
export const SPACE = 32
export const TAB = 9
export const COLON = 58

/** Space or tab (RFC 9110 5.6.3). */
export function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB
}

/** The classes of each byte. */
export const CLASSES: Uint8Array = makeClasses()

/** The lower case of each byte, ASCII only. */
const LOWER: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
)

/** The lower case of each byte that a token may have; 0 for every other byte. */
export const TOKEN_LOWER: Uint8Array = LOWER.map((lower, byte) =>
  ((CLASSES[byte] ?? 0) & TOKEN) === 0 ? 0 : lower,
)

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256)
  for (let byte = 0x21; byte <= 0x7e; byte += 1) classes[byte] = VISIBLE | VALUE
  for (let byte = 0x80; byte <= 0xff; byte += 1) classes[byte] = VALUE
  classes[SPACE] = VALUE
  classes[TAB] = VALUE
  const add = (characters: string, kind: number): void => {
    for (const character of characters) {
      const byte = character.charCodeAt(0)
      classes[byte] = (classes[byte] ?? 0) | kind
    }
  }
  const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
  add(`${alphanumeric}!#$%&'*+-.^_\`|~`, TOKEN)
  add(`${alphanumeric}-._~!$&'()*+,;=:[]%`, AUTHORITY)
  return classes
}
