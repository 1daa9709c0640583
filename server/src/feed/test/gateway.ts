import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import type { ChangeSource } from '#feed/change-source.ts'
import { createFollower, type Follower, type FollowerTiming } from '#feed/follower.ts'
import { readNodeIdentity } from '#feed/node-identity.ts'
import { createPolicy, type Policy } from '#policy/policy.ts'
import { TENANT_ID } from './control-plane.ts'

export type TestGateway = {
  readonly follower: Follower
  readonly policy: Policy
  /** What its clocks are off by, in milliseconds. */
  readonly shift: { monotonic: number; wall: number }
  readonly logged: () => string
}

const FAST: Partial<FollowerTiming> = {
  acknowledgeEvery: 10,
  acknowledgeTimeout: 150,
  silence: 200,
  behind: 200,
  retryLeast: 5,
  retryJitter: 5,
  snapshotFirst: 300,
  firstAttempt: 300,
  keepContactEvery: 20,
  leave: 100,
}

/** A follower that is not started yet. */
export function createTestGateway(
  source: ChangeSource,
  options: {
    readonly dataDirectory?: string
    readonly maxStaleMs?: number
    readonly timing?: Partial<FollowerTiming>
    readonly wallShift?: number
  } = {},
): TestGateway {
  const { dataDirectory, maxStaleMs = 15 * 60_000, timing } = options
  const shift = { monotonic: 0, wall: options.wallShift ?? 0 }
  const policy = createPolicy([])
  let logged = ''
  const log = pino({ level: 'debug' }, { write: (line: string) => void (logged += line) })
  const follower = createFollower({
    source,
    policy,
    identity: readNodeIdentity({ dataDirectory, name: 'a test', host: 'here', randomBytes }),
    configDigest: 'configured',
    dataDirectory,
    maxStaleMs: new Map([[TENANT_ID, maxStaleMs]]),
    monotonic: () => performance.now() + shift.monotonic,
    wall: () => Date.now() + shift.wall,
    randomBytes,
    log,
    timing: { ...FAST, ...timing },
  })
  return { follower, policy, shift, logged: () => logged }
}

/** Waits until it is so. What is never so fails the test by the runner's time limit, with the words. */
export async function until(
  holds: () => boolean,
  words: () => unknown = () => holds.toString(),
): Promise<void> {
  for (let waited = 0; !holds(); waited += 1) {
    if (waited > 4_000) throw new Error(`never so: ${JSON.stringify(words())}`)
    await sleep(2)
  }
}
