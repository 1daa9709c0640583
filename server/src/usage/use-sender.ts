import type { Logger } from 'pino'
import { oncePerMinute, oneAtATime } from './one-at-a-time.ts'
import { UseRefusedError, type UseSink } from './use-batch.ts'
import type { UseStore } from './use-store.ts'

export type UseSender = {
  /** Sends what waits. Resolves when nothing does, or something failed: that is tried again. Never rejects. */
  readonly send: () => Promise<void>
  /** The same, unless it has failed a moment ago. */
  readonly sendUnlessFailing: () => Promise<void>
  /** Sends nothing more. */
  readonly end: () => void
}

export type UseSenderOptions = {
  readonly store: UseStore
  readonly sink: UseSink
  readonly now: () => number
  readonly log: Logger
}

const RETRY_FIRST_MS = 1000
const RETRY_LAST_MS = 60_000

/** Sends batches in order, each until it has arrived; after failures it waits longer and longer, up to a minute. */
export function createUseSender({ store, sink, now, log }: UseSenderOptions): UseSender {
  const atTimes = oncePerMinute(now)
  let retry: NodeJS.Timeout | undefined
  let wait = RETRY_FIRST_MS
  let ended = false

  const send = oneAtATime(async () => {
    clearTimeout(retry)
    retry = undefined
    try {
      for (;;) {
        if (ended || !(await sendFirst(store, sink, log))) return
        wait = RETRY_FIRST_MS
      }
    } catch (error) {
      atTimes(() =>
        log.warn({ err: error, ...store.totals() }, 'counted use could not be sent; it is tried again'),
      )
      if (ended) return
      retry = setTimeout(() => void send(), wait).unref()
      wait = Math.min(RETRY_LAST_MS, wait * 2)
    }
  })

  return {
    send,
    sendUnlessFailing: async () => {
      if (!retry) await send()
    },
    end: () => {
      ended = true
      clearTimeout(retry)
    },
  }
}

/** Whether there was one. */
async function sendFirst(store: UseStore, sink: UseSink, log: Logger): Promise<boolean> {
  const batch = await store.first()
  if (!batch) return false
  try {
    await sink.send(batch)
  } catch (error) {
    if (!(error instanceof UseRefusedError)) throw error
    log.error({ err: error, number: batch.number }, 'a batch of counted use is refused')
    await store.putAside(batch.number)
    return true
  }
  await store.remove(batch.number)
  return true
}
