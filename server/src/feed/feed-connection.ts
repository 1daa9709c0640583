import { SourceError } from './change-source.ts'
import { followChanges } from './follow-changes.ts'
import type { FollowerOptions, FollowerTiming } from './follower.ts'
import type { FollowerFiles } from './follower-files.ts'
import type { KnownState } from './known-state.ts'
import { createPace } from './pace.ts'
import type { FeedMessage } from './protocol.ts'
import type { Standing } from './standing.ts'
import { unlessSilent } from './unless-silent.ts'

/** Snapshot, changes, and again from where it was, for as long as it lives. */
export type FeedConnection = {
  /** Resolves after the first attempt: with a snapshot, with files, or with nothing. Goes on behind that. */
  readonly start: () => Promise<void>
  readonly totals: () => {
    readonly snapshots: number
    readonly connections: number
    readonly damagedMessages: number
  }
  readonly close: () => Promise<void>
}

export type FeedConnectionOptions = Pick<FollowerOptions, 'source' | 'monotonic' | 'randomBytes' | 'log'> & {
  readonly state: KnownState
  readonly standing: Standing
  readonly files: FollowerFiles
  readonly timing: FollowerTiming
  readonly newest: () => number
  readonly onNewest: (seq: number) => void
  /** A snapshot is decided by: what was known to be newer may be of another history. */
  readonly onLoaded: (seq: number) => void
}

export function createFeedConnection(options: FeedConnectionOptions): FeedConnection {
  const { source, state, standing, files, timing, monotonic, randomBytes, log, newest, onNewest, onLoaded } =
    options
  const { signal, abort } = createEnd()
  const pace = createPace({
    leastMs: timing.retryLeast,
    jitterMs: timing.retryJitter,
    random: () => (randomBytes(1)[0] ?? 0) / 256,
    monotonic,
  })
  let needsSnapshot = true
  let running: Promise<void> | undefined
  let failure: SourceError['code'] | undefined
  const totals = { snapshots: 0, connections: 0, damagedMessages: 0 }
  const first = Promise.withResolvers<void>()

  async function load(isFirst: boolean): Promise<void> {
    const stored = await files.replace()
    try {
      const limits =
        isFirst && files.areKept
          ? { firstMs: timing.firstAttempt, nextMs: timing.firstAttempt, totalMs: timing.firstAttempt }
          : { firstMs: timing.snapshotFirst, nextMs: timing.silence, totalMs: timing.snapshotTotal }
      const position = await state.load(unlessSilent(source.snapshot, limits, signal), stored.write)
      standing.loaded(position.seq)
      onLoaded(position.seq)
      totals.snapshots += 1
      needsSnapshot = false
      await stored.commit(position)
    } catch (error) {
      await stored.abandon()
      throw error
    }
  }

  function apply(change: Extract<FeedMessage, { kind: 'change' }>): boolean {
    if (!state.apply(change)) return false
    standing.applied(change.seq)
    const position = state.position()
    if (position) files.append(change, position)
    return true
  }

  async function follow(): Promise<void> {
    const limits = { firstMs: timing.silence, nextMs: timing.silence }
    const position = (): number => state.seq() ?? 0
    await followChanges({
      messages: unlessSilent((either) => source.changes(position(), either), limits, signal),
      apply,
      position,
      newest,
      onNewest: (seq) => {
        works()
        onNewest(seq)
      },
      wantsSnapshot: files.wantsSnapshot,
      monotonic,
      behindMs: timing.behind,
    })
    needsSnapshot = true
  }

  function works(): void {
    if (failure !== undefined) log.info({ seq: state.seq() }, 'changes are followed again')
    failure = undefined
  }

  function fails(error: unknown): void {
    const known =
      error instanceof SourceError ? error : new SourceError('unreachable', 'it broke', { cause: error })
    if (known.code === 'damaged' || known.code === 'protocol_version') totals.damagedMessages += 1
    if (known.code === failure || signal.aborted) return
    failure = known.code
    const seq = state.seq()
    log.warn(
      { code: known.code, reason: known.message, err: known.cause, seq },
      'changes cannot be followed; trying again',
    )
  }

  async function run(): Promise<void> {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      await pace.next(signal)
      if (signal.aborted) return
      totals.connections += 1
      try {
        if (needsSnapshot) await load(isFirst)
        first.resolve()
        await follow()
      } catch (error) {
        fails(error)
      }
      if (isFirst && state.seq() === undefined && !signal.aborted) await files.restore()
      first.resolve()
    }
  }

  return {
    start: async () => {
      running ??= run()
      await first.promise
    },
    totals: () => ({ ...totals }),
    close: async () => {
      abort()
      await running
    },
  }
}

function createEnd(): { readonly signal: AbortSignal; readonly abort: () => void } {
  const controller = new AbortController()
  return { signal: controller.signal, abort: () => controller.abort() }
}
