import { type UseBatch, UseBatchSchema } from '#usage/use-batch.ts'
import { HOUR_MS } from '#usage/use-counter.ts'
import { refuse } from './answers.ts'
import type { NodesApp } from './deps.ts'
import { readJson } from './read-json.ts'

export type UsageDeps = {
  /** Writes a batch, once however often it comes. */
  readonly ingestUse: (batch: UseBatch) => Promise<{ readonly outcome: 'written' | 'repeated' }>
  /** Epoch milliseconds. */
  readonly now: () => number
}

/** As many rows as a batch may have, each with as long names as it may have, come to less. */
const BYTES_MAX = 8 * 1024 * 1024
/** Clocks are apart by minutes. A day ahead is a mistake that would stand in the counts for years. */
const AHEAD_MAX_MS = 24 * HOUR_MS

/** `POST usage`: what a gateway has counted. Answered once it is written; the same batch may come again. */
export function registerUsage(app: NodesApp, { ingestUse, now }: UsageDeps): void {
  app.post('/usage', async (c) => {
    const body = await readJson(c, UseBatchSchema, { bytesMax: BYTES_MAX })
    if (!body.ok) return body.refusal
    const latest = now() + AHEAD_MAX_MS
    if (body.value.calls.some(({ hour }) => hour > latest))
      return refuse(c, { code: 'validation_failed', detail: 'An hour is far in the future.' })
    return c.json(await ingestUse(body.value))
  })
}
