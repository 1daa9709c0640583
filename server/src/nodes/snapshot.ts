import { writeMessage } from '#feed/protocol.ts'
import type { Publisher } from '#feed/publisher.ts'
import { snapshotMessages } from '#feed/read-snapshot.ts'
import type { NodesApp, NodesDeps } from './deps.ts'
import { feedAnswer } from './feed-answer.ts'
import { protocolVersion } from './protocol-version.ts'

/** `GET snapshot`: everything that is decided by, as lines. */
export function registerSnapshot(app: NodesApp, { publisher, log, stalledMs }: NodesDeps): void {
  app.get('/snapshot', protocolVersion, async (c) => {
    const options = { abort: new AbortController(), log, requestId: c.get('requestId'), stalledMs }
    return await feedAnswer(snapshotLines(publisher, options.abort.signal), options)
  })
}

async function* snapshotLines(
  publisher: Pick<Publisher, 'snapshot'>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const messages of snapshotMessages(await publisher.snapshot())) {
    if (signal.aborted) return
    yield messages.map(writeMessage).join('')
  }
}
