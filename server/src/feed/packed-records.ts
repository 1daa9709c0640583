import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { PACKED, PACKED_ROWS_MAX, PACKED_WORDS, packRecord, STANDS_ELSEWHERE } from '#policy/packed-row.ts'
import { AT } from '#policy/row-layout.ts'
import { readContribution } from './policy-digest.ts'
import { createStandingNames } from './standing-names.ts'

/** Records of a snapshot, as a block of its file has them: the rows' words after their number, then text of JSON. */
export type PackedRecords = {
  readonly kind: 'packed'
  /** As `#policy/packed-row.ts` writes them, in the order of the records. */
  readonly rows: Uint32Array
  /** The number of the first of these standings. 0 forgets the ones before. */
  readonly first: number
  readonly standings: readonly unknown[]
  /** Records that are not of the usual form, for the rows that say so. */
  readonly others: readonly unknown[]
}

/** Records on their way into blocks. */
export type Packing = {
  readonly add: (record: PolicyRecord) => void
  /** There is enough for a block. */
  readonly isFull: () => boolean
  readonly isEmpty: () => boolean
  /** The block of all that was added since the last one. */
  readonly take: () => Uint8Array
}

const ROWS_MAX = 4_096
/** Some milliseconds of reading. */
const OTHERS_MAX = 256
const TEXT_LENGTH_MAX = 1024 * 1024
const COUNT_BYTES = 4

export function createPacking(): Packing {
  const words = new Uint32Array((ROWS_MAX + PACKED_ROWS_MAX) * PACKED_WORDS)
  const contribution = new Uint32Array(PACKED.revokedAt - PACKED.contribution)
  const names = createStandingNames()
  let rows = 0
  let textLength = 0
  let others: string[] = []

  return {
    add: (record) => {
      const at = rows * PACKED_WORDS
      const packed = packRecord(record, { words, at, standing: 0 })
      if (packed > 0) {
        words[at + AT.standing] = names.numberOf(record)
        readContribution(record, contribution)
        words.set(contribution, at + PACKED.contribution)
        rows += packed
        return
      }
      words.fill(0, at, at + PACKED_WORDS)
      words[at + AT.flags] = STANDS_ELSEWHERE
      rows += 1
      const text = JSON.stringify(record)
      textLength += text.length
      others.push(text)
    },
    isFull: () =>
      rows >= ROWS_MAX || others.length >= OTHERS_MAX || textLength + names.length() >= TEXT_LENGTH_MAX,
    isEmpty: () => rows === 0,
    take: () => {
      const { first, standings } = names.take()
      const text = Buffer.from(
        `{"first":${first},"standings":[${standings.join()}],"others":[${others.join()}]}`,
      )
      const used = new Uint8Array(words.buffer, 0, rows * PACKED_WORDS * 4)
      const block = Buffer.alloc(COUNT_BYTES + used.length + text.length)
      new Uint32Array(block.buffer, block.byteOffset, 1)[0] = rows
      block.set(used, COUNT_BYTES)
      block.set(text, COUNT_BYTES + used.length)
      rows = 0
      textLength = 0
      others = []
      return block
    },
  }
}

/** What a block says; undefined where it has no such form. Its rows are those of the block itself, not copied. */
export function readPacked(content: Uint8Array<ArrayBuffer>): PackedRecords | undefined {
  if (content.length < COUNT_BYTES) return undefined
  const count = new Uint32Array(content.buffer, content.byteOffset, 1)[0] ?? 0
  const end = COUNT_BYTES + count * PACKED_WORDS * 4
  if (end > content.length) return undefined
  const rows = new Uint32Array(content.buffer, content.byteOffset + COUNT_BYTES, count * PACKED_WORDS)
  const { first, standings, others } = JSON.parse(
    Buffer.from(content.buffer, content.byteOffset + end, content.length - end).toString(),
  ) as Partial<Record<string, unknown>>
  if (typeof first !== 'number' || !Array.isArray(standings) || !Array.isArray(others)) return undefined
  return { kind: 'packed', rows, first, standings, others }
}
