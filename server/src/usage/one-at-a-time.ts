/**
 * Work that runs once at a time. Whoever asks while it runs gets the run after it, which all share: however long a run
 * takes, no more than one waits.
 * @param work never rejects
 */
export function oneAtATime(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let following: Promise<void> | undefined

  function run(): Promise<void> {
    const started = work().finally(() => {
      if (running === started) running = undefined
    })
    running = started
    return started
  }

  return () => {
    if (!running) return run()
    following ??= running.then(() => {
      following = undefined
      return run()
    })
    return following
  }
}

/** Work of several kinds, one after another in the order of asking, each after an opening that succeeds once. */
export function inTurns(open: () => Promise<void>): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let opened = false
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const result = last.then(async () => {
      if (!opened) await open()
      opened = true
      return await work()
    })
    last = result.catch(() => undefined)
    return result
  }
}

/** Resolves when this does, or when so much time has passed. */
export async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds)
  })
  await Promise.race([work, passed])
  clearTimeout(timer)
}

/** Lets one thing be said in a minute, and says nothing of the others. */
export function oncePerMinute(now: () => number): (say: () => void) => void {
  let said = Number.NEGATIVE_INFINITY
  return (say) => {
    // Also where the clock was set back by more.
    if (Math.abs(now() - said) < 60_000) return
    said = now()
    say()
  }
}
