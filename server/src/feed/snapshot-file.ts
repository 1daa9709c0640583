import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { endianness } from 'node:os'
import { readBlocks } from './block-file.ts'
import { SourceError } from './change-source.ts'
import { isMissing } from './kept-files.ts'
import type { SnapshotPart } from './known-state.ts'
import { readLineSnapshot } from './line-snapshot.ts'
import { readPacked } from './packed-records.ts'
import { type FeedMessage, readChecked, readMessage } from './protocol.ts'
import { splitLines } from './split-lines.ts'

type Change = Extract<FeedMessage, { kind: 'change' }>

/** What stands at the beginning of the two kinds of files. */
export type FileHeader = {
  readonly kind: 'policy_snapshot' | 'policy_changes'
  /** Of one snapshot and all changes after it. Files of another one are of another history. */
  readonly history: string
  /** Of a snapshot: undefined for lines of JSON, as releases before this format have written them. */
  readonly format?: typeof FORMAT | undefined
  /** Of the octets in a word of that format: as the machine has them that wrote it. */
  readonly order?: 'LE' | 'BE' | undefined
}

/** A header, then blocks. */
export const FORMAT = 2

/** Kinds of blocks: a message as JSON, and many records. */
export const BLOCK = { message: 1, records: 2 } as const

/**
 * What a snapshot file has. Throws SourceError `damaged` where anything is wrong with a part of it, and at the end of a file
 * that is cut off within one; that the whole is complete is for the reader of the parts to say.
 */
export async function* readSnapshotFile(
  path: string,
  onHeader: (header: FileHeader) => void,
): AsyncGenerator<SnapshotPart> {
  const file = await open(path)
  try {
    const firstLine = await readFirstLine(file)
    const header = readHeader(firstLine.slice(0, -1), 'policy_snapshot')
    onHeader(header)
    if (header.format === undefined) yield* readLineSnapshot(path)
    else for await (const { kind, content } of readBlocks(file, firstLine)) yield readPart(kind, content)
  } finally {
    await file.close()
  }
}

const HEADER_BYTES_MAX = 1_024

async function readFirstLine(file: FileHandle): Promise<string> {
  const bytes = Buffer.alloc(HEADER_BYTES_MAX)
  const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
  const end = bytes.subarray(0, bytesRead).indexOf('\n')
  if (end < 0) throw new SourceError('damaged', 'the file has no header')
  return bytes.toString('latin1', 0, end + 1)
}

function readPart(kind: number, content: Uint8Array<ArrayBuffer>): SnapshotPart {
  // Whoever made the checksum over it is a gateway of this version.
  if (kind === BLOCK.message)
    return [JSON.parse(Buffer.from(content.buffer, 0, content.length).toString()) as FeedMessage]
  const packed = kind === BLOCK.records ? readPacked(content) : undefined
  if (packed === undefined) throw new SourceError('damaged', 'a block cannot be read')
  return packed
}

const READ_BYTES = 256 * 1024

/** What is left of a file of changes. */
export type KeptChanges = {
  /** Undefined where there is no file, or nothing that can be read. */
  readonly header: FileHeader | undefined
  /** Up to the first line that cannot be trusted. */
  readonly changes: readonly Change[]
  /**
   * Whether a whole line could not be trusted. A line without its end is none: the process was ended while it wrote, and
   * had told nobody yet that it had the change.
   */
  readonly isDamaged: boolean
}

/** Reads changes for as long as they can be trusted. Never rejects. */
export async function readChangesFile(path: string): Promise<KeptChanges> {
  let header: FileHeader | undefined
  const changes: Change[] = []
  try {
    for await (const line of splitLines(createReadStream(path, { highWaterMark: READ_BYTES }))) {
      if (header === undefined) {
        header = readHeader(line, 'policy_changes')
        continue
      }
      const read = readMessage(line)
      if (!read.ok || read.message.kind !== 'change') return { header, changes, isDamaged: true }
      changes.push(read.message)
    }
    return { header, changes, isDamaged: false }
  } catch (error) {
    return { header, changes, isDamaged: !isMissing(error) }
  }
}

function readHeader(line: string, expected: FileHeader['kind']): FileHeader {
  const read = readChecked(line)
  if (!read.ok) throw new SourceError('damaged', `the header cannot be trusted: ${read.why}`)
  const { kind, history, format, order } = read.value
  if (kind !== expected || typeof history !== 'string')
    throw new SourceError('damaged', 'the header is not one of this kind of file')
  if (format === undefined) return { kind: expected, history }
  if (format !== FORMAT || order !== endianness())
    throw new SourceError('damaged', 'the file was written by another release, or on another kind of machine')
  return { kind: expected, history, format, order: endianness() }
}
