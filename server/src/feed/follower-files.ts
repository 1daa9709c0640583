import type { ControlClock } from './control-clock.ts'
import type { FollowerOptions, FollowerTiming } from './follower.ts'
import type { KnownState, Position } from './known-state.ts'
import { createPolicyStore, type PolicyStore } from './policy-store.ts'
import type { FeedMessage } from './protocol.ts'
import type { Restored } from './restore-policy.ts'
import type { Standing } from './standing.ts'
import type { StoredSnapshot } from './stored-snapshot.ts'

/** What a follower keeps for its next start; without a data directory, nothing. */
export type FollowerFiles = Pick<PolicyStore, 'append' | 'wantsSnapshot' | 'totals'> & {
  /** Whether there may be something to begin with. */
  readonly areKept: boolean
  /** Decides by what was kept, as far as it can be trusted. Its age goes on where it was. */
  readonly restore: () => Promise<boolean>
  readonly replace: () => Promise<StoredSnapshot>
  /** Keeps the time of contact from now on. */
  readonly start: () => void
  readonly close: () => Promise<void>
}

export type FollowerFilesOptions = Pick<
  FollowerOptions,
  'dataDirectory' | 'randomBytes' | 'monotonic' | 'wall' | 'log'
> & {
  readonly clock: ControlClock
  readonly standing: Standing
  readonly state: KnownState
  readonly timing: Pick<FollowerTiming, 'keepContactEvery'>
  readonly onKept: (position: Position) => void
}

/** Clocks are corrected by this much without anybody having set them. */
const SET_BACK_MS_MAX = 5_000

export function createFollowerFiles(options: FollowerFilesOptions): FollowerFiles {
  const { dataDirectory: directory, clock, standing, state, timing, onKept } = options
  if (directory === undefined) return keepNothing(onKept)
  let kept: Position | undefined
  const store = createPolicyStore({
    ...options,
    directory,
    onKept: (position) => {
      kept = position
      onKept(position)
    },
  })
  let timer: NodeJS.Timeout | undefined
  const keepContact = (): Promise<void> =>
    store.keepContact(() => {
      const age = standing.ageMs()
      const seq = standing.knownSeq()
      // What is known is known of what is applied: it is said of the files only when those have as much.
      if (!Number.isFinite(age) || seq === undefined || kept === undefined || kept.seq < seq) return undefined
      return { seq, contactAt: clock.now() - age, offsetMs: clock.offsetMs() }
    })
  return {
    ...store,
    areKept: true,
    replace: async () => {
      const stored = await store.replace()
      return {
        ...stored,
        commit: async (position) => {
          await stored.commit(position)
          // Under the new files' name, however old it is: the next start begins with these.
          await keepContact()
        },
      }
    },
    restore: async () => {
      const restored = await store.restore(state)
      if (restored === undefined) return false
      begin(options, restored)
      kept = restored.position
      onKept(restored.position)
      return true
    },
    start: () => {
      void keepContact()
      timer = setInterval(() => void keepContact(), timing.keepContactEvery)
      timer.unref()
    },
    close: async () => {
      clearInterval(timer)
      await keepContact()
      await store.close()
    },
  }
}

/** Everything is decided by what was kept, which is as old as it was when it was kept, and the time since then. */
function begin(
  { clock, standing, wall, log }: FollowerFilesOptions,
  { position: { seq }, contactAt, offsetMs, from }: Restored,
): void {
  if (contactAt !== undefined && offsetMs !== undefined) {
    clock.restore({ offsetMs, notBefore: contactAt })
    const age = wall() + offsetMs - contactAt
    // A wall clock that was set back says nothing of how much time has gone by.
    if (age > -SET_BACK_MS_MAX) standing.restored({ seq, ageMs: Math.max(age, 0) })
  }
  standing.loaded(seq)
  const ageSeconds = Math.round(standing.ageMs() / 1000)
  log.warn({ seq, from, ageSeconds }, 'begins with what was kept: no control plane could be reached')
}

function keepNothing(onKept: (position: Position) => void): FollowerFiles {
  return {
    areKept: false,
    restore: async () => false,
    replace: async () => ({
      write: async () => undefined,
      commit: async (position) => onKept(position),
      abandon: async () => undefined,
    }),
    append: (_change: FeedMessage, position) => onKept(position),
    wantsSnapshot: () => false,
    totals: () => ({ fileFailures: 0, damagedFiles: 0 }),
    start: () => undefined,
    close: async () => undefined,
  }
}
