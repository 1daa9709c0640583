import { sql } from 'kysely'
import type { Queries } from './database.ts'
import type { TokenRow } from './schema.ts'

/** What may be shown of a token. */
export type TokenListRow = Pick<
  TokenRow,
  'id' | 'credential_id' | 'kind' | 'hint' | 'issued_at' | 'expires_at' | 'last_used_at'
>

export async function tokenInsertAll(trx: Queries, rows: readonly TokenRow[]): Promise<void> {
  await trx.insertInto('tokens').values(rows).execute()
}

function selectShown(trx: Queries) {
  return (
    trx
      .selectFrom('tokens')
      .select(['id', 'credential_id', 'kind', 'hint', 'issued_at', 'expires_at', 'last_used_at'])
      .where('revoked_at', 'is', null)
      // A refresh token that was exchanged opens nothing any more.
      .where('rotated_at', 'is', null)
  )
}

/**
 * The API tokens and pairs of these credentials that are not revoked, oldest first. Access tokens that a client got with
 * its password are left out: there may be thousands.
 */
export async function tokenListByCredentials(
  trx: Queries,
  credentialIds: readonly string[],
): Promise<readonly TokenListRow[]> {
  if (credentialIds.length === 0) return []
  return await selectShown(trx)
    .where('credential_id', 'in', credentialIds)
    .where((on) => on.or([on('kind', '=', 'api'), on('family_id', 'is not', null)]))
    .orderBy('issued_at')
    .orderBy('kind')
    .orderBy('id')
    .execute()
}

export type LiveTokens = { readonly rows: readonly TokenListRow[]; readonly total: number }

/** Every token of a credential that is neither revoked nor expired, the newest first. */
export async function tokenListLive(
  trx: Queries,
  {
    credentialId,
    now,
    limit,
  }: { readonly credentialId: string; readonly now: number; readonly limit: number },
): Promise<LiveTokens> {
  const live = selectShown(trx)
    .where('credential_id', '=', credentialId)
    .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', now)]))
  const rows = await live.orderBy('issued_at', 'desc').orderBy('kind').orderBy('id').limit(limit).execute()
  const { count } = await live
    .clearSelect()
    .select((on) => on.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return { rows, total: count }
}

export type TokenOfCredential = Pick<TokenRow, 'id' | 'kind' | 'family_id' | 'revoked_at'>

export async function tokenFindOfCredential(
  trx: Queries,
  { credentialId, id }: { readonly credentialId: string; readonly id: string },
): Promise<TokenOfCredential | undefined> {
  return await trx
    .selectFrom('tokens')
    .select(['id', 'kind', 'family_id', 'revoked_at'])
    .where('id', '=', id)
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** Whether it was not revoked before. */
export async function tokenRevoke(
  trx: Queries,
  { id, revokedAt }: { readonly id: string; readonly revokedAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('tokens')
    .set({ revoked_at: revokedAt })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

/** Lets the credential's API tokens end at this instant, where they would not end before. */
export async function tokenEndLater(
  trx: Queries,
  { credentialId, expiresAt }: { readonly credentialId: string; readonly expiresAt: number },
): Promise<void> {
  await trx
    .updateTable('tokens')
    .set({ expires_at: expiresAt })
    .where('credential_id', '=', credentialId)
    .where('kind', '=', 'api')
    .where('revoked_at', 'is', null)
    .where((on) => on.or([on('expires_at', 'is', null), on('expires_at', '>', expiresAt)]))
    .execute()
}

/** Revokes the tokens of the credential that have expired: they work no longer, and are listed no longer. */
export async function tokenRevokeExpired(
  trx: Queries,
  { credentialId, revokedAt }: { readonly credentialId: string; readonly revokedAt: number },
): Promise<void> {
  await trx
    .updateTable('tokens')
    .set({ revoked_at: revokedAt })
    .where('credential_id', '=', credentialId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '<=', revokedAt)
    .execute()
}

/** Revokes every token of the credential that is not revoked yet, and their families. */
export async function tokenRevokeByCredential(
  trx: Queries,
  { credentialId, revokedAt }: { readonly credentialId: string; readonly revokedAt: number },
): Promise<void> {
  await trx
    .updateTable('tokens')
    .set({ revoked_at: revokedAt })
    .where('credential_id', '=', credentialId)
    .where('revoked_at', 'is', null)
    .execute()
  await trx
    .updateTable('token_families')
    .set({ revoked_at: revokedAt })
    .where('credential_id', '=', credentialId)
    .where('revoked_at', 'is', null)
    .execute()
}

/** Notes when tokens were used; a later instant that is there already stays. At most some thousands at once. */
export async function tokenNoteUses(trx: Queries, uses: ReadonlyMap<string, number>): Promise<void> {
  if (uses.size === 0) return
  // Always in one order, so that two who write the same tokens hardly ever wait for each other in a circle.
  const ordered = [...uses].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const rows = ordered.map(([id, usedAt]) => sql`(cast(${id} as text), cast(${usedAt} as bigint))`)
  // One statement, however many: tokens that it holds are tokens that nobody can revoke meanwhile.
  await sql`
    update tokens set last_used_at = used.column2
    from (values ${sql.join(rows)}) as used
    where tokens.id = used.column1
      and (tokens.last_used_at is null or tokens.last_used_at < used.column2)
  `.execute(trx)
}
