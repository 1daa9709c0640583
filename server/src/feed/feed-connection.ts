import { type ChangeSource, SourceError } from './change-source.ts'
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
  readonly totals: () => ConnectionTotals
  readonly close: () => Promise<void>
}

export type ConnectionTotals = {
  readonly snapshots: number
  readonly connections: number
  readonly damagedMessages: number
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
  const { state, files, timing, monotonic, randomBytes } = options
  const ended = new AbortController()
  const { signal } = ended
  const pace = createPace({
    leastMs: timing.retryLeast,
    jitterMs: timing.retryJitter,
    random: () => (randomBytes(1)[0] ?? 0) / 256,
    monotonic,
  })
  const failures = createFailures(options)
  const first = Promise.withResolvers<void>()
  let [snapshots, connections] = [0, 0]
  let needsSnapshot = true
  let running: Promise<void> | undefined

  async function attempt(isFirst: boolean): Promise<void> {
    connections += 1
    if (needsSnapshot) {
      await load(options, { isFirst, signal })
      snapshots += 1
      needsSnapshot = false
    }
    first.resolve()
    await follow(options, { works: failures.over, signal })
    needsSnapshot = true
  }

  async function run(): Promise<void> {
    for (let isFirst = true; ; isFirst = false) {
      await pace.next(signal)
      if (signal.aborted) return first.resolve()
      await attempt(isFirst).catch((error: unknown) => {
        if (!signal.aborted) failures.happened(error)
      })
      if (isFirst && state.seq() === undefined && !signal.aborted) await files.restore()
      first.resolve()
    }
  }

  return {
    start: async () => {
      running ??= run()
      await first.promise
    },
    totals: () => ({ snapshots, connections, damagedMessages: failures.damaged() }),
    close: async () => {
      ended.abort()
      await running
    },
  }
}

/** Takes a snapshot, and keeps it. Where there may be files to begin with, it has to be quick. */
async function load(
  { source, state, standing, files, timing, onLoaded }: FeedConnectionOptions,
  { isFirst, signal }: { readonly isFirst: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const { firstAttempt, snapshotFirst, snapshotTotal, silence } = timing
  const limits =
    isFirst && files.areKept
      ? { firstMs: firstAttempt, nextMs: firstAttempt, totalMs: firstAttempt }
      : { firstMs: snapshotFirst, nextMs: silence, totalMs: snapshotTotal }
  const stored = await files.replace()
  try {
    const messages = unlessSilent(source.snapshot, limits, signal)
    const position = await state.load(oneByOne(messages), stored.write)
    standing.loaded(position.seq)
    onLoaded(position.seq)
    await stored.commit(position)
  } catch (error) {
    await stored.abandon()
    throw error
  }
}

async function* oneByOne(messages: AsyncIterable<FeedMessage>): AsyncGenerator<readonly FeedMessage[]> {
  for await (const message of messages) yield [message]
}

/** Follows the changes until a snapshot is in order. Throws where they cannot be followed any further. */
async function follow(
  options: FeedConnectionOptions,
  { works, signal }: { readonly works: () => void; readonly signal: AbortSignal },
): Promise<void> {
  const { source, state, standing, files, timing, monotonic, newest, onNewest } = options
  const position = (): number => state.seq() ?? 0
  const changes = (either: AbortSignal): ReturnType<ChangeSource['changes']> =>
    source.changes(position(), either)
  await followChanges({
    messages: unlessSilent(changes, { firstMs: timing.silence, nextMs: timing.silence }, signal),
    apply: (change) => {
      if (!state.apply(change)) return false
      standing.applied(change.seq)
      const reached = state.position()
      if (reached) files.append(change, reached)
      return true
    },
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
}

/** Says when it cannot be followed, why, and when that is over; not each time. */
function createFailures({ log, state }: Pick<FeedConnectionOptions, 'log' | 'state'>): {
  readonly happened: (error: unknown) => void
  readonly over: () => void
  readonly damaged: () => number
} {
  let said: SourceError['code'] | undefined
  let damaged = 0
  return {
    damaged: () => damaged,
    over: () => {
      if (said !== undefined) log.info({ seq: state.seq() }, 'changes are followed again')
      said = undefined
    },
    happened: (error) => {
      const known =
        error instanceof SourceError ? error : new SourceError('unreachable', 'it broke', { cause: error })
      const { code, message: reason, cause } = known
      if (code === 'damaged' || code === 'protocol_version') damaged += 1
      if (code === said) return
      said = code
      log.warn({ code, reason, err: cause, seq: state.seq() }, 'changes cannot be followed; trying again')
    },
  }
}
