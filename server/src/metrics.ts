import { Counter, Registry } from 'prom-client'
import type { AlarmKind, Alarms } from '#gateway/alarms.ts'

export type Metrics = {
  readonly alarms: Alarms
  /** All that is counted, in the text format of Prometheus. */
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>
}

const KINDS = ['odata_doubtful', 'upstream_reveals_more'] as const satisfies readonly AlarmKind[]

/** What this process counts. Begins at nothing. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const alarms = new Counter({
    name: 'stagedoor_alarms_total',
    help: 'What should never happen, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  })
  // A kind that has not happened yet is 0, so that its first time shows as an increase.
  for (const kind of KINDS) alarms.inc({ kind }, 0)
  return {
    alarms: { raise: (kind) => alarms.inc({ kind }) },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
