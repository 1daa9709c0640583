import { changeLatest } from '#storage/changes.ts'
import type { Database } from '#storage/database.ts'
import type { Readiness } from './health.ts'

const REMEMBERED_MS = 1_000
const WAIT_MS = 2_000
const AWAY = 'The database cannot be reached.'

/** Whether the database answers. Asked at most once a second, however often others ask. */
export function storageReadiness(db: Database): Readiness {
  let asked = Number.NEGATIVE_INFINITY
  let answer: Promise<string | undefined> = Promise.resolve(undefined)
  return () => {
    if (performance.now() - asked < REMEMBERED_MS) return answer
    asked = performance.now()
    answer = ask(db)
    return answer
  }
}

async function ask(db: Database): Promise<string | undefined> {
  const { promise: late, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(() => resolve(AWAY), WAIT_MS)
  const found = db.snapshot(undefined, changeLatest).then(
    () => undefined,
    () => AWAY,
  )
  try {
    return await Promise.race([found, late])
  } finally {
    clearTimeout(timer)
  }
}
