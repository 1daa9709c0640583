import { ID_WORDS, readId } from '#policy/binary-id.ts'
import { createRowIndex } from '#policy/row-index.ts'
import { createRows, rowStart } from '#policy/rows.ts'

/** Numbers of 128 bits by the id of a credential, the most significant word first. Some 34 octets for each. */
export type Contributions = {
  /** Puts another in the place of what an id has, and answers what it had: valid until the next call. Zero is having none. */
  readonly replace: (id: string, words: Uint32Array) => Uint32Array
  /** The same for an id of the usual form, by the words of `readId`. */
  readonly replaceUsual: (key: Uint32Array, words: Uint32Array) => Uint32Array
  /** Before many are put: see the index. */
  readonly approach: (words: Uint32Array, at: number) => void
  readonly reserve: (count: number) => void
}

export const CONTRIBUTION_WORDS = 4
const WIDTH = ID_WORDS + CONTRIBUTION_WORDS
const NONE = new Uint32Array(CONTRIBUTION_WORDS)

export function createContributions(): Contributions {
  const rows = createRows(WIDTH)
  const index = createRowIndex({ rows, width: WIDTH, at: 0, length: ID_WORDS })
  const key = new Uint32Array(ID_WORDS)
  const before = new Uint32Array(CONTRIBUTION_WORDS)
  /** Of ids that have not the usual form. */
  const odd = new Map<string, Uint32Array>()

  function replaceOdd(id: string, words: Uint32Array): Uint32Array {
    before.set(odd.get(id) ?? NONE)
    if (isZero(words)) odd.delete(id)
    else odd.set(id, words.slice())
    return before
  }

  function replaceUsual(id: Uint32Array, words: Uint32Array): Uint32Array {
    const known = index.find(id)
    before.fill(0)
    if (known < 0 && isZero(words)) return before
    const row = known < 0 ? rows.add() : known
    const piece = rows.pieceOf(row)
    const start = rowStart(row, WIDTH)
    for (let word = 0; word < CONTRIBUTION_WORDS; word += 1)
      before[word] = piece[start + ID_WORDS + word] ?? 0
    if (isZero(words)) {
      index.remove(id)
      rows.remove(row)
      return before
    }
    // In loops: `set` takes longer than the rest for so few.
    for (let word = 0; word < CONTRIBUTION_WORDS; word += 1) piece[start + ID_WORDS + word] = words[word] ?? 0
    if (known >= 0) return before
    for (let word = 0; word < ID_WORDS; word += 1) piece[start + word] = id[word] ?? 0
    index.putNew(id, row)
    return before
  }

  return {
    replace: (id, words) => (readId(id, 'cred_', key, 0) ? replaceUsual(key, words) : replaceOdd(id, words)),
    replaceUsual,
    approach: index.approach,
    reserve: index.reserve,
  }
}

function isZero(words: Uint32Array): boolean {
  let seen = 0
  for (let word = 0; word < words.length; word += 1) seen |= words[word] ?? 0
  return seen === 0
}
