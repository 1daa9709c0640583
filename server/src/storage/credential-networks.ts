import type { Kysely } from 'kysely'
import type { CredentialNetworkRow, Schema } from './schema.ts'

/** Whether one of these credentials has authenticated from the network since then. */
export async function credentialNetworkIsKnown(
  db: Kysely<Schema>,
  {
    emailKey,
    network,
    since,
  }: { readonly emailKey: string; readonly network: string; readonly since: number },
): Promise<boolean> {
  const row = await db
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
  db: Kysely<Schema>,
  { since, ...row }: CredentialNetworkRow & { readonly since: number },
): Promise<void> {
  await db
    .insertInto('credential_networks')
    .values(row)
    .onConflict((on) =>
      on.columns(['credential_id', 'network']).doUpdateSet({ authenticated_at: row.authenticated_at }),
    )
    .execute()
  await db
    .deleteFrom('credential_networks')
    .where('credential_id', '=', row.credential_id)
    .where('authenticated_at', '<', since)
    .execute()
}

export async function credentialNetworkForget(db: Kysely<Schema>, credentialId: string): Promise<void> {
  await db.deleteFrom('credential_networks').where('credential_id', '=', credentialId).execute()
}
