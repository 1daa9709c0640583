import { setTimeout as sleep } from 'node:timers/promises'
import type { Knowledge } from '@stagedoor/core/knowledge.ts'
import type { Logger } from 'pino'
import type { Policy } from '#policy/policy.ts'
import { createAcknowledger } from './acknowledger.ts'
import { type ChangeSource, SNAPSHOT_BEGIN_MS } from './change-source.ts'
import { type ControlClock, createControlClock } from './control-clock.ts'
import { createFeedConnection } from './feed-connection.ts'
import { createFollowerFiles } from './follower-files.ts'
import { createKnownState, type KnownState, type Position } from './known-state.ts'
import type { NodeIdentity } from './node-identity.ts'
import { createStanding, type Standing } from './standing.ts'

/** The gateway's side of the feed: what is decided by, how well it is known, and what time it is. */
export type Follower = {
  /**
   * Resolves when something can be decided by, or when it is clear that nothing can yet; it goes on trying in any case.
   * Within two seconds where there are files. Never rejects.
   */
  readonly start: () => Promise<void>
  readonly knowledgeOf: (tenantId: string | undefined) => Knowledge
  /** Epoch milliseconds of the control plane's clock. */
  readonly now: () => number
  /** Towards control planes. May change when another start of the program has it. */
  readonly nodeId: () => string
  /** For readiness and metrics. */
  readonly state: () => FollowerState
  /** Keeps what the next start needs, gives the lease back, and ends. Within a few seconds; never rejects. */
  readonly close: () => Promise<void>
}

export type FollowerState = {
  /** Whether anything was learnt, from the control plane or from files. */
  readonly isLoaded: boolean
  /** An acknowledgement was answered within the last three seconds. */
  readonly isConnected: boolean
  /** Position of what is decided by; 0 before anything is. */
  readonly appliedSeq: number
  /** The newest change that is known to exist. */
  readonly newestSeq: number
  /** How many changes are known to exist and not decided by. */
  readonly lagChanges: number
  /** For how long something may have changed without being known. Infinity where nobody can say. */
  readonly ageMs: number
  /** The wall clock of this machine minus the control plane's. */
  readonly skewMs: number
  readonly credentials: number
  /** Since the start: snapshots loaded, attempts to connect, messages that could not be trusted, files that could not be. */
  readonly snapshots: number
  readonly connections: number
  readonly damagedMessages: number
  readonly damagedFiles: number
  readonly fileFailures: number
}

export type FollowerOptions = {
  readonly source: ChangeSource
  readonly policy: Policy
  readonly identity: NodeIdentity
  /** Of the tenants and catalogs that this process was configured with. */
  readonly configDigest: string
  /** Where the next start finds what is known. Undefined: it has no use without its control plane. */
  readonly dataDirectory: string | undefined
  /** What each tenant tolerates, in milliseconds. A tenant that is not among them tolerates nothing. */
  readonly maxStaleMs: ReadonlyMap<string, number>
  /** Milliseconds since any instant; never goes back. */
  readonly monotonic: () => number
  /** Epoch milliseconds, as this machine says. */
  readonly wall: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
  readonly timing?: Partial<FollowerTiming>
}

/** Milliseconds. */
export type FollowerTiming = typeof TIMING

const TIMING = {
  acknowledgeEvery: 1_000,
  acknowledgeTimeout: 2_000,
  /** A stream of changes has a message each second. */
  silence: 3_000,
  behind: 3_000,
  /** Between the beginnings of two attempts to connect. */
  retryLeast: 1_000,
  retryJitter: 600,
  /** Of a snapshot: until it begins, and until it has ended. */
  snapshotFirst: SNAPSHOT_BEGIN_MS,
  snapshotTotal: 300_000,
  /** The same of the first one, where there may be files to begin with. */
  firstAttempt: 1_200,
  keepContactEvery: 5_000,
  leave: 2_000,
}

/** Follows a source into the policy. */
export function createFollower(options: FollowerOptions): Follower {
  const { source, policy, identity, monotonic, wall, maxStaleMs, log } = options
  const timing: FollowerTiming = { ...TIMING, ...options.timing }
  const clock = createControlClock({ monotonic, wall })
  const standing = createStanding({ monotonic, maxStaleMs })
  const state = createKnownState(policy)
  let newest = 0
  const onNewest = (seq: number): void => {
    newest = Math.max(newest, seq)
  }
  const acknowledger = createAcknowledger({
    ...options,
    clock,
    standing,
    onNewest,
    everyMs: timing.acknowledgeEvery,
    timeoutMs: timing.acknowledgeTimeout,
  })
  const onKept = (position: Position): void => acknowledger.kept(position)
  const files = createFollowerFiles({ ...options, clock, standing, state, timing, onKept })
  const connection = createFeedConnection({
    ...options,
    state,
    standing,
    files,
    timing,
    newest: () => newest,
    onNewest,
    onLoaded: (seq) => {
      newest = seq
    },
  })
  return {
    start: async () => {
      await connection.start()
      if (connection.totals().snapshots > 0) await acknowledger.tried
      files.start()
    },
    knowledgeOf: standing.knowledgeOf,
    now: clock.now,
    nodeId: identity.id,
    state: () => ({
      ...describe({ policy, state, standing, clock, newest }),
      ...connection.totals(),
      ...files.totals(),
    }),
    close: async () => {
      await connection.close()
      await acknowledger.close()
      await files.close()
      const { instance } = identity
      const left = source.leave({ nodeId: identity.id(), instance }).catch(() => undefined)
      await Promise.race([left, sleep(timing.leave, undefined, { ref: false })])
      log.debug('the follower has ended')
    },
  }
}

type Described = Omit<
  FollowerState,
  'snapshots' | 'connections' | 'damagedMessages' | 'damagedFiles' | 'fileFailures'
>

function describe({
  policy,
  state,
  standing,
  clock,
  newest,
}: {
  readonly policy: Policy
  readonly state: KnownState
  readonly standing: Standing
  readonly clock: ControlClock
  readonly newest: number
}): Described {
  const appliedSeq = state.seq() ?? 0
  return {
    isLoaded: state.seq() !== undefined,
    isConnected: standing.isConnected(),
    appliedSeq,
    newestSeq: newest,
    lagChanges: Math.max(0, newest - appliedSeq),
    ageMs: standing.ageMs(),
    skewMs: -clock.offsetMs(),
    credentials: policy.count(),
  }
}
