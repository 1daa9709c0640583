import { setTimeout as passed } from 'node:timers/promises'
import type { CallAnswer } from '../../support/caller.ts'

/** One call. Instants are epoch milliseconds. */
export type Taken = {
  readonly sentAt: number
  readonly answeredAt: number
  readonly status: number
  readonly code: string | undefined
  readonly retryAfter: number
}

export type Watch = {
  readonly until: (condition: (taken: Taken) => boolean) => Promise<void>
  /** After the call that is on its way. */
  readonly end: () => Promise<readonly Taken[]>
}

/** Calls again and again, and writes down what is answered when. */
export function watch(call: () => Promise<CallAnswer>): Watch {
  const taken: Taken[] = []
  const ended = new AbortController()
  const loop = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const sentAt = Date.now()
      const { status, code, headers } = await call()
      const retryAfter = Number(headers['retry-after'])
      taken.push({ sentAt, answeredAt: Date.now(), status, code, retryAfter })
      await passed(25)
    }
  }
  const running = loop()
  return {
    until: async (condition) => {
      while (!taken.some(condition)) await Promise.race([running, passed(25)])
    },
    end: async () => {
      ended.abort()
      await running
      return taken
    },
  }
}
