import type { Logger } from 'pino'
import { changeLatest } from '#storage/changes.ts'
import type { Storage } from '#storage/database.ts'
import { createBell } from './bell.ts'
import { changeLine, follow } from './follow.ts'
import { forgetOldChanges } from './forget-old-changes.ts'
import { createFresh } from './fresh.ts'
import { keepTrying } from './keep-trying.ts'
import { reachable } from './reachable.ts'
import { readChanges } from './read-changes.ts'
import { createDigestReader, type DigestAt } from './read-digest.ts'
import { type PolicySnapshot, readSnapshot } from './read-snapshot.ts'
import { createRecentChanges, type RecentChanges } from './recent-changes.ts'

/** Reads the changes of the database in the order of their commits, and hands them to any number of followers. */
export type Publisher = {
  /** Something was committed: do not wait for the next look. */
  readonly wake: () => void
  /** The position of everything that was committed before the call. Rejects where the database cannot be read. */
  readonly caughtUp: () => Promise<number>
  /** The newest change that was read; 0 before the first reading. */
  readonly newest: () => number
  /** Lines of the changes after a position. Ends with `reload`, or when it is aborted; throws SourceError. */
  readonly follow: (after: number, signal: AbortSignal) => AsyncIterable<readonly string[]>
  /** Rejects with SourceError where the database cannot be read. */
  readonly snapshot: () => Promise<PolicySnapshot>
  /** Of the database itself, as of one instant. Rejects with SourceError where it cannot be read. */
  readonly digest: () => Promise<DigestAt>
  /** Ends every follower. */
  readonly close: () => Promise<void>
}

export type PublisherOptions = {
  readonly storage: Storage
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly log: Logger
}

const RECENT = { countMax: 10_000, lengthMax: 64 * 1024 * 1024 } as const

/** Reads from now on. */
export function createPublisher({ storage, now, log }: PublisherOptions): Publisher {
  const { db } = storage
  const recent = createRecentChanges(RECENT)
  const news = createBell()
  const digests = createDigestReader(db, now)
  const ended = new AbortController()
  let epoch = 0
  const reader = createReader({
    recent,
    read: (after) => readChanges(db, after),
    latest: () => db.snapshot(undefined, changeLatest),
    now,
    restarted: () => {
      epoch += 1
      digests.forget()
      log.warn('the positions of changes have begun anew: gateways load the snapshot')
    },
    news: news.ring,
  })
  const loop = keepTrying({ work: reader, log, failure: 'changes cannot be read from the database' })
  const wake = (): void => void loop.run().catch(() => undefined)
  const unsubscribe = storage.onChange(wake)
  forgetOldChanges({ db, now, log }, ended.signal)
  const caughtUp = async (): Promise<number> => {
    await loop.run()
    return recent.newest()
  }
  const readShared = createFresh(() => readSnapshot(db, now))
  return {
    wake,
    caughtUp,
    newest: recent.newest,
    follow: async function* (after, signal) {
      await reachable(caughtUp)
      const either = AbortSignal.any([signal, ended.signal])
      yield* follow({ db, now, recent, news, epoch: () => epoch }, after, either)
    },
    snapshot: () => reachable(readShared),
    digest: () => reachable(digests.read),
    close: async () => {
      unsubscribe()
      ended.abort()
      news.ring()
      await loop.close()
    },
  }
}

type ReaderOptions = {
  readonly recent: RecentChanges
  readonly read: (after: number) => ReturnType<typeof readChanges>
  readonly latest: () => Promise<number>
  readonly now: () => number
  readonly restarted: () => void
  readonly news: () => void
}

/** Reads until everything is read that was committed when it began. */
function createReader({ recent, read, latest, now, restarted, news }: ReaderOptions): () => Promise<void> {
  let begun = false
  return async () => {
    if (!begun) recent.restart(await latest())
    begun = true
    for (let target: number | undefined; target === undefined || recent.newest() < target; ) {
      const found = await read(recent.newest())
      target ??= found.latest
      if (found.kind === 'lost') {
        recent.restart(found.latest)
        restarted()
        return news()
      }
      if (found.changes.length === 0) return
      const at = now()
      for (const { seq, record } of found.changes) recent.append(changeLine({ seq, record, at }))
      news()
    }
  }
}
