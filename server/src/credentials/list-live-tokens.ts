import { credentialFindById } from '#storage/credentials.ts'
import { tokenListLive } from '#storage/tokens.ts'
import { type TokenView, toTokenView } from './credential-view.ts'
import type { UseCaseDeps } from './use-case.ts'

/** More than fit a page that a person reads. */
const LISTED_MAX = 200

export type LiveTokensView = {
  /** The newest first, at most 200. */
  readonly items: readonly TokenView[]
  readonly total: number
}

/** The tokens that could be used now, were the credential active; undefined where there is no such credential. */
export async function listLiveTokens(
  { db, now }: Pick<UseCaseDeps, 'db' | 'now'>,
  { tenantId, credentialId }: { readonly tenantId: string; readonly credentialId: string },
): Promise<LiveTokensView | undefined> {
  return await db.snapshot(tenantId, async (trx) => {
    if (!(await credentialFindById(trx, { tenantId, id: credentialId }))) return undefined
    const { rows, total } = await tokenListLive(trx, { credentialId, now: now(), limit: LISTED_MAX })
    return { items: rows.map(toTokenView), total }
  })
}
