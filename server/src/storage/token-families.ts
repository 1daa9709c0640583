import type { Kysely } from 'kysely'
import type { CredentialRow, Schema, TokenFamilyRow, TokenRow } from './schema.ts'

export async function tokenFamilyInsert(db: Kysely<Schema>, row: TokenFamilyRow): Promise<void> {
  await db.insertInto('token_families').values(row).execute()
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
  db: Kysely<Schema>,
  digest: string,
): Promise<PresentedTokenRow | undefined> {
  return await db
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
  db: Kysely<Schema>,
  { id, rotatedAt }: { readonly id: string; readonly rotatedAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('tokens')
    .set({ rotated_at: rotatedAt })
    .where('id', '=', id)
    .where('rotated_at', 'is', null)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** The newest generation of a family. */
export async function tokenFamilyGeneration(db: Kysely<Schema>, familyId: string): Promise<number> {
  const row = await db
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
export async function tokenFamilyRevoke(
  db: Kysely<Schema>,
  { id, revokedAt, reused }: FamilyEnd,
): Promise<void> {
  await db
    .updateTable('token_families')
    .set({ revoked_at: revokedAt, ...(reused && { reuse_detected_at: revokedAt }) })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute()
  await db
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
  db: Kysely<Schema>,
  { credentialId, until }: { readonly credentialId: string; readonly until: number },
): Promise<void> {
  await db
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
  db: Kysely<Schema>,
  credentialIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (credentialIds.length === 0) return new Map()
  const rows = await db
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
export async function tokenReuseClear(db: Kysely<Schema>, credentialId: string): Promise<void> {
  await db
    .updateTable('token_families')
    .set({ reuse_detected_at: null })
    .where('credential_id', '=', credentialId)
    .where('reuse_detected_at', 'is not', null)
    .execute()
}
