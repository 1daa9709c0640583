import type { Kysely } from 'kysely'
import type { Queries } from './database.ts'
import { StorageError } from './errors.ts'
import { createTables } from './migrations/0001-create-tables.ts'
import { widenAuditAndManagementTokens } from './migrations/0002-widen-audit-and-management-tokens.ts'
import { createOperators } from './migrations/0003-create-operators.ts'
import { createTokenFamilies } from './migrations/0004-create-token-families.ts'
import { noteTokenUse } from './migrations/0005-note-token-use.ts'
import { clearAnsweredReuse } from './migrations/0006-clear-answered-reuse.ts'
import { createNodesAndUsage } from './migrations/0007-create-nodes-and-usage.ts'
import type { Schema } from './schema.ts'

export type Migration = {
  readonly name: string
  readonly up: (trx: Queries) => Promise<void>
}

/** In order. Only ever appended to: there is no way back but a backup. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '0001-create-tables', up: createTables },
  { name: '0002-widen-audit-and-management-tokens', up: widenAuditAndManagementTokens },
  { name: '0003-create-operators', up: createOperators },
  { name: '0004-create-token-families', up: createTokenFamilies },
  { name: '0005-note-token-use', up: noteTokenUse },
  { name: '0006-clear-answered-reuse', up: clearAnsweredReuse },
  { name: '0007-create-nodes-and-usage', up: createNodesAndUsage },
]

export type MigrateOptions = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly migrations?: readonly Migration[]
}

/** Applies what is missing, each in a transaction of its own. Throws StorageError on a database from a newer program. */
export async function migrate(
  db: Kysely<Schema>,
  { now, migrations = MIGRATIONS }: MigrateOptions,
): Promise<void> {
  for (const migration of await findMissing(db, migrations))
    await db.transaction().execute((trx) => apply(trx, migration, now))
}

/** The same, all within a transaction, which keeps others from doing so at the same time. */
export async function migrateAtOnce(
  trx: Queries,
  { now, migrations = MIGRATIONS }: MigrateOptions,
): Promise<void> {
  for (const migration of await findMissing(trx, migrations)) await apply(trx, migration, now)
}

async function apply(trx: Queries, { name, up }: Migration, now: () => number): Promise<void> {
  await up(trx)
  await trx.insertInto('migrations').values({ name, applied_at: now() }).execute()
}

async function findMissing(
  db: Kysely<Schema>,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  await db.schema
    .createTable('migrations')
    .ifNotExists()
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('applied_at', 'bigint', (column) => column.notNull())
    .execute()
  const applied = await db.selectFrom('migrations').select('name').orderBy('name').execute()
  const known = new Set(migrations.map((migration) => migration.name))
  const unknown = applied.find(({ name }) => !known.has(name))
  if (unknown) {
    throw new StorageError(
      `The database was written by a newer Stagedoor: this one does not know "${unknown.name}". Start the newer program.`,
    )
  }
  const done = new Set(applied.map(({ name }) => name))
  return migrations.filter(({ name }) => !done.has(name))
}
