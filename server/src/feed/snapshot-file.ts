import { createReadStream } from 'node:fs'
import { SourceError } from './change-source.ts'
import { isMissing } from './kept-files.ts'
import { type FeedMessage, readChecked, readMessage, writeChecked } from './protocol.ts'
import { splitLines } from './split-lines.ts'

type Change = Extract<FeedMessage, { kind: 'change' }>

/** What stands at the beginning of the two kinds of files. */
export type FileHeader = {
  readonly kind: 'policy_snapshot' | 'policy_changes'
  /** Of one snapshot and all changes after it. Files of another one are of another history. */
  readonly history: string
}

/** A line of a snapshot file: many messages under one checksum, which makes reading it quicker by a third. */
export function writeMessages(messages: readonly FeedMessage[]): string {
  return writeChecked({ messages })
}

/** How many messages a line has. */
export const MESSAGES_PER_LINE = 100

/**
 * The messages of a snapshot file. Throws SourceError `damaged` where anything is wrong with a line, and at the end of a file
 * that is cut off within one; that the whole is complete is for the reader of the messages to say.
 */
export async function* readSnapshotFile(
  path: string,
  onHeader: (header: FileHeader) => void,
): AsyncGenerator<readonly FeedMessage[]> {
  let isFirst = true
  for await (const line of splitLines(createReadStream(path, { highWaterMark: READ_BYTES }), {
    onRest: (bytes) => {
      if (bytes > 0) throw new SourceError('damaged', 'the file ends within a line')
    },
  })) {
    if (isFirst) {
      onHeader(readHeader(line, 'policy_snapshot'))
      isFirst = false
      continue
    }
    const read = readChecked(line)
    if (!read.ok) throw new SourceError('damaged', `a line cannot be trusted: ${read.why}`)
    // Whoever made the checksum over it is a gateway of this version.
    const { messages } = read.value as { readonly messages?: readonly FeedMessage[] }
    if (!Array.isArray(messages)) throw new SourceError('damaged', 'a line has no messages')
    yield messages
  }
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
  const { kind, history } = read.value
  if (kind !== expected || typeof history !== 'string')
    throw new SourceError('damaged', 'the header is not one of this kind of file')
  return { kind: expected, history }
}
