import type { Queries } from './database.ts'
import type { CredentialNetworkRow } from './schema.ts'

/** Whether one of these credentials has authenticated from the network since then. */
export async function credentialNetworkIsKnown(
  trx: Queries,
  {
    emailKey,
    network,
    since,
  }: { readonly emailKey: string; readonly network: string; readonly since: number },
): Promise<boolean> {
  const row = await trx
    .selectFrom('credential_networks')
    .innerJoin('credentials', 'credentials.id', 'credential_networks.credential_id')
    .select('credential_networks.credential_id')
    .where('credentials.email_key', '=', emailKey)
    .where('credentials.deleted_at', 'is', null)
    .where('network', '=', network)
    .where('authenticated_at', '>', since)
    .executeTakeFirst()
  return row !== undefined
}

/** Notes the network, and forgets those of the credential that were last used before `since`. */
export async function credentialNetworkNote(
  trx: Queries,
  { since, ...row }: CredentialNetworkRow & { readonly since: number },
): Promise<void> {
  await trx
    .insertInto('credential_networks')
    .values(row)
    .onConflict((on) =>
      on.columns(['credential_id', 'network']).doUpdateSet({ authenticated_at: row.authenticated_at }),
    )
    .execute()
  await trx
    .deleteFrom('credential_networks')
    .where('credential_id', '=', row.credential_id)
    .where('authenticated_at', '<', since)
    .execute()
}

export async function credentialNetworkForget(trx: Queries, credentialId: string): Promise<void> {
  await trx.deleteFrom('credential_networks').where('credential_id', '=', credentialId).execute()
}
