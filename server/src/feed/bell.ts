/** Wakes those who wait for something to happen. */
export type Bell = {
  readonly ring: () => void
  /** Resolves when it rings, after so many milliseconds, or when the signal is aborted. Never rejects. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>
}

export function createBell(): Bell {
  const waiting = new Set<() => void>()
  return {
    ring: () => {
      for (const wake of waiting) wake()
    },
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const wake = (): void => {
          clearTimeout(timer)
          waiting.delete(wake)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const timer = setTimeout(wake, Math.max(0, milliseconds))
        waiting.add(wake)
        signal?.addEventListener('abort', wake, { once: true })
        if (signal?.aborted === true) wake()
      }),
  }
}
