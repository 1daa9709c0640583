import type { Queries } from './database.ts'
import type { OperatorAccountRow } from './schema.ts'

/** The provider of operators who sign in with a password, as Better Auth names it. */
export const PASSWORD_PROVIDER = 'credential'

export async function operatorAccountInsert(trx: Queries, row: OperatorAccountRow): Promise<void> {
  await trx.insertInto('operator_accounts').values(row).execute()
}

/** The ways in which an operator may sign in. */
export async function operatorAccountProviders(trx: Queries, operatorId: string): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('operator_accounts')
    .select('provider_id')
    .where('operator_id', '=', operatorId)
    .execute()
  return rows.map((row) => row.provider_id)
}
