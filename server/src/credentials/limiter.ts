export type LimiterOptions = { readonly atOnce: number; readonly waitingMax: number }

/** Runs the task when there is room, or answers undefined at once where too many wait already. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T | undefined>

export function createLimiter({ atOnce, waitingMax }: LimiterOptions): Limiter {
  let running = 0
  const waiting: (() => void)[] = []
  return async (task) => {
    if (running < atOnce) running += 1
    else {
      if (waiting.length >= waitingMax) return undefined
      // Whoever ends hands over its place, so that nobody overtakes the queue.
      await new Promise<void>((resolve) => waiting.push(resolve))
    }
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running -= 1
    }
  }
}
