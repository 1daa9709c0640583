import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { type Logger, pino } from 'pino'
import { changeAppend } from '#storage/changes.ts'
import { credentialInsert, credentialUpdate } from '#storage/credentials.ts'
import type { Database, Storage } from '#storage/database.ts'
import { openSqlite } from '#storage/sqlite.ts'
import { credentialRow, tokenRow } from '#storage/test/rows.ts'
import { tokenInsertAll } from '#storage/tokens.ts'

export const TENANT = 'tnt_one'

/** A real SQLite of its own, gone with the test. */
export async function temporarySqlite(now: () => number = Date.now): Promise<Storage> {
  const directory = mkdtempSync(join(tmpdir(), 'stagedoor-feed-'))
  const storage = await openSqlite({ directory, now })
  return {
    ...storage,
    close: async () => {
      await storage.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Adds a credential with one token, as one change. Answers its position. */
export async function addCredential(
  { db }: Pick<Storage, 'db'>,
  id: string,
  tenantId = TENANT,
): Promise<number> {
  return await db.inTenant(tenantId, async (trx) => {
    await credentialInsert(trx, credentialRow(id, tenantId))
    await tokenInsertAll(trx, [tokenRow(`tok_${id}`, id, { digest: digestOfToken(id), hint: 'hint' })])
    return await changeAppend(trx, { tenantId, credentialId: id, occurredAt: 1 })
  })
}

/** What the tests look for in places where no digest of a token may be. */
export function digestOfToken(credentialId: string): string {
  return hash('sha256', `the token of ${credentialId}`)
}

export type Change = { readonly active?: boolean; readonly deletedAt?: number; readonly occurredAt?: number }

/** Changes a credential, as one change. Answers its position. */
export async function changeCredential(
  { db }: Pick<Storage, 'db'>,
  id: string,
  { active = true, deletedAt, occurredAt = 1 }: Change,
  tenantId = TENANT,
): Promise<number> {
  return await db.inTenant(tenantId, async (trx) => {
    await credentialUpdate(trx, id, { active: active ? 1 : 0, deleted_at: deletedAt ?? null })
    return await changeAppend(trx, { tenantId, credentialId: id, occurredAt })
  })
}

/** A database that can be taken away: everything that is asked of it then fails. */
export function removable(db: Database): { readonly db: Database; readonly away: (isAway: boolean) => void } {
  let isAway = false
  const check = (): void => {
    if (isAway) throw new Error('connect ECONNREFUSED')
  }
  return {
    away: (value) => {
      isAway = value
    },
    db: {
      inTenant: async (tenantId, work) => (check(), await db.inTenant(tenantId, work)),
      acrossTenants: async (work, turn) => (check(), await db.acrossTenants(work, turn)),
      snapshot: async (tenantId, work) => (check(), await db.snapshot(tenantId, work)),
    },
  }
}

/** A log whose lines can be read. */
export function readableLog(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const stream = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(chunk.toString())
      done()
    },
  })
  return { log: pino({ level: 'trace' }, stream), lines }
}
