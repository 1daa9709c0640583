/** Of connects, one after the other, that failed. */
const FAILURES_MAX = 5
const REFUSED_MS = 1_000

/** Whether connecting is worth trying. */
export type ConnectHealth = {
  /** Whether a connection may be opened now. Where it says true, one of the others must follow. */
  readonly mayConnect: (now: number) => boolean
  readonly connected: () => void
  readonly failed: (now: number) => void
  /** It was given up before it was known how it ends. */
  readonly abandoned: () => void
}

/**
 * After 5 connects that failed one after the other none is tried for a second, and then one at a time until one succeeds. Only
 * connecting counts: whatever an upstream answers, it is there.
 */
export function createConnectHealth(): ConnectHealth {
  let failures = 0
  let refusedUntil = 0
  let isTrying = false
  return {
    mayConnect: (now) => {
      if (failures < FAILURES_MAX) return true
      if (isTrying || now < refusedUntil) return false
      isTrying = true
      return true
    },
    connected: () => {
      failures = 0
      isTrying = false
    },
    failed: (now) => {
      failures += 1
      isTrying = false
      refusedUntil = now + REFUSED_MS
    },
    abandoned: () => {
      isTrying = false
    },
  }
}
