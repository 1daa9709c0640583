import type { ListedEndpoints } from '@stagedoor/core/policy-record.ts'
import { readAllowedEndpoints } from '#storage/allowed-endpoints.ts'
import { credentialFindById } from '#storage/credentials.ts'
import type { Database } from '#storage/database.ts'
import { type CredentialView, loadView } from './credential-view.ts'

export type CredentialOf = { readonly tenantId: string; readonly credentialId: string }

/** The credential, or undefined where the tenant has none with this id (any more). */
export async function getCredential(db: Database, key: CredentialOf): Promise<CredentialView | undefined> {
  return await db.snapshot(key.tenantId, (trx) => loadView(trx, key))
}

/** What the credential may call, and the version in which this was read. */
export async function getAllowedEndpoints(
  db: Database,
  { tenantId, credentialId }: CredentialOf,
): Promise<{ readonly allowed: ListedEndpoints; readonly version: number } | undefined> {
  const row = await db.snapshot(tenantId, (trx) => credentialFindById(trx, { tenantId, id: credentialId }))
  return row && { allowed: readAllowedEndpoints(row.allowed_endpoints), version: row.version }
}
