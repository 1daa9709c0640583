import { fork } from 'node:child_process'
import { join } from 'node:path'
import { percentile } from '#bench/cluster/percentiles.ts'

/** What calls waited for their answers, in milliseconds. */
export type Waited = {
  readonly calls: number
  readonly p50: number
  readonly p99: number
  readonly longest: number
  /** Answers that were not 200, and why there was none. */
  readonly failed: readonly string[]
}

/** A caller that does nothing wrong, beside whatever else is done to the gateway. */
export type GoodCaller = {
  /** How it fared while this was done. */
  readonly during: (what: () => Promise<void>) => Promise<Waited>
  readonly stop: () => void
}

const EVERY_MS = 3

type Since = { readonly waited: readonly number[]; readonly failed: readonly string[] }

/** Calls `url` every few milliseconds with the bytes of this request, from now on. */
export function startGoodCaller(url: string, request: string): GoodCaller {
  const child = fork(join(import.meta.dirname, 'good-caller-process.ts'), [url, request, String(EVERY_MS)])
  const ask = (): Promise<Since> =>
    new Promise((resolve) => {
      child.once('message', (since: Since) => resolve(since))
      child.send('and')
    })
  return {
    during: async (what) => {
      await ask()
      await what()
      const { waited, failed } = await ask()
      return {
        calls: waited.length,
        p50: percentile(waited, 0.5),
        p99: percentile(waited, 0.99),
        longest: percentile(waited, 1),
        failed,
      }
    },
    stop: () => void child.kill(),
  }
}
