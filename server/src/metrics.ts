import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { AlarmKind, Alarms } from '#gateway/alarms.ts'

export type Metrics = {
  readonly alarms: Alarms
  /** A number that is asked for when somebody looks. Its name is `stagedoor_<name>`. */
  readonly gauge: (name: string, help: string, value: () => number) => void
  /** The same of a number that only grows; its name ends with `_total`. */
  readonly total: (name: string, help: string, value: () => number) => void
  /** The same by the value of one label. */
  readonly totals: (
    name: string,
    help: string,
    options: { readonly label: string; readonly values: () => ReadonlyMap<string, number> },
  ) => void
  /** All that is counted, in the text format of Prometheus. */
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>
}

const KINDS = ['odata_doubtful', 'upstream_reveals_more'] as const satisfies readonly AlarmKind[]
const PREFIX = 'stagedoor_'

/** What this process counts. Begins at nothing. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const alarms = new Counter({
    name: `${PREFIX}alarms_total`,
    help: 'What should never happen, by kind.',
    labelNames: ['kind'],
    registers,
  })
  // A kind that has not happened yet is 0, so that its first time shows as an increase.
  for (const kind of KINDS) alarms.inc({ kind }, 0)
  return {
    alarms: { raise: (kind) => alarms.inc({ kind }) },
    gauge: (name, help, value) => {
      const gauge: Gauge = new Gauge({
        name: PREFIX + name,
        help,
        registers,
        collect: () => gauge.set(value()),
      })
    },
    total: (name, help, value) => {
      const counter: Counter = new Counter({
        name: PREFIX + name,
        help,
        registers,
        collect: () => {
          counter.reset()
          counter.inc(value())
        },
      })
    },
    totals: (name, help, { label, values }) => {
      const counter: Counter = new Counter({
        name: PREFIX + name,
        help,
        labelNames: [label],
        registers,
        collect: () => {
          counter.reset()
          for (const [each, value] of values()) counter.inc({ [label]: each }, value)
        },
      })
    },
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  }
}
