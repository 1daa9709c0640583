import type { Kysely } from 'kysely'
import type { Schema, TokenRow } from './schema.ts'

/** What may be shown of a token. */
export type TokenListRow = Pick<
  TokenRow,
  'id' | 'credential_id' | 'kind' | 'hint' | 'issued_at' | 'expires_at'
>

export async function tokenInsertAll(db: Kysely<Schema>, rows: readonly TokenRow[]): Promise<void> {
  await db.insertInto('tokens').values(rows).execute()
}

/** The tokens of these credentials that are not revoked, oldest first. */
export async function tokenListByCredentials(
  db: Kysely<Schema>,
  credentialIds: readonly string[],
): Promise<readonly TokenListRow[]> {
  if (credentialIds.length === 0) return []
  return await db
    .selectFrom('tokens')
    .select(['id', 'credential_id', 'kind', 'hint', 'issued_at', 'expires_at'])
    .where('credential_id', 'in', credentialIds)
    .where('revoked_at', 'is', null)
    // A refresh token that was exchanged opens nothing any more.
    .where('rotated_at', 'is', null)
    .orderBy('issued_at')
    .orderBy('kind')
    .orderBy('id')
    .execute()
}

/** Whether it was not revoked before. */
export async function tokenRevoke(
  db: Kysely<Schema>,
  { id, revokedAt }: { readonly id: string; readonly revokedAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('tokens')
    .set({ revoked_at: revokedAt })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Revokes every token of the credential that is not revoked yet, and their families. */
export async function tokenRevokeByCredential(
  db: Kysely<Schema>,
  { credentialId, revokedAt }: { readonly credentialId: string; readonly revokedAt: number },
): Promise<void> {
  await db
    .updateTable('tokens')
    .set({ revoked_at: revokedAt })
    .where('credential_id', '=', credentialId)
    .where('revoked_at', 'is', null)
    .execute()
  await db
    .updateTable('token_families')
    .set({ revoked_at: revokedAt })
    .where('credential_id', '=', credentialId)
    .where('revoked_at', 'is', null)
    .execute()
}
