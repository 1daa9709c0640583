import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database, Storage } from '#storage/database.ts'
import { openSqlite } from '#storage/sqlite.ts'

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
    await trx
      .insertInto('credentials')
      .values({
        id: `cred_${name}`,
        tenant_id: tenantId,
        title: name,
        title_key: name,
        description: '',
        search_key: name,
        authentication_method: 'api_token',
        active: 1,
        allowed_endpoints: '{"kind":"all"}',
        allowed_endpoints_count: null,
        email: null,
        email_key: null,
        password_hash: null,
        version: 1,
        created_at: 0,
        updated_at: 0,
        deleted_at: null,
      })
      .execute()
    await trx
      .insertInto('tokens')
      .values({
        id: `tok_${name}`,
        credential_id: `cred_${name}`,
        kind: 'api',
        digest: `digest of ${name}`,
        hint: '',
        issued_at: 0,
        expires_at: null,
        revoked_at: null,
        family_id: null,
        generation: null,
        rotated_at: null,
        last_used_at: null,
      })
      .execute()
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
