import type { Queries } from './database.ts'
import type { OperatorNetworkRow } from './schema.ts'

/** Whether the operator with this normalised address has signed in from this network since then. */
export async function operatorNetworkIsKnown(
  trx: Queries,
  { email, network, since }: { readonly email: string; readonly network: string; readonly since: number },
): Promise<boolean> {
  const row = await trx
    .selectFrom('operator_networks')
    .innerJoin('operators', 'operators.id', 'operator_networks.operator_id')
    .select('operators.id')
    .where('operators.email', '=', email)
    .where('network', '=', network)
    .where('signed_in_at', '>', since)
    .executeTakeFirst()
  return row !== undefined
}

/** Remembers a sign-in, and forgets those before `since`. */
export async function operatorNetworkRemember(
  trx: Queries,
  { since, ...row }: OperatorNetworkRow & { readonly since: number },
): Promise<void> {
  await trx
    .deleteFrom('operator_networks')
    .where('operator_id', '=', row.operator_id)
    .where('signed_in_at', '<=', since)
    .execute()
  await trx
    .insertInto('operator_networks')
    .values(row)
    .onConflict((on) =>
      on.columns(['operator_id', 'network']).doUpdateSet({ signed_in_at: row.signed_in_at }),
    )
    .execute()
}
