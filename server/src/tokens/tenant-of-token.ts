import type { Database } from '#storage/database.ts'
import { presentedTokenFind } from '#storage/token-families.ts'

/**
 * Whose token it is; a token never changes its tenant. Nothing else that is read here may be relied on: what is done with
 * the token is done in its tenant's turn, with everything read again.
 */
export async function tenantOfToken(db: Database, digest: string): Promise<string | undefined> {
  const token = await db.snapshot(undefined, (trx) => presentedTokenFind(trx, digest))
  return token?.tenant_id
}
