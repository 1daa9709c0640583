import type { Logger } from 'pino'
import { oncePerMinute } from './one-at-a-time.ts'
import type { UseBatch } from './use-batch.ts'
import type { TakenUse, UseCounter } from './use-counter.ts'
import type { UseStore } from './use-store.ts'

export type UseWriterOptions = {
  readonly store: UseStore
  readonly counter: UseCounter
  readonly nodeId: () => string
  readonly rowsMax: number
  readonly now: () => number
  readonly log: Logger
}

/**
 * Writes what was counted as batches. Where that fails, nothing more is taken from the counter until it succeeds, so what is
 * held in memory stays within the counter's bound. Never rejects.
 */
export function createUseWriter(options: UseWriterOptions): () => Promise<void> {
  const { store, counter, nodeId, rowsMax, now, log } = options
  const atTimes = oncePerMinute(now)
  let taken: TakenUse | undefined
  let rows: Rows | undefined
  /** It has its number, and is not known to be kept: it is added again as it is, since it may be kept nevertheless. */
  let unwritten: UseBatch | undefined

  async function writeTaken(): Promise<void> {
    for (;;) {
      if (!unwritten) {
        rows ??= taken && nextRows(taken, rowsMax)
        if (!rows) return
        unwritten = { nodeId: nodeId(), number: await store.nextNumber(), ...rows }
        rows = undefined
      }
      await store.add(unwritten)
      unwritten = undefined
    }
  }

  return async () => {
    try {
      await writeTaken()
      taken = counter.take()
      await writeTaken()
    } catch (error) {
      atTimes(() => log.error({ err: error }, 'counted use could not be written; it is tried again'))
    }
  }
}

type Rows = Pick<UseBatch, 'calls' | 'tokens'>

/** Undefined where nothing is left. */
function nextRows(taken: TakenUse, most: number): Rows | undefined {
  const calls = upTo(most, taken.calls)
  const tokens = upTo(most - calls.length, taken.tokens)
  return calls.length + tokens.length > 0 ? { calls, tokens } : undefined
}

function upTo<Row>(most: number, rows: Iterator<Row, undefined>): Row[] {
  const found: Row[] = []
  while (found.length < most) {
    const next = rows.next()
    if (next.done === true) break
    found.push(next.value)
  }
  return found
}
