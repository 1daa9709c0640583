import type { Bell } from './bell.ts'
import type { KnownNodes } from './known-nodes.ts'
import type { Confirm, Receipt } from './receipt.ts'
import { receiptOf } from './receipt-of.ts'

const WAIT_MS = 5_000
/** How often the database is asked what other control planes have heard, while a receipt waits. */
const LOOK_MS = 20
/** The least time that the database gets to answer, however short the wait for gateways is. */
const DATABASE_MS_MIN = 1_000
const AGAIN_MS = 100

export type ConfirmParts = {
  readonly now: () => number
  readonly known: KnownNodes
  /** Rings with each acknowledgement that is heard here. */
  readonly news: Bell
  /** Position of everything that is committed now. */
  readonly caughtUp: () => Promise<number>
  /** Reads what other control planes have heard, where there are any. */
  readonly look: () => Promise<void>
  readonly maxStaleMs: (tenantId: string) => number
  readonly configDigest: string
  readonly incomplete: () => void
}

/**
 * Waits for gateways. The change is committed, so that whatever fails here makes a receipt say less, and never an error: where
 * the database is away, nobody is confirmed.
 */
export function createConfirm(parts: ConfirmParts): Confirm {
  const { now, known, news, caughtUp, look, maxStaleMs, configDigest, incomplete } = parts
  return async ({ tenantId, waitMs = WAIT_MS }) => {
    const begun = performance.now()
    const elapsed = (): number => performance.now() - begun
    const databaseMs = Math.max(waitMs, DATABASE_MS_MIN)
    const left = (): number => databaseMs - elapsed()
    const [caught, looked] = await Promise.all([attempt(caughtUp, left), attempt(look, left)])
    // Gateways that nobody here has heard of may be there: then "all have confirmed" would be a guess.
    const position = looked.done && caught.done ? caught.value : undefined
    let lookedAt = performance.now()
    for (;;) {
      const found = receiptOf(known.all(), {
        position,
        now: now(),
        maxStaleMs: maxStaleMs(tenantId),
        configDigest,
      })
      const isWaiting = position !== undefined && found.pending.some(({ state }) => state === 'late')
      const remaining = waitMs - elapsed()
      if (!isWaiting || remaining <= 0) {
        if (found.pending.some(({ state }) => state !== 'stopped')) incomplete()
        return { ...found, elapsedMs: Math.round(elapsed() * 10) / 10 } satisfies Receipt
      }
      await news.wait(Math.min(remaining, LOOK_MS))
      if (performance.now() - lookedAt >= LOOK_MS) {
        await within(look(), waitMs - elapsed())
        lookedAt = performance.now()
      }
    }
  }
}

/** Tries until it succeeds or the time is over. */
async function attempt<T>(work: () => Promise<T>, left: () => number): Promise<Outcome<T>> {
  for (;;) {
    const outcome = await within(work(), left())
    if (outcome.done || left() <= AGAIN_MS) return outcome
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
  }
}

type Outcome<T> = { readonly done: true; readonly value: T } | { readonly done: false }

/** What comes of it in time. Never rejects; what fails is logged by whoever reads the database. */
function within<T>(work: Promise<T>, milliseconds: number): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ done: false }), Math.max(0, milliseconds))
    const settle = (outcome: Outcome<T>): void => {
      clearTimeout(timer)
      resolve(outcome)
    }
    work.then(
      (value) => settle({ done: true, value }),
      () => settle({ done: false }),
    )
  })
}
