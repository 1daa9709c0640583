import type { Logger } from 'pino'

const FEED_MEDIA_TYPE = 'application/vnd.stagedoor.feed'

const STALLED_MS = 30_000

export type FeedAnswerOptions = {
  /** Ends the work behind the stream. */
  readonly abort: AbortController
  readonly log: Logger
  readonly requestId: string
  readonly stalledMs?: number | undefined
}

/**
 * Lines as an answer, each taken only when the one before is on its way: a slow reader holds nothing here, and one that takes
 * nothing for 30 seconds is cut. Rejects where not even the first can be had, so that an answer of success has begun.
 */
export async function feedAnswer(
  source: AsyncIterable<string>,
  { abort, log, requestId, stalledMs = STALLED_MS }: FeedAnswerOptions,
): Promise<Response> {
  const lines = source[Symbol.asyncIterator]()
  let first: IteratorResult<string> | undefined = await lines.next()
  const encoder = new TextEncoder()
  let stalled: NodeJS.Timeout | undefined
  const end = (): void => {
    clearTimeout(stalled)
    abort.abort()
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => watch(controller),
      pull: async (controller) => {
        clearTimeout(stalled)
        try {
          const next = first ?? (await lines.next())
          first = undefined
          if (abort.signal.aborted) return
          if (next.done === true) {
            end()
            return controller.close()
          }
          watch(controller)
          controller.enqueue(encoder.encode(next.value))
        } catch (error) {
          log.warn({ err: error, requestId }, 'a stream to a gateway broke off')
          end()
          controller.error(new Error('the stream broke off'))
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  )
  function watch(controller: ReadableStreamDefaultController<Uint8Array>): void {
    stalled = setTimeout(() => {
      log.warn({ requestId }, 'a gateway does not read its stream: it is cut')
      end()
      controller.error(new Error('the reader has stalled'))
    }, stalledMs)
    stalled.unref()
  }
  return new Response(body, { headers: { 'content-type': FEED_MEDIA_TYPE } })
}
