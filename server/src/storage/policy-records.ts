import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { Kysely } from 'kysely'
import { readAllowedEndpoints } from './allowed-endpoints.ts'
import type { Schema } from './schema.ts'

/** A deleted credential's tokens are answered as revoked for so long, then as unknown. Callers see no difference. */
const DELETED_KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Every credential that a gateway must know. Two queries, joined here. */
export async function policyRecordList(
  db: Kysely<Schema>,
  { now }: { readonly now: number },
): Promise<readonly PolicyRecord[]> {
  const since = now - DELETED_KEPT_MS
  // One transaction, so that a token is never read without its credential.
  const [credentials, tokens] = await db.transaction().execute(async (trx) => [
    await selectCredentials(trx)
      .where((on) => on.or([on('deleted_at', 'is', null), on('deleted_at', '>', since)]))
      .execute(),
    await selectTokens(trx)
      .innerJoin('credentials', 'credentials.id', 'tokens.credential_id')
      .where((on) =>
        on.or([on('credentials.deleted_at', 'is', null), on('credentials.deleted_at', '>', since)]),
      )
      .execute(),
  ])
  const tokensOf = Map.groupBy(tokens, (token) => token.credential_id)
  return credentials.map((credential) => toRecord(credential, tokensOf.get(credential.id) ?? []))
}

/** One credential, deleted or not. */
export async function policyRecordFind(
  db: Kysely<Schema>,
  credentialId: string,
): Promise<PolicyRecord | undefined> {
  return await db.transaction().execute(async (trx) => {
    const credential = await selectCredentials(trx).where('id', '=', credentialId).executeTakeFirst()
    if (!credential) return undefined
    const tokens = await selectTokens(trx).where('tokens.credential_id', '=', credentialId).execute()
    return toRecord(credential, tokens)
  })
}

function selectCredentials(db: Kysely<Schema>) {
  return db.selectFrom('credentials').select(['id', 'tenant_id', 'active', 'deleted_at', 'allowed_endpoints'])
}

/** Refresh tokens open nothing at a gateway. */
function selectTokens(db: Kysely<Schema>) {
  return db
    .selectFrom('tokens')
    .select([
      'tokens.id',
      'tokens.credential_id',
      'tokens.kind',
      'tokens.digest',
      'tokens.expires_at',
      'tokens.revoked_at',
    ])
    .where('tokens.kind', '!=', 'refresh')
}

type CredentialPart = Awaited<ReturnType<ReturnType<typeof selectCredentials>['executeTakeFirstOrThrow']>>
type TokenPart = Awaited<ReturnType<ReturnType<typeof selectTokens>['executeTakeFirstOrThrow']>>

function toRecord(credential: CredentialPart, tokens: readonly TokenPart[]): PolicyRecord {
  return {
    id: credential.id,
    tenantId: credential.tenant_id,
    active: credential.active === 1,
    deleted: credential.deleted_at !== null,
    allowedEndpoints: readAllowedEndpoints(credential.allowed_endpoints),
    tokens: tokens.map((token) => ({
      id: token.id,
      kind: token.kind === 'api' ? 'api' : 'access',
      digest: token.digest,
      expiresAt: token.expires_at ?? undefined,
      revokedAt: token.revoked_at ?? undefined,
    })),
  }
}
