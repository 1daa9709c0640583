import { createReadStream } from 'node:fs'
import { SourceError } from './change-source.ts'
import { type FeedMessage, readChecked } from './protocol.ts'
import { splitLines } from './split-lines.ts'

/**
 * The messages of a snapshot file as releases before the one with blocks have written it: lines of JSON, a hundred messages
 * each. Throws SourceError `damaged` where anything is wrong with a line, and at the end of a file that is cut off within one;
 * that the whole is complete is for the reader of the messages to say.
 */
export async function* readLineSnapshot(path: string): AsyncGenerator<readonly FeedMessage[]> {
  let isFirst = true
  for await (const line of splitLines(createReadStream(path, { highWaterMark: READ_BYTES }), {
    onRest: (bytes) => {
      if (bytes > 0) throw new SourceError('damaged', 'the file ends within a line')
    },
  })) {
    if (isFirst) {
      // The header: whoever calls has read it.
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
