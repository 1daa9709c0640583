/** Ids of the usual form (`cred_` and 24 hex digits) as three words, and back. */
export const ID_WORDS = 3

const HEX_DIGITS_OF_ID = 24
const DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
/** The value of a hex digit by its character; 16 for what is none. Capital letters are none: every text has one form. */
const VALUES = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = DIGITS.indexOf(code)
  return value < 0 ? 16 : value
})

/** Reads an id into words. False where it has another form; then the words are of no use. */
export function readId(id: string, prefix: string, words: Uint32Array, at: number): boolean {
  if (id.length !== prefix.length + HEX_DIGITS_OF_ID || !id.startsWith(prefix)) return false
  return readHex(id, prefix.length, words, at, ID_WORDS)
}

/** Reads hex digits, eight for each word. False where one of them is none. */
export function readHex(text: string, from: number, words: Uint32Array, at: number, count: number): boolean {
  let seen = 0
  for (let word = 0; word < count; word += 1) {
    let value = 0
    for (let digit = 0; digit < 8; digit += 1) {
      const nibble = VALUES[text.charCodeAt(from + word * 8 + digit)] ?? 16
      seen |= nibble
      value = (value << 4) | nibble
    }
    words[at + word] = value
  }
  return seen < 16
}

/** Writes ids of one prefix. */
export function createIdWriter(prefix: string): (words: Uint32Array, at: number) => string {
  const length = prefix.length + HEX_DIGITS_OF_ID
  const bytes = Buffer.alloc(length)
  bytes.write(prefix, 'latin1')
  return (words, at) => {
    let byte = prefix.length
    for (let word = at; word < at + ID_WORDS; word += 1) {
      const value = words[word] ?? 0
      for (let shift = 28; shift >= 0; shift -= 4) {
        bytes[byte] = DIGITS[(value >>> shift) & 15] ?? 0
        byte += 1
      }
    }
    return bytes.toString('latin1', 0, length)
  }
}
