import { recordChange } from '#audit/record-change.ts'
import { credentialNetworkForget } from '#storage/credential-networks.ts'
import { credentialFindById, credentialUpdate } from '#storage/credentials.ts'
import { tokenRevokeByCredential } from '#storage/tokens.ts'
import {
  type CredentialCommand,
  type ExpectedVersion,
  isExpected,
  type Refused,
  refused,
  type UseCaseDeps,
} from './use-case.ts'

export type DeleteCredential = CredentialCommand & { readonly expected: ExpectedVersion }

export type Deleted = { readonly outcome: 'deleted' }

/** Final: every token is revoked, e-mail and password are forgotten, the title is free again. A bare row stays. */
export async function deleteCredential(
  deps: UseCaseDeps,
  command: DeleteCredential,
): Promise<Deleted | Refused> {
  const { tenantId, credentialId, expected, actor, requestId } = command
  return await deps.db.inTenant(tenantId, async (trx) => {
    const row = await credentialFindById(trx, { tenantId, id: credentialId })
    if (!row) return refused('not_found')
    if (!isExpected(expected, row.version)) return refused('version_mismatch')
    const occurredAt = deps.now()
    await credentialUpdate(trx, row.id, {
      active: 0,
      email: null,
      email_key: null,
      password_hash: null,
      updated_at: occurredAt,
      deleted_at: occurredAt,
    })
    await tokenRevokeByCredential(trx, { credentialId, revokedAt: occurredAt })
    await credentialNetworkForget(trx, credentialId)
    await recordChange(trx, {
      actor,
      requestId,
      tenantId,
      credentialId,
      occurredAt,
      randomBytes: deps.randomBytes,
      action: 'credential_deleted',
      detail: { title: row.title },
    })
    return { outcome: 'deleted' }
  })
}
