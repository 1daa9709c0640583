import type { Queries } from './database.ts'
import type { CredentialRow, TokenFamilyRow, TokenRow } from './schema.ts'

export async function tokenFamilyInsert(trx: Queries, row: TokenFamilyRow): Promise<void> {
  await trx.insertInto('token_families').values(row).execute()
}

/** A token that somebody presents, with what decides over it. */
export type PresentedTokenRow = Pick<
  TokenRow,
  'id' | 'kind' | 'expires_at' | 'revoked_at' | 'rotated_at' | 'generation' | 'family_id' | 'issued_at'
> & {
  readonly credential_id: string
  readonly tenant_id: string
  readonly active: number
  readonly deleted_at: number | null
  readonly authentication_method: CredentialRow['authentication_method']
  readonly family_expires_at: number | null
  readonly family_revoked_at: number | null
}

export async function presentedTokenFind(
  trx: Queries,
  digest: string,
): Promise<PresentedTokenRow | undefined> {
  return await trx
    .selectFrom('tokens')
    .innerJoin('credentials', 'credentials.id', 'tokens.credential_id')
    .leftJoin('token_families', 'token_families.id', 'tokens.family_id')
    .select(['tokens.id', 'tokens.kind', 'tokens.expires_at', 'tokens.revoked_at', 'tokens.rotated_at'])
    .select(['tokens.generation', 'tokens.family_id', 'tokens.issued_at', 'tokens.credential_id'])
    .select(['credentials.tenant_id', 'credentials.active', 'credentials.deleted_at'])
    .select(['credentials.authentication_method', 'token_families.expires_at as family_expires_at'])
    .select('token_families.revoked_at as family_revoked_at')
    .where('tokens.digest', '=', digest)
    .executeTakeFirst()
}

/** Whether this call is the one that exchanges the refresh token: of many at once exactly one is. */
export async function tokenRotate(
  trx: Queries,
  { id, rotatedAt }: { readonly id: string; readonly rotatedAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('tokens')
    .set({ rotated_at: rotatedAt })
    .where('id', '=', id)
    .where('rotated_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** The newest generation of a family. */
export async function tokenFamilyGeneration(trx: Queries, familyId: string): Promise<number> {
  const row = await trx
    .selectFrom('tokens')
    .select((on) => on.fn.max('generation').as('generation'))
    .where('family_id', '=', familyId)
    .executeTakeFirstOrThrow()
  return row.generation ?? 0
}

export type FamilyEnd = {
  readonly id: string
  readonly revokedAt: number
  /** Whether it ends because a token of it was used twice. */
  readonly reused?: true
}

/** Ends a family and every token of it. */
export async function tokenFamilyRevoke(trx: Queries, { id, revokedAt, reused }: FamilyEnd): Promise<void> {
  await trx
    .updateTable('token_families')
    .set({ revoked_at: revokedAt, ...(reused && { reuse_detected_at: revokedAt }) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  await trx
    .updateTable('tokens')
    .set({ revoked_at: revokedAt })
    .where('family_id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
}

/**
 * Forgets OAuth tokens of a credential that ended so long ago that nobody asks for the reason any more. The refresh tokens
 * of a family stay while it lives: an old one that comes back ends it, whenever that is.
 */
export async function tokenDeleteEnded(
  trx: Queries,
  { credentialId, until }: { readonly credentialId: string; readonly until: number },
): Promise<void> {
  await trx
    .deleteFrom('tokens')
    .where('credential_id', '=', credentialId)
    .where('kind', '!=', 'api')
    .where((on) => on.or([on('tokens.expires_at', '<', until), on('tokens.revoked_at', '<', until)]))
    .where((on) =>
      on.or([
        on('kind', '=', 'access'),
        on(
          'family_id',
          'not in',
          on
            .selectFrom('token_families')
            .select('token_families.id')
            .where('token_families.credential_id', '=', credentialId)
            .where('token_families.expires_at', '>=', until)
            .where('token_families.revoked_at', 'is', null),
        ),
      ]),
    )
    .execute()
}

/** When a credential's refresh token was last found to be used twice, unless an operator has issued tokens since. */
export async function tokenReuseList(
  trx: Queries,
  credentialIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (credentialIds.length === 0) return new Map()
  const rows = await trx
    .selectFrom('token_families')
    .select(['credential_id'])
    .select((on) => on.fn.max('reuse_detected_at').as('reused'))
    .where('credential_id', 'in', credentialIds)
    .groupBy('credential_id')
    .execute()
  return new Map(
    rows.flatMap(({ credential_id: id, reused }) => (reused === null ? [] : [[id, reused] as const])),
  )
}

/** An operator has acted on it. A client that signs in again has not: whoever has its password may be the thief. */
export async function tokenReuseClear(trx: Queries, credentialId: string): Promise<void> {
  await trx
    .updateTable('token_families')
    .set({ reuse_detected_at: null })
    .where('credential_id', '=', credentialId)
    .where('reuse_detected_at', 'is not', null)
    .execute()
}
