import { ROW_BITS, type Rows, rowStart } from './rows.ts'

/** Finds rows by some of their words. Grows in steps of some ten microseconds, and forgets without leaving anything behind. */
export type RowIndex = {
  /** The row with these words; -1 where there is none. */
  readonly find: (key: Uint32Array) => number
  /** Enters a row, whose words these are, in the place of one that has the same. */
  readonly put: (key: Uint32Array, row: number) => void
  /** The same where no row has these words: `find` has told so. */
  readonly putNew: (key: Uint32Array, row: number) => void
  /** Forgets the row with these words, if there is one; every row that is entered must still have its own. */
  readonly remove: (key: Uint32Array) => void
  /**
   * Looks at where the words from `at` on would be found, so that memory is near when they are entered next: of many keys that
   * are looked at one after another the processor waits for several at once, of such that are entered for each alone.
   */
  readonly approach: (words: Uint32Array, at: number) => void
  /** Makes room for so many at once. Does nothing where some have been entered. */
  readonly reserve: (count: number) => void
}

export type RowKey = {
  readonly rows: Rows
  /** Words of a row. */
  readonly width: number
  /** Where the words of the key begin within a row. */
  readonly at: number
  readonly length: number
}

/**
 * Extendible hashing: the last bits of a key's hash choose a segment, a small table of open addressing. One that has become
 * too large is split in two by the next bit, so that nothing ever rebuilds the whole.
 */
type Segment = {
  /** 0 where it is free; else some more bits of the hash, and one more than the row. */
  slots: Uint32Array
  count: number
  /** How many bits of the hash all of its keys have in common. */
  readonly depth: number
}

type State = RowKey & { directory: Segment[]; depth: number; seen: number; readonly scratch: Uint32Array }

/** Of a segment, before it is split. */
const ENTRIES_MAX = 1_024
/** Of a segment, where room is made at once: the most on the average. */
const ENTRIES_RESERVED = 800
const DEPTH_MAX = 16
const SLOTS_MIN = 16
/** Share of the slots in use: the most before there are more, and the share after. */
const LOAD_MAX = 0.85
const LOAD_NEW = 0.7
const ROW_MASK = 2 ** ROW_BITS - 1

export function createRowIndex(key: RowKey): RowIndex {
  const state: State = {
    ...key,
    directory: [{ slots: new Uint32Array(SLOTS_MIN), count: 0, depth: 0 }],
    depth: 0,
    seen: 0,
    scratch: new Uint32Array(key.length),
  }
  return {
    find: (words) => find(state, words),
    put: (words, row) => put(state, words, row),
    putNew: (words, row) => putNew(state, hashOf(words), row),
    remove: (words) => remove(state, words),
    approach: (words, at) => approach(state, words, at),
    reserve: (count) => reserve(state, count),
  }
}

function approach(state: State, words: Uint32Array, at: number): void {
  const hash = hashOf(words, at, state.length)
  const { slots } = segmentOf(state, hash)
  // Kept, so that no compiler finds the look needless.
  state.seen ^= slots[homeOf(hash, slots.length)] ?? 0
}

function reserve(state: State, count: number): void {
  if (state.depth > 0 || (state.directory[0]?.count ?? 0) > 0) return
  let depth = 0
  while (depth < DEPTH_MAX && count / 2 ** depth > ENTRIES_RESERVED) depth += 1
  const share = count / 2 ** depth
  // Some segments get more than their share: hardly one so much more.
  const slots = Math.ceil((share + 4 * Math.sqrt(share)) / LOAD_MAX)
  const make = (): Segment => ({ slots: new Uint32Array(Math.max(slots, SLOTS_MIN)), count: 0, depth })
  state.directory = Array.from({ length: 2 ** depth }, make)
  state.depth = depth
}

function find(state: State, words: Uint32Array): number {
  const hash = hashOf(words)
  const { slots } = segmentOf(state, hash)
  const slot = slotOf(state, slots, hash, words)
  return slot < 0 ? -1 : rowOf(slots[slot] ?? 0)
}

function put(state: State, words: Uint32Array, row: number): void {
  const hash = hashOf(words)
  const { slots } = segmentOf(state, hash)
  const known = slotOf(state, slots, hash, words)
  if (known >= 0) slots[known] = entryOf(hash, row)
  else putNew(state, hash, row)
}

function putNew(state: State, hash: number, row: number): void {
  let segment = segmentOf(state, hash)
  if (segment.count + 1 > segment.slots.length * LOAD_MAX) {
    widen(state, segment, hash)
    segment = segmentOf(state, hash)
  }
  place(segment.slots, hash, entryOf(hash, row))
  segment.count += 1
}

/** What comes behind moves up into the gap, wherever its search would have passed it. */
function remove(state: State, words: Uint32Array): void {
  const hash = hashOf(words)
  const segment = segmentOf(state, hash)
  const { slots } = segment
  let gap = slotOf(state, slots, hash, words)
  if (gap < 0) return
  const { length } = slots
  for (let at = after(gap, length); slots[at] !== 0; at = after(at, length)) {
    const entry = slots[at] ?? 0
    const home = homeOf(hashOfRow(state, rowOf(entry)), length)
    const passesGap = gap <= at ? home <= gap || home > at : home <= gap && home > at
    if (!passesGap) continue
    slots[gap] = entry
    gap = at
  }
  slots[gap] = 0
  segment.count -= 1
}

/** The slot that has the key; -1 where none has. */
function slotOf(state: State, slots: Uint32Array, hash: number, words: Uint32Array): number {
  const tag = tagOf(hash)
  const { length } = slots
  let slot = homeOf(hash, length)
  for (;;) {
    const entry = slots[slot] ?? 0
    if (entry === 0) return -1
    if (((entry ^ tag) & ~ROW_MASK) === 0 && has(state, rowOf(entry), words)) return slot
    slot = after(slot, length)
  }
}

function has({ rows, width, at, length }: State, row: number, words: Uint32Array): boolean {
  const piece = rows.pieceOf(row)
  const start = rowStart(row, width) + at
  for (let word = 0; word < length; word += 1) if (piece[start + word] !== words[word]) return false
  return true
}

/** Makes room in a segment, or two of it. */
function widen(state: State, segment: Segment, hash: number): void {
  const bit = 1 << segment.depth
  const entries = [...segment.slots].filter((entry) => entry !== 0)
  const hashes = entries.map((entry) => hashOfRow(state, rowOf(entry)))
  if (segment.count < ENTRIES_MAX || segment.depth === DEPTH_MAX) {
    segment.slots = fill(entries, hashes)
    return
  }
  if (segment.depth === state.depth) {
    state.directory = [...state.directory, ...state.directory]
    state.depth += 1
  }
  const half = (wanted: number): Segment => {
    const belongs = (_: number, index: number): boolean => ((hashes[index] ?? 0) & bit) === wanted
    const some = entries.filter(belongs)
    return { slots: fill(some, hashes.filter(belongs)), count: some.length, depth: segment.depth + 1 }
  }
  const [without, having] = [half(0), half(bit)]
  for (let index = hash & (bit - 1); index < state.directory.length; index += bit)
    state.directory[index] = (index & bit) === 0 ? without : having
}

/** Slots for these entries and some more. */
function fill(entries: readonly number[], hashes: readonly number[]): Uint32Array {
  const slots = new Uint32Array(Math.max(SLOTS_MIN, Math.ceil((entries.length + 1) / LOAD_NEW)))
  for (const [index, entry] of entries.entries()) place(slots, hashes[index] ?? 0, entry)
  return slots
}

function place(slots: Uint32Array, hash: number, entry: number): void {
  let slot = homeOf(hash, slots.length)
  while (slots[slot] !== 0) slot = after(slot, slots.length)
  slots[slot] = entry
}

function segmentOf({ directory, depth }: State, hash: number): Segment {
  const segment = directory[hash & ((1 << depth) - 1)]
  if (segment === undefined) throw new RangeError('a directory lacks a segment')
  return segment
}

function hashOfRow({ rows, width, at, length, scratch }: State, row: number): number {
  const piece = rows.pieceOf(row)
  const start = rowStart(row, width) + at
  for (let word = 0; word < length; word += 1) scratch[word] = piece[start + word] ?? 0
  return hashOf(scratch)
}

/** The keys are random already, or digests; whoever makes some that are not, makes only his own look-ups slow. */
function hashOf(words: Uint32Array, from = 0, length = words.length): number {
  let hash = 0
  for (let word = from; word < from + length; word += 1)
    hash = Math.imul(hash ^ (words[word] ?? 0), 0x9e3779b1)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}

function tagOf(hash: number): number {
  return Math.imul(hash, 0xc2b2ae35) & ~ROW_MASK
}

function homeOf(hash: number, length: number): number {
  return ((hash >>> 16) * length) >>> 16
}

function after(slot: number, length: number): number {
  return slot + 1 === length ? 0 : slot + 1
}

function entryOf(hash: number, row: number): number {
  return (tagOf(hash) | (row + 1)) >>> 0
}

function rowOf(entry: number): number {
  return (entry & ROW_MASK) - 1
}
