import { SourceError } from './change-source.ts'
import type { FeedMessage } from './protocol.ts'

export type SilenceLimits = {
  /** Until the first message, in milliseconds. */
  readonly firstMs: number
  /** Between two messages. */
  readonly nextMs: number
  /** For all of them. */
  readonly totalMs?: number
}

/**
 * The messages of a source, as long as it goes on saying something: a connection that is half open looks like a quiet one.
 * Ends the source in every case, and waits for nothing of what it does then. Throws SourceError `unreachable`.
 */
export async function* unlessSilent(
  open: (signal: AbortSignal) => AsyncIterable<FeedMessage>,
  { firstMs, nextMs, totalMs = Number.POSITIVE_INFINITY }: SilenceLimits,
  signal: AbortSignal,
): AsyncGenerator<FeedMessage> {
  const ended = new AbortController()
  const messages = open(AbortSignal.any([signal, ended.signal]))[Symbol.asyncIterator]()
  const begun = performance.now()
  // Of the message that is waited for: one promise for all of them would remember each.
  let fail: (error: SourceError) => void = () => undefined
  const onAbort = (): void => fail(silence('it is closed'))
  const onTimer = (): void => fail(silence('the control plane says nothing any more'))
  let isFirst = true
  let timer = setTimeout(onTimer, firstMs)
  signal.addEventListener('abort', onAbort)
  try {
    for (;;) {
      if (signal.aborted) throw silence('it is closed')
      if (performance.now() - begun > totalMs) throw silence('the control plane takes too long')
      timer.refresh()
      const next = await new Promise<IteratorResult<FeedMessage>>((resolve, reject) => {
        fail = reject
        messages.next().then(resolve, reject)
      })
      if (next.done === true) return
      if (isFirst) {
        clearTimeout(timer)
        timer = setTimeout(onTimer, nextMs)
        isFirst = false
      }
      yield next.value
    }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', onAbort)
    ended.abort()
    // It may hang in what it awaits, and whoever reads here shall not.
    void messages.return?.(undefined)?.catch(() => undefined)
  }
}

function silence(message: string): SourceError {
  return new SourceError('unreachable', message)
}
