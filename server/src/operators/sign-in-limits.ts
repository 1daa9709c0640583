import { createDelayCounter, createWindowCounter } from './attempt-counters.ts'

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

export type SignInAttempt = {
  /** The address as normalised, so that no spelling of it counts apart. */
  readonly email: string
  readonly network: string
  /** Whether the operator has lately signed in from this network. Asked only when it matters. */
  readonly isKnown: () => Promise<boolean>
}

/** An attempt that has begun and counts, unless it turns out otherwise. */
export type BegunAttempt = {
  readonly outcome: 'begun'
  /** It was the right password: that was no guess, and the guesses before are forgiven to who made them. */
  readonly succeeded: () => void
  /** Nobody has looked at the password. */
  readonly undo: () => void
}

export type SignInLimits = {
  /** Begins the attempt, or tells for how long nothing is tried. */
  readonly begin: (
    attempt: SignInAttempt,
  ) => Promise<BegunAttempt | { readonly outcome: 'wait'; readonly waitMs: number }>
}

/**
 * Slows down who guesses passwords (OWASP ASVS 5, 6.3.1): one account from one network ever more, a network over all
 * accounts, an account over all networks. The last does not stop networks that the operator comes from, so that nobody
 * else can lock the operator out.
 */
export function createSignInLimits(now: () => number): SignInLimits {
  const pairs = createDelayCounter({ free: 5, delayMaxMs: 15 * MINUTE_MS, forgottenMs: 24 * HOUR_MS })
  const networks = createWindowCounter({ max: 30, windowMs: 10 * MINUTE_MS })
  const accounts = createWindowCounter({ max: 100, windowMs: HOUR_MS })
  return {
    begin: async ({ email, network, isKnown }) => {
      const pair = `${network} ${email}`
      const exempt = accounts.waitMs(email, now()) > 0 && (await isKnown())
      // From here on nothing waits: of many attempts at once each sees those before it.
      const at = now()
      const counted = [
        { counter: pairs, key: pair },
        { counter: networks, key: network },
        ...(exempt ? [] : [{ counter: accounts, key: email }]),
      ]
      const waitMs = Math.max(...counted.map(({ counter, key }) => counter.waitMs(key, at)))
      if (waitMs > 0) return { outcome: 'wait', waitMs }
      for (const { counter, key } of counted) counter.begin(key, at)
      const undo = (): void => {
        for (const { counter, key } of counted) counter.undo(key, now())
      }
      return {
        outcome: 'begun',
        undo,
        succeeded: () => {
          undo()
          pairs.reset(pair)
        },
      }
    },
  }
}
