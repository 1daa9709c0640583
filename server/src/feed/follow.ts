import type { Database } from '#storage/database.ts'
import type { Bell } from './bell.ts'
import { type FeedMessage, writeMessage } from './protocol.ts'
import { reachable } from './reachable.ts'
import { type ReadChanges, readChanges } from './read-changes.ts'
import type { RecentChanges } from './recent-changes.ts'

/** A follower that is behind by more loads the snapshot: that is less work for everybody. */
const BEHIND_MAX = 10_000
const HEARTBEAT_MS = 1_000
const LINES_AT_ONCE = 50

export type FollowParts = {
  readonly db: Database
  readonly now: () => number
  readonly recent: RecentChanges
  /** Rings when there is something new. */
  readonly news: Bell
  /** Another number after each time that the positions had to begin anew. */
  readonly epoch: () => number
}

/**
 * Lines of the changes after a position, some at a time, with heartbeats; ends with `reload`, or when it is aborted. Holds
 * nothing but its position: what a slow reader has not taken yet is among the recent changes, or in the database.
 */
export async function* follow(
  parts: FollowParts,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<readonly string[]> {
  const { now, recent, news, epoch } = parts
  const begun = epoch()
  let position = after
  let beatAt = performance.now()
  // A position beyond the newest change is one of another history: of a database that was restored from a backup since.
  if (position > recent.newest()) return yield reload()
  while (!signal.aborted) {
    if (epoch() !== begun || recent.newest() - position > BEHIND_MAX) return yield reload()
    const lines = await linesAfter(parts, position)
    if (lines === undefined) return yield reload()
    if (lines.length > 0) {
      position += lines.length
      yield lines
      continue
    }
    const beatIn = beatAt - performance.now()
    if (beatIn > 0) {
      await news.wait(beatIn, signal)
      continue
    }
    beatAt = performance.now() + HEARTBEAT_MS
    yield [writeMessage({ kind: 'heartbeat', seq: position, at: now() })]
  }
}

/** Undefined: they are not to be had any more. */
async function linesAfter(
  { db, now, recent }: FollowParts,
  position: number,
): Promise<readonly string[] | undefined> {
  if (position >= recent.newest()) return []
  if (position >= recent.base()) return recent.after(position, LINES_AT_ONCE)
  return changeLines(await reachable(() => readChanges(db, position)), now())
}

function changeLines(read: ReadChanges, at: number): readonly string[] | undefined {
  if (read.kind === 'lost') return undefined
  return read.changes.map(({ seq, record }) => changeLine({ seq, record, at }))
}

/** A change as it goes over the wire. */
export function changeLine(change: Omit<Extract<FeedMessage, { kind: 'change' }>, 'kind'>): string {
  return writeMessage({ kind: 'change', ...change })
}

function reload(): readonly string[] {
  return [writeMessage({ kind: 'reload' })]
}
