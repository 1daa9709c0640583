import type { Logger } from 'pino'
import { atMost, oncePerMinute, oneAtATime } from './one-at-a-time.ts'
import { BATCH_ROWS_MAX, type UseSink } from './use-batch.ts'
import type { UseCounter } from './use-counter.ts'
import { createUseSender } from './use-sender.ts'
import { createUseStore, type StoreTotals } from './use-store.ts'
import { createUseWriter } from './use-writer.ts'

/** Carries what is counted to a sink by way of files, beside the calls: none of them waits for a disk or for the sink. */
export type UseSpool = {
  /**
   * Writes and sends what has been counted until now. Resolves when it has arrived, when that failed, or after 2 s; never
   * rejects: that a token was used is worth no failed answer.
   */
  readonly flush: () => Promise<void>
  /** Writes what is left, sends what it can within 5 s, and ends. What is not sent is sent by the next start. */
  readonly close: () => Promise<void>
  readonly totals: () => StoreTotals
}

export type UseSpoolOptions = {
  /** Made where it does not exist. One spool at a time. */
  readonly directory: string
  readonly counter: UseCounter
  readonly sink: UseSink
  /** Of this gateway now; a batch keeps the one that it was written with. */
  readonly nodeId: () => string
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Logger
  readonly everyMs?: number
  /** Of one batch. */
  readonly rowsMax?: number
  /** Of all files together. Beyond it the oldest are dropped of those that cannot have been sent yet. */
  readonly maxBytes?: number
  /** For so long flushing and closing wait at most. */
  readonly patienceMs?: { readonly flush: number; readonly close: number }
}

const EVERY_MS = 10_000
const MAX_BYTES = 64 * 1024 * 1024
const PATIENCE_MS = { flush: 2000, close: 5000 }

export function createUseSpool(options: UseSpoolOptions): UseSpool {
  const { directory, counter, sink, nodeId, now, log } = options
  const {
    everyMs = EVERY_MS,
    rowsMax = BATCH_ROWS_MAX,
    maxBytes = MAX_BYTES,
    patienceMs = PATIENCE_MS,
  } = options
  const atTimes = oncePerMinute(now)
  const store = createUseStore({
    directory,
    now,
    maxBytes,
    onDropped: () =>
      atTimes(() => log.error(store.totals(), 'no room for more counted use: the oldest was dropped')),
    onDamaged: (number) => log.error({ number }, 'a batch of counted use was put aside'),
  })
  const write = oneAtATime(createUseWriter({ store, counter, nodeId, rowsMax, now, log }))
  const sender = createUseSender({ store, sink, now, log })
  const writeAndSend = async (): Promise<void> => {
    await write()
    await sender.send()
  }
  const tick = oneAtATime(async () => {
    await write()
    // Not waited for: a sink that hangs stops no writing.
    void sender.sendUnlessFailing()
  })
  const timer = setInterval(() => void tick(), everyMs)
  timer.unref()
  return {
    flush: () => atMost(patienceMs.flush, writeAndSend()),
    close: async () => {
      clearInterval(timer)
      await atMost(patienceMs.close, writeAndSend())
      sender.end()
    },
    totals: store.totals,
  }
}
