/**
 * Shares work among those who ask at about the same time. Each gets the result of a run that began after it asked, since one
 * that ran already may have looked before what the asker wants to see was there. One run at a time.
 */
export function createFresh<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined
  let next: Promise<T> | undefined
  const start = (): Promise<T> => {
    next = undefined
    const run = work().finally(() => {
      if (running === run) running = undefined
    })
    running = run
    return run
  }
  return () => {
    if (running === undefined) return start()
    next ??= running.then(start, start)
    return next
  }
}
