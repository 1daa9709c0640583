import { type AuthenticationMethod, titleKey } from '@stagedoor/core/credential.ts'
import { credentialCount, credentialList } from '#storage/credentials.ts'
import type { Database } from '#storage/database.ts'
import { tokenReuseList } from '#storage/token-families.ts'
import { tokenListByCredentials } from '#storage/tokens.ts'
import { type CredentialView, toView } from './credential-view.ts'

/** The place after which the next page begins. */
export type CredentialPlace = { readonly titleKey: string; readonly id: string }

export type ListCredentials = {
  readonly tenantId: string
  /** Words that title or description must all contain, in any case. */
  readonly search: string
  readonly active: boolean | undefined
  readonly method: AuthenticationMethod | undefined
  readonly after: CredentialPlace | undefined
  readonly limit: number
}

export type CredentialPage = {
  readonly items: readonly CredentialView[]
  readonly next: CredentialPlace | undefined
  /** How many there are on all pages. */
  readonly total: number
}

/** One page of a tenant's credentials by title, and where the next begins. */
export async function listCredentials(
  db: Database,
  { search, after, limit, ...rest }: ListCredentials,
): Promise<CredentialPage> {
  const words = titleKey(search).split(/\s+/u).filter(Boolean)
  const filter = { ...rest, words }
  return await db.snapshot(rest.tenantId, async (trx) => {
    // One more than asked for tells whether there is another page.
    const rows = await credentialList(trx, { ...filter, after, limit: limit + 1 })
    const page = rows.slice(0, limit)
    const ids = page.map((row) => row.id)
    const tokensOf = Map.groupBy(await tokenListByCredentials(trx, ids), (token) => token.credential_id)
    const reused = await tokenReuseList(trx, ids)
    const last = rows.length > limit ? page.at(-1) : undefined
    return {
      items: page.map((row) =>
        toView(row, { tokens: tokensOf.get(row.id) ?? [], refreshTokenReusedAt: reused.get(row.id) }),
      ),
      total: await credentialCount(trx, filter),
      next: last && { titleKey: last.title_key, id: last.id },
    }
  })
}
