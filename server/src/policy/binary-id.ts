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

/** Where the ids of a credential and its token are written, one behind the other; digits begin at even places. */
const CREDENTIAL = { from: 1, digits: 6, end: 30 } as const
const TOKEN = { digits: 34, end: 58 } as const
const written = Buffer.from(new ArrayBuffer(TOKEN.end))
written.write(`cred_${'0'.repeat(HEX_DIGITS_OF_ID)}tok_`, CREDENTIAL.from, 'latin1')
const writtenPairs = new Uint16Array(written.buffer)
/** The two digits of each octet, as they stand in memory. */
const PAIRS = new Uint16Array(
  Uint8Array.from({ length: 512 }, (_, at) => DIGITS[at & 1 ? (at >> 1) & 15 : at >> 5] ?? 0).buffer,
)

/** Puts a credential's id where `readWrittenIds` finds it. */
export function putCredentialId(words: Uint32Array, at: number): void {
  putDigits(words, at, CREDENTIAL.digits)
}

/** The same of a token's. */
export function putTokenId(words: Uint32Array, at: number): void {
  putDigits(words, at, TOKEN.digits)
}

function putDigits(words: Uint32Array, at: number, byte: number): void {
  let pair = byte >> 1
  for (let word = at; word < at + ID_WORDS; word += 1) {
    const value = words[word] ?? 0
    writtenPairs[pair] = PAIRS[value >>> 24] ?? 0
    writtenPairs[pair + 1] = PAIRS[(value >>> 16) & 0xff] ?? 0
    writtenPairs[pair + 2] = PAIRS[(value >>> 8) & 0xff] ?? 0
    writtenPairs[pair + 3] = PAIRS[value & 0xff] ?? 0
    pair += 4
  }
}

/** The ids that were put last, of the credential first, as one text: making two would cost twice as much. */
export function readWrittenIds(): string {
  return written.toString('latin1', CREDENTIAL.from, TOKEN.end)
}

/** Where the token's id begins in it. */
export const TOKEN_ID_FROM = CREDENTIAL.end - CREDENTIAL.from
