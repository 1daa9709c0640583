import type { Role } from '@stagedoor/core/role.ts'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import { type ChangeContext, recordAuditEvent } from '#audit/record-audit-event.ts'
import { titleProblem } from '#credentials/field-rules.ts'
import type { FieldError } from '#credentials/use-case.ts'
import type { Database } from '#storage/database.ts'
import { managementTokenInsert } from '#storage/management-tokens.ts'
import { listManagementTokens, type ManagementTokenView } from './list-management-tokens.ts'
import { newManagementToken } from './new-management-token.ts'

export type MakeManagementToken = ChangeContext & {
  readonly tenantId: string
  readonly title: string
  readonly role: Role
  /** Id of the operator who makes it. */
  readonly createdBy: string | undefined
}

export type MadeManagementToken = {
  readonly outcome: 'made'
  readonly managementToken: ManagementTokenView
  /** To be shown once. */
  readonly token: string
}

export type ManagementTokenRefused = {
  readonly outcome: 'refused'
  readonly code: 'validation_failed'
  readonly errors: readonly FieldError[]
}

type Deps = {
  readonly db: Database
  readonly now: () => number
  readonly randomBytes: RandomBytes
}

/** Makes a token that reaches this tenant alone. */
export async function makeManagementToken(
  { db, now, randomBytes }: Deps,
  { tenantId, title, role, createdBy, actor, requestId }: MakeManagementToken,
): Promise<MadeManagementToken | ManagementTokenRefused> {
  const message = titleProblem(title)
  if (message !== undefined)
    return { outcome: 'refused', code: 'validation_failed', errors: [{ field: '/title', message }] }
  const createdAt = now()
  const { token, row } = newManagementToken({
    tenantId,
    title: title.trim(),
    role,
    createdBy: createdBy ?? null,
    createdAt,
    randomBytes,
  })
  return await db.inTenant(tenantId, async (trx) => {
    await managementTokenInsert(trx, row)
    await recordAuditEvent(trx, {
      actor,
      requestId,
      action: 'management_token_made',
      tenantId,
      subjectId: row.id,
      detail: { title: row.title, role },
      occurredAt: createdAt,
      randomBytes,
    })
    const views = await listManagementTokens(trx, { tenantId, given: false })
    const managementToken = views.find(({ id }) => id === row.id)
    if (!managementToken) throw new Error('a management token is not there right after it was made')
    return { outcome: 'made', managementToken, token } as const
  })
}
