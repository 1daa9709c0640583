import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialInsert } from '#storage/credentials.ts'
import type { Database, Storage } from '#storage/database.ts'
import { openSqlite } from '#storage/sqlite.ts'
import { credentialRow, tokenRow } from '#storage/test/rows.ts'
import { tokenInsertAll } from '#storage/tokens.ts'

/** A directory of a test, and its end. */
export function temporaryDirectory(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'stagedoor-use-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

export async function openStored(directory: string, now: () => number): Promise<Storage> {
  return await openSqlite({ directory, now })
}

/** A credential with one token, `cred_<name>` and `tok_<name>`. */
export async function addStored(db: Database, tenantId: string, name: string): Promise<void> {
  await db.inTenant(tenantId, async (trx) => {
    await credentialInsert(trx, credentialRow(`cred_${name}`, tenantId))
    await tokenInsertAll(trx, [tokenRow(`tok_${name}`, `cred_${name}`)])
  })
}

/** Everything that is counted, as `credential endpoint outcome hour` and the number of calls. */
export async function countsOf(db: Database): Promise<ReadonlyMap<string, number>> {
  const rows = await db.snapshot(undefined, (trx) => trx.selectFrom('usage_hours').selectAll().execute())
  return new Map(
    rows.map((row) => [`${row.credential_id} ${row.endpoint_id} ${row.outcome} ${row.hour}`, row.calls]),
  )
}

export async function lastUseOf(db: Database, tokenId: string): Promise<number | null | undefined> {
  const row = await db.snapshot(undefined, (trx) =>
    trx.selectFrom('tokens').select('last_used_at').where('id', '=', tokenId).executeTakeFirst(),
  )
  return row?.last_used_at
}
