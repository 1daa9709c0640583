import type { Endpoint } from './catalog.ts'
import type { Machine } from './machine.ts'
import type { Running } from './process.ts'
import type { Traffic } from './traffic.ts'

/** What a program under test is started with. */
export type Ground = {
  readonly machine: Machine
  /** For its configuration and its output. */
  readonly folder: string
  readonly upstreamPort: number
  readonly traffic: Traffic
  readonly endpoints: readonly Endpoint[]
}

/** One that is measured. */
export type Program = {
  readonly name: string
  /** As the table calls it. */
  readonly title: string
  /** Tools without which it cannot be measured. */
  readonly needs: readonly string[]
  /** Whether it tells a good token from a bad one. */
  readonly decides: boolean
  readonly start: (ground: Ground, port: number) => Promise<Running>
}
