import type { Kysely } from 'kysely'
import type { OperatorAccountRow, Schema } from './schema.ts'

/** The provider of operators who sign in with a password, as Better Auth names it. */
export const PASSWORD_PROVIDER = 'credential'

export async function operatorAccountInsert(db: Kysely<Schema>, row: OperatorAccountRow): Promise<void> {
  await db.insertInto('operator_accounts').values(row).execute()
}

/** The ways in which an operator may sign in. */
export async function operatorAccountProviders(
  db: Kysely<Schema>,
  operatorId: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('operator_accounts')
    .select('provider_id')
    .where('operator_id', '=', operatorId)
    .execute()
  return rows.map((row) => row.provider_id)
}
