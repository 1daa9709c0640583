import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Database, Queries } from './database.ts'
import { managementTokenFindFirst } from './management-tokens.ts'
import { MIGRATIONS, migrate } from './migrate.ts'
import type { Schema } from './schema.ts'
import { openSqlite } from './sqlite.ts'
import { nodeSqliteDialect } from './sqlite-dialect.ts'

let directory = ''
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'stagedoor-storage-')), 'data')
})
afterEach(() => {
  rmSync(join(directory, '..'), { recursive: true, force: true })
})

const now = (): number => 1000
const DAY = 24 * 60 * 60 * 1000

/** Another process that opens the directory and holds it. */
async function holder(): Promise<ChildProcess> {
  const module = join(import.meta.dirname, 'sqlite.ts')
  const code = `import { openSqlite } from ${JSON.stringify(module)}
    await openSqlite({ directory: ${JSON.stringify(directory)}, now: Date.now }); console.log('open'); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve) => child.stdout.once('data', resolve))
  return child
}

describe('the lock', () => {
  it('refuses a second process at once, naming the first, and is free when that is killed', async () => {
    const child = await holder()
    await expect(openSqlite({ directory, now })).rejects.toThrow(
      `in use by another Stagedoor (process ${child.pid})`,
    )
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
    const storage = await openSqlite({ directory, now })
    await expect(openSqlite({ directory, now })).rejects.toThrow(`process ${process.pid}`)
    await storage.close()
    await (await openSqlite({ directory, now })).close()
  })
})

describe('opening', () => {
  it('makes directory and file readable by their owner alone, and syncs every commit', async () => {
    const { db, close } = await openSqlite({ directory, now })
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, 'stagedoor.sqlite')).mode & 0o077).toBe(0)
    expect(await pragma(db, 'journal_mode')).toEqual({ journal_mode: 'wal' })
    expect(await pragma(db, 'synchronous')).toEqual({ synchronous: 2 })
    expect(await pragma(db, 'foreign_keys')).toEqual({ foreign_keys: 1 })
    await close()
  })

  it('refuses a damaged file and leaves the lock free', async () => {
    await (await openSqlite({ directory, now })).close()
    writeFileSync(join(directory, 'stagedoor.sqlite'), 'x'.repeat(10_000))
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(openSqlite({ directory, now })).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringMatching(/cannot be opened|damaged/),
      })
    }
  })
})

async function pragma(db: Database, name: string): Promise<unknown> {
  return (await db.snapshot(undefined, (trx) => sql.raw(`PRAGMA ${name}`).execute(trx))).rows[0]
}

describe('migrations', () => {
  it('are applied once, and a newer database is refused', async () => {
    const first = await openSqlite({ directory, now })
    await first.close()
    const again = await openSqlite({ directory, now: () => 2000 })
    const rows = await again.db.snapshot(undefined, (trx) =>
      trx.selectFrom('migrations').selectAll().execute(),
    )
    expect(rows).toEqual(MIGRATIONS.map(({ name }) => ({ name, applied_at: 1000 })))
    await again.db.acrossTenants((trx) =>
      trx.insertInto('migrations').values({ name: '9999-later', applied_at: 1 }).execute(),
    )
    await again.close()
    await expect(openSqlite({ directory, now })).rejects.toThrow('written by a newer Stagedoor')
  })

  it('keep what an older release has written', async () => {
    const [first] = MIGRATIONS
    if (!first) throw new Error('there is no first migration')
    const older = new DatabaseSync(':memory:')
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(older) })
    await migrate(db, { now, migrations: [first] })
    await sql`insert into audit_events values ('aud_1', 'tnt_a', 1, 'me', 'credential_added', 'cred_1', '{}', 'req_1')`.execute(
      db,
    )
    await sql`insert into management_tokens values ('mgt_1', 'digest', 'hint', 1)`.execute(db)
    await migrate(db, { now })
    expect(await db.selectFrom('audit_events').select(['id', 'subject_id']).execute()).toEqual([
      { id: 'aud_1', subject_id: 'cred_1' },
    ])
    expect(await db.transaction().execute(managementTokenFindFirst)).toEqual({
      id: 'mgt_1',
      digest: 'digest',
      hint: 'hint',
      created_at: 1,
      tenant_id: null,
      title: 'First start',
      role: 'customer_admin',
      created_by: null,
      last_used_at: null,
      revoked_at: null,
    })
    await db.destroy()
  })

  it('make a family of every OAuth pair that was issued before there were any', async () => {
    const older = new DatabaseSync(':memory:')
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(older) })
    await migrate(db, { now, migrations: MIGRATIONS.slice(0, 3) })
    await sql`insert into credentials values ('cred_1', 't', 'A', 'a', '', 'a', 'oauth', 1, '{"kind":"all"}', null,
      'Ada@Example.com', null, 1, 1, 1, null)`.execute(db)
    for (const [id, kind, issuedAt] of [
      ['tok_api', 'api', 5],
      ['tok_acc', 'access', 7],
      ['tok_ref', 'refresh', 7],
    ] as const) {
      await sql`insert into tokens values (${id}, 'cred_1', ${kind}, ${id}, 'hint', ${issuedAt}, null, null)`.execute(
        db,
      )
    }
    await migrate(db, { now })
    const tokens = await db
      .selectFrom('tokens')
      .select(['id', 'family_id', 'generation'])
      .orderBy('id')
      .execute()
    expect(tokens).toEqual([
      { id: 'tok_acc', family_id: 'fam_ref', generation: 1 },
      { id: 'tok_api', family_id: null, generation: null },
      { id: 'tok_ref', family_id: 'fam_ref', generation: 1 },
    ])
    const family = {
      id: 'fam_ref',
      credential_id: 'cred_1',
      created_at: 7,
      expires_at: 7 + 90 * DAY,
      revoked_at: null,
      reuse_detected_at: null,
    }
    expect(await db.selectFrom('token_families').selectAll().execute()).toEqual([family])
    expect(await db.selectFrom('credentials').select('email_key').execute()).toEqual([
      { email_key: 'ada@example.com' },
    ])
    await db.destroy()
  })

  it('take the mark of reuse away where an operator has answered it, and only there', async () => {
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(new DatabaseSync(':memory:')) })
    await migrate(db, { now, migrations: MIGRATIONS.slice(0, 5) })
    for (const id of ['cred_answered', 'cred_open']) {
      await sql`insert into credentials values (${id}, 't', ${id}, ${id}, '', 'a', 'oauth', 1, '{"kind":"all"}', null,
        'ada@example.com', null, 1, 1, 1, null, 'ada@example.com')`.execute(db)
      await sql`insert into token_families values (${`fam_${id}`}, ${id}, 1, 99, 7, 7)`.execute(db)
    }
    await sql`insert into token_families values ('fam_later', 'cred_answered', 8, 99, null, null)`.execute(db)
    await migrate(db, { now })
    const marks = await db
      .selectFrom('token_families')
      .select(['id', 'reuse_detected_at'])
      .orderBy('id')
      .execute()
    expect(marks).toEqual([
      { id: 'fam_cred_answered', reuse_detected_at: null },
      { id: 'fam_cred_open', reuse_detected_at: 7 },
      { id: 'fam_later', reuse_detected_at: null },
    ])
    await db.destroy()
  })

  it('leave nothing of one that fails', async () => {
    const db = new Kysely<Schema>({ dialect: nodeSqliteDialect(new DatabaseSync(':memory:')) })
    const broken = {
      name: '9998-broken',
      up: async (trx: Queries) => {
        await trx.schema.createTable('half').addColumn('id', 'text').execute()
        throw new Error('broken')
      },
    }
    await expect(migrate(db, { now, migrations: [...MIGRATIONS, broken] })).rejects.toThrow('broken')
    expect((await db.introspection.getTables()).map(({ name }) => name)).not.toContain('half')
    await db.destroy()
  })
})
