/** Time in steps: cheap to read, and it stands still while the process is held up, which is no fault of an upstream. */
export type PoolClock = {
  /** Milliseconds, of no particular beginning. */
  readonly now: () => number
  /** When `ms` from now have surely passed; the clock shows it at most two steps later. */
  readonly after: (ms: number) => number
  /** Runs the clock while there is something to watch. */
  readonly start: () => void
  readonly stop: () => void
}

/** No deadline. */
export const NEVER = Number.POSITIVE_INFINITY

/** @param onStep called at each step, with the new time */
export function createPoolClock(stepMs: number, onStep: (now: number) => void): PoolClock {
  let now = 0
  let timer: NodeJS.Timeout | undefined
  function step(): void {
    now += stepMs
    onStep(now)
  }
  return {
    now: () => now,
    after: (ms) => now + stepMs + ms,
    start: () => {
      timer ??= setInterval(step, stepMs).unref()
    },
    stop: () => {
      clearInterval(timer)
      timer = undefined
    },
  }
}
