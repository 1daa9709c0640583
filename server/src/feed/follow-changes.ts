import { SourceError } from './change-source.ts'
import type { FeedMessage } from './protocol.ts'

export type FollowChangesParts = {
  readonly messages: AsyncIterable<FeedMessage>
  /** False where it was applied before. Throws SourceError `damaged` where one before it is missing. */
  readonly apply: (change: Extract<FeedMessage, { kind: 'change' }>) => boolean
  readonly position: () => number
  /** The newest change that is known to exist, from wherever. */
  readonly newest: () => number
  /** The source says so. */
  readonly onNewest: (seq: number) => void
  readonly wantsSnapshot: () => boolean
  readonly monotonic: () => number
  /** For so long changes that are known to exist may be on their way. Milliseconds. */
  readonly behindMs: number
}

/** Applies changes until a snapshot is needed. Throws SourceError where the stream ends, breaks or leaves something out. */
export async function followChanges(parts: FollowChangesParts): Promise<'reload'> {
  const { messages, apply, position, newest, onNewest, wantsSnapshot, monotonic, behindMs } = parts
  let movedAt = monotonic()
  for await (const message of messages) {
    switch (message.kind) {
      case 'reload':
        return 'reload'
      case 'change':
        onNewest(message.seq)
        if (apply(message)) movedAt = monotonic()
        break
      case 'heartbeat':
        // The control plane does not have what was applied here: it has the database of another day.
        if (message.seq < position()) return 'reload'
        onNewest(message.seq)
        break
      default:
        throw new SourceError('damaged', `a stream of changes has a message of another kind: ${message.kind}`)
    }
    if (newest() <= position()) movedAt = monotonic()
    // It goes on, and what has changed does not come: something was lost, or it hangs further behind.
    else if (monotonic() - movedAt > behindMs) return 'reload'
    if (wantsSnapshot()) return 'reload'
  }
  throw new SourceError('unreachable', 'the stream of changes has ended')
}
