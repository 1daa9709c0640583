import type { Queries } from './database.ts'
import type { ManagementTokenRow } from './schema.ts'

/** What may be shown of a management token, with the name of the operator who made it. */
export type ManagementTokenListRow = Omit<ManagementTokenRow, 'digest' | 'revoked_at'> & {
  readonly created_by_name: string | null
}

/** The management token made at the first start, if there was one. Its text is nowhere. */
export async function managementTokenFindFirst(trx: Queries): Promise<ManagementTokenRow | undefined> {
  return await trx
    .selectFrom('management_tokens')
    .selectAll()
    .where('tenant_id', 'is', null)
    .orderBy('created_at')
    .limit(1)
    .executeTakeFirst()
}

export async function managementTokenFindByDigest(
  trx: Queries,
  digest: string,
): Promise<ManagementTokenRow | undefined> {
  return await trx
    .selectFrom('management_tokens')
    .selectAll()
    .where('digest', '=', digest)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}

export async function managementTokenInsert(trx: Queries, row: ManagementTokenRow): Promise<void> {
  await trx.insertInto('management_tokens').values(row).execute()
}

/** Those that reach the tenant and are not revoked, the oldest first. */
export async function managementTokenList(
  trx: Queries,
  tenantId: string,
): Promise<readonly ManagementTokenListRow[]> {
  return await trx
    .selectFrom('management_tokens as token')
    .leftJoin('operators as maker', 'maker.id', 'token.created_by')
    .select(['token.id', 'token.hint', 'token.tenant_id', 'token.title', 'token.role', 'token.created_by'])
    .select(['token.created_at', 'token.last_used_at', 'maker.name as created_by_name'])
    .where('token.revoked_at', 'is', null)
    .where((on) => on.or([on('token.tenant_id', '=', tenantId), on('token.tenant_id', 'is', null)]))
    .orderBy('token.created_at')
    .orderBy('token.id')
    .execute()
}

/** Whether there was such a token of exactly this tenant, not revoked yet. */
export async function managementTokenRevoke(
  trx: Queries,
  { tenantId, id, revokedAt }: { readonly tenantId: string; readonly id: string; readonly revokedAt: number },
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('management_tokens')
    .set({ revoked_at: revokedAt })
    .where('id', '=', id)
    .where('tenant_id', '=', tenantId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function managementTokenTouch(
  trx: Queries,
  { id, lastUsedAt }: { readonly id: string; readonly lastUsedAt: number },
): Promise<void> {
  await trx.updateTable('management_tokens').set({ last_used_at: lastUsedAt }).where('id', '=', id).execute()
}
