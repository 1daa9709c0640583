/** The clock of the control plane, as this process knows it. Its own wall clock plays no part once there was contact. */
export type ControlClock = {
  /** Epoch milliseconds. */
  readonly now: () => number
  /** An acknowledgement was answered: `at` is the control plane's clock, the others are this process's monotonic one. */
  readonly observe: (answer: {
    readonly at: number
    readonly sentAt: number
    readonly answeredAt: number
  }) => void
  /** Begins, before any contact, with what an earlier start has kept. */
  readonly restore: (kept: { readonly offsetMs: number; readonly notBefore: number }) => void
  /** The control plane's clock minus the wall clock of this process, for the next start. */
  readonly offsetMs: () => number
  /** Whether there was any contact: before that, the offset is the one that was kept. */
  readonly isSet: () => boolean
}

export type ControlClockOptions = {
  /** Milliseconds since any instant; never goes back. */
  readonly monotonic: () => number
  /** Epoch milliseconds, as this machine says. Looked at when this is made and restored, and for `offsetMs`. */
  readonly wall: () => number
}

/** A difference beyond this is a clock that was set, not one that drifts, and is not believed at once. */
const STEP_MS = 2_000
/** So many answers in a row must agree before a step is followed. */
const BELIEVED_AFTER = 3

/**
 * Goes on with the monotonic clock between answers. Each answer says between which bounds the control plane's clock was,
 * and the smallest correction into these is made; a step of more than two seconds only once three answers agree on it.
 */
export function createControlClock({ monotonic, wall }: ControlClockOptions): ControlClock {
  /** Added to the monotonic clock it is the control plane's. */
  let offset = wall() - monotonic()
  let isSet = false
  let step: { readonly offset: number; readonly times: number } | undefined
  const now = (): number => Math.floor(monotonic() + offset)
  return {
    now,
    observe: ({ at, sentAt, answeredAt }) => {
      const [low, high] = [at - answeredAt, at - sentAt]
      // Also of what is no number.
      if (!(low <= high)) return
      const middle = (low + high) / 2
      const nearest = Math.min(Math.max(offset, low), high)
      if (!isSet) {
        offset = middle
        isSet = true
      } else if (Math.abs(nearest - offset) <= STEP_MS) {
        offset = nearest
        step = undefined
      } else {
        const agrees = step !== undefined && Math.abs(step.offset - middle) <= STEP_MS
        step = { offset: middle, times: agrees && step ? step.times + 1 : 1 }
        if (step.times < BELIEVED_AFTER) return
        offset = middle
        step = undefined
      }
    },
    restore: ({ offsetMs, notBefore }) => {
      if (isSet || !Number.isFinite(offsetMs) || !Number.isFinite(notBefore)) return
      offset = Math.max(wall() + offsetMs, notBefore) - monotonic()
    },
    offsetMs: () => now() - wall(),
    isSet: () => isSet,
  }
}
