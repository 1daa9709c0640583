import type { RandomBytes } from '@stagedoor/core/token.ts'
import { type ChangeContext, recordAuditEvent } from '#audit/record-audit-event.ts'
import type { Database } from '#storage/database.ts'
import { managementTokenRevoke } from '#storage/management-tokens.ts'

export type RevokeManagementToken = ChangeContext & { readonly tenantId: string; readonly id: string }

type Deps = {
  readonly db: Database
  readonly now: () => number
  readonly randomBytes: RandomBytes
}

/** Ends a token of this tenant for good. False where it has no such token: also for those of every tenant. */
export async function revokeManagementToken(
  { db, now, randomBytes }: Deps,
  { tenantId, id, actor, requestId }: RevokeManagementToken,
): Promise<boolean> {
  return await db.inTenant(tenantId, async (trx) => {
    const revokedAt = now()
    if (!(await managementTokenRevoke(trx, { tenantId, id, revokedAt }))) return false
    await recordAuditEvent(trx, {
      actor,
      requestId,
      action: 'management_token_revoked',
      tenantId,
      subjectId: id,
      detail: {},
      occurredAt: revokedAt,
      randomBytes,
    })
    return true
  })
}
