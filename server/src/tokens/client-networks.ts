import { emailKey } from '#credentials/email-key.ts'
import { credentialNetworkIsKnown, credentialNetworkNote } from '#storage/credential-networks.ts'
import { credentialFindEmailKey } from '#storage/credentials.ts'
import type { TokensDeps } from './deps.ts'

const KEPT_MS = 30 * 24 * 60 * 60 * 1000

/**
 * What stands for a client when attempts are counted: the folded address, also where the client gives its credential's
 * id, so that the two are not counted apart.
 */
export async function clientKeyOf({ db }: Pick<TokensDeps, 'db'>, clientId: string): Promise<string> {
  if (!clientId.startsWith('cred_')) return emailKey(clientId)
  return (await db.snapshot(undefined, (trx) => credentialFindEmailKey(trx, clientId))) ?? clientId
}

/** Whether a client has lately authenticated from there: others' failures do not slow it down. */
export async function isKnownNetwork(
  { db, now }: Pick<TokensDeps, 'db' | 'now'>,
  { clientKey, network }: { readonly clientKey: string; readonly network: string },
): Promise<boolean> {
  const since = now() - KEPT_MS
  return await db.snapshot(undefined, (trx) =>
    credentialNetworkIsKnown(trx, { emailKey: clientKey, network, since }),
  )
}

/** To be called once the client has authenticated. */
export async function noteNetwork(
  { db, now }: Pick<TokensDeps, 'db' | 'now'>,
  { credentialId, network }: { readonly credentialId: string; readonly network: string },
): Promise<void> {
  const at = now()
  const noted = { credential_id: credentialId, network, authenticated_at: at, since: at - KEPT_MS }
  await db.acrossTenants((trx) => credentialNetworkNote(trx, noted))
}
