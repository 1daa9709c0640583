import type { Logger } from 'pino'
import { createFresh } from './fresh.ts'

const POLL_MS = 250
const BACKOFF_MS_MAX = 5_000

export type KeepTryingOptions = {
  readonly work: () => Promise<void>
  readonly log: Logger
  /** What cannot be done while it fails, for the log. */
  readonly failure: string
}

export type KeptTrying = {
  /** Resolves after a run that began after this call; rejects where that failed. */
  readonly run: () => Promise<void>
  /** Waits for the run in progress, and ends. */
  readonly close: () => Promise<void>
}

/**
 * Runs the work every 250 ms, later and later while it fails, and when asked to. A failure is logged when it begins and when
 * it is over.
 */
export function keepTrying({ work, log, failure }: KeepTryingOptions): KeptTrying {
  let failures = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false
  let last: Promise<void> = Promise.resolve()

  const run = createFresh(async () => {
    if (closed) throw new Error('it is closed')
    try {
      last = work()
      await last
      if (failures > 0) log.info({ failures }, `over: ${failure}`)
      failures = 0
    } catch (error) {
      if (failures === 0 && !closed) log.error({ err: error }, `${failure}; trying again`)
      failures += 1
      throw error
    }
  })

  function schedule(): void {
    if (closed) return
    timer = setTimeout(poll, Math.min(POLL_MS * 2 ** Math.min(failures, 10), BACKOFF_MS_MAX))
  }
  // Failures are logged where they happen.
  const poll = (): void => void run().then(schedule, schedule)
  poll()

  return {
    run,
    close: async () => {
      closed = true
      clearTimeout(timer)
      await last.catch(() => undefined)
    },
  }
}
