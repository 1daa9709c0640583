import { type ChangeSource, SourceError } from './change-source.ts'
import type { Nodes } from './nodes.ts'
import { type FeedMessage, readMessage } from './protocol.ts'
import type { Publisher } from './publisher.ts'
import { snapshotMessages } from './read-snapshot.ts'

export type LocalSourceOptions = {
  readonly publisher: Pick<Publisher, 'snapshot' | 'follow'>
  readonly nodes: Pick<Nodes, 'acknowledge' | 'leave'>
}

/** The control plane of the same process. */
export function createLocalSource({ publisher, nodes }: LocalSourceOptions): ChangeSource {
  return {
    snapshot: async function* (signal) {
      for await (const messages of snapshotMessages(await publisher.snapshot())) {
        if (signal.aborted) throw new SourceError('unreachable', 'the snapshot was broken off')
        yield* messages
      }
    },
    changes: async function* (after, signal) {
      for await (const lines of publisher.follow(after, signal)) yield* lines.map(toMessage)
    },
    acknowledge: nodes.acknowledge,
    leave: nodes.leave,
  }
}

/** Lines, as they go over the wire: what followers are given is a copy of their own. */
function toMessage(line: string): FeedMessage {
  const read = readMessage(line.trimEnd())
  if (!read.ok) throw new SourceError('damaged', `a line of our own cannot be read: ${read.why}`)
  return read.message
}
