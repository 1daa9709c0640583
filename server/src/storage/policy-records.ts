import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { readAllowedEndpoints } from './allowed-endpoints.ts'
import type { Queries } from './database.ts'

/** A deleted credential's tokens are answered as revoked for so long, then as unknown. Callers see no difference. */
const DELETED_KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Every credential that a gateway must know. Two queries, joined here: within a snapshot they fit together. */
export async function policyRecordList(
  trx: Queries,
  { now }: { readonly now: number },
): Promise<readonly PolicyRecord[]> {
  const since = now - DELETED_KEPT_MS
  const credentials = await selectCredentials(trx)
    .where((on) => on.or([on('deleted_at', 'is', null), on('deleted_at', '>', since)]))
    .execute()
  const tokens = await selectTokens(trx)
    .innerJoin('credentials', 'credentials.id', 'tokens.credential_id')
    .where((on) =>
      on.or([on('credentials.deleted_at', 'is', null), on('credentials.deleted_at', '>', since)]),
    )
    .execute()
  const tokensOf = Map.groupBy(tokens, (token) => token.credential_id)
  return credentials.map((credential) => toRecord(credential, tokensOf.get(credential.id) ?? []))
}

/** One credential, deleted or not. To be read within a snapshot, so that no token is read without its credential. */
export async function policyRecordFind(
  trx: Queries,
  credentialId: string,
): Promise<PolicyRecord | undefined> {
  const credential = await selectCredentials(trx).where('id', '=', credentialId).executeTakeFirst()
  if (!credential) return undefined
  const tokens = await selectTokens(trx).where('tokens.credential_id', '=', credentialId).execute()
  return toRecord(credential, tokens)
}

function selectCredentials(trx: Queries) {
  return trx
    .selectFrom('credentials')
    .select(['id', 'tenant_id', 'active', 'deleted_at', 'allowed_endpoints'])
}

/** Refresh tokens open nothing at a gateway. */
function selectTokens(trx: Queries) {
  return trx
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
