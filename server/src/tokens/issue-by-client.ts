import { recordChange } from '#audit/record-change.ts'
import { type ExpiringSecret, issueFirstTokens, mintAccessToken } from '#credentials/mint-tokens.ts'
import { credentialFindById } from '#storage/credentials.ts'
import type { Queries } from '#storage/database.ts'
import type { TokenRow } from '#storage/schema.ts'
import { tokenDeleteEnded } from '#storage/token-families.ts'
import { tokenInsertAll } from '#storage/tokens.ts'
import { type Client, ENDED_KEPT_MS, type TokensDeps } from './deps.ts'

export type IssueByClient = {
  readonly client: Client
  /** `password` begins a family; `client_credentials` gives no refresh token (RFC 6749 4.4.3). */
  readonly grant: 'client_credentials' | 'password'
  readonly requestId: string
}

export type IssuedByClient = {
  readonly accessToken: ExpiringSecret
  readonly refreshToken: ExpiringSecret | undefined
}

/** New tokens for a credential that has proved to be itself; undefined where it is not active any more. */
export async function issueByClient(
  deps: TokensDeps,
  { client, grant, requestId }: IssueByClient,
): Promise<IssuedByClient | undefined> {
  const { db, now, randomBytes } = deps
  const { credentialId, tenantId } = client
  return await db.inTenant(tenantId, async (trx) => {
    // Looked at again: while the password was compared it may have been deactivated.
    const row = await credentialFindById(trx, { tenantId, id: credentialId })
    if (row?.active !== 1) return undefined
    const at = now()
    await tokenDeleteEnded(trx, { credentialId, until: at - ENDED_KEPT_MS })
    const { issued, rows } = await issue(deps, trx, { client, grant, at })
    await recordChange(trx, {
      actor: `credential ${credentialId}`,
      requestId,
      tenantId,
      credentialId,
      occurredAt: at,
      randomBytes,
      action: 'tokens_issued',
      detail: { grant, tokens: rows.map(({ id, kind }) => ({ id, kind })) },
    })
    return issued
  })
}

async function issue(
  { randomBytes, settingsOf }: TokensDeps,
  trx: Queries,
  { client, grant, at }: Pick<IssueByClient, 'client' | 'grant'> & { readonly at: number },
): Promise<{ readonly issued: IssuedByClient; readonly rows: readonly TokenRow[] }> {
  const settings = settingsOf(client.tenantId)
  const minting = { credentialId: client.credentialId, settings, issuedAt: at, randomBytes }
  if (grant === 'password') {
    const { secrets, rows } = await issueFirstTokens(trx, { ...minting, method: 'oauth' })
    if (secrets.kind !== 'oauth') throw new Error('an OAuth credential got another kind of token')
    return { issued: secrets, rows }
  }
  const { accessToken, row } = mintAccessToken(minting)
  await tokenInsertAll(trx, [row])
  return { issued: { accessToken, refreshToken: undefined }, rows: [row] }
}
