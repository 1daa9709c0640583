import { setImmediate as othersFirst } from 'node:timers/promises'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { readAllowedEndpoints } from './allowed-endpoints.ts'
import type { Queries } from './database.ts'

/** A deleted credential's tokens are answered as revoked for so long, then as unknown. Callers see no difference. */
const DELETED_KEPT_MS = 30 * 24 * 60 * 60 * 1000

/** Credentials that are read at once: some ten milliseconds. */
const PAGE = 500

type ListOptions = {
  /** Epoch milliseconds. */
  readonly now: number
  readonly page?: number
}

/**
 * Every credential that a gateway must know, in the order of their ids, a page at a time: other work gets its turn in between,
 * however many there are. To be read within a snapshot, so that the pages fit together.
 */
export async function policyRecordList(
  trx: Queries,
  { now, page = PAGE }: ListOptions,
): Promise<readonly PolicyRecord[]> {
  const records: PolicyRecord[] = []
  let after = ''
  for (;;) {
    const some = await readPage(trx, { since: now - DELETED_KEPT_MS, after, page })
    for (const record of some) records.push(record)
    const last = some.at(-1)
    if (last === undefined || some.length < page) return records
    after = last.id
    await othersFirst()
  }
}

/** Two queries, joined here. */
async function readPage(
  trx: Queries,
  { since, after, page }: { readonly since: number; readonly after: string; readonly page: number },
): Promise<readonly PolicyRecord[]> {
  const credentials = await selectCredentials(trx)
    .where('id', '>', after)
    .where((on) => on.or([on('deleted_at', 'is', null), on('deleted_at', '>', since)]))
    .orderBy('id')
    .limit(page)
    .execute()
  const last = credentials.at(-1)
  if (last === undefined) return []
  const tokens = await selectTokens(trx)
    .where('tokens.credential_id', '>', after)
    .where('tokens.credential_id', '<=', last.id)
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
