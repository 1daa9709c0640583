import type { Publisher } from '#feed/publisher.ts'
import { refuse } from './answers.ts'
import type { NodesApp, NodesDeps } from './deps.ts'
import { feedAnswer } from './feed-answer.ts'
import { protocolVersion } from './protocol-version.ts'
import { positionSchema } from './schemas.ts'

/** `GET changes?after=N`: the changes after a position, as lines, without an end. */
export function registerChanges(app: NodesApp, { publisher, log, stalledMs, stopping }: NodesDeps): void {
  app.get('/changes', protocolVersion, async (c) => {
    const after = positionSchema.safeParse(c.req.query('after'))
    if (!after.success)
      return refuse(c, { code: 'validation_failed', detail: 'after is a position: 0 or more.' })
    const options = { abort: new AbortController(), log, requestId: c.get('requestId'), stalledMs }
    const signal = AbortSignal.any([options.abort.signal, ...(stopping ? [stopping] : [])])
    return await feedAnswer(changeLines(publisher, after.data, signal), options)
  })
}

async function* changeLines(
  publisher: Pick<Publisher, 'follow'>,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<string> {
  for await (const lines of publisher.follow(after, signal)) yield lines.join('')
}
