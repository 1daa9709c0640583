import { titleKey } from '@stagedoor/core/credential.ts'
import { recordChange } from '#audit/record-change.ts'
import { credentialFindById, credentialFindIdByTitle, credentialUpdate } from '#storage/credentials.ts'
import type { CredentialRow } from '#storage/schema.ts'
import { type CredentialView, loadView } from './credential-view.ts'
import { descriptionProblem, titleProblem } from './field-rules.ts'
import { titleColumns } from './title-columns.ts'
import {
  type CredentialCommand,
  type ExpectedVersion,
  type FieldError,
  isExpected,
  type Refused,
  refused,
  type UseCaseDeps,
} from './use-case.ts'

export type CredentialEdits = {
  readonly title?: string | undefined
  readonly description?: string | undefined
  readonly active?: boolean | undefined
}

export type EditCredential = CredentialCommand & {
  readonly edits: CredentialEdits
  readonly expected: ExpectedVersion
}

export type Edited = { readonly outcome: 'edited'; readonly credential: CredentialView }

/** Changes title, description or active. Edits that change nothing leave version and audit as they are. */
export async function editCredential(deps: UseCaseDeps, command: EditCredential): Promise<Edited | Refused> {
  const { tenantId, credentialId, edits, expected, actor, requestId } = command
  const errors = check(edits)
  if (errors.length > 0) return refused('validation_failed', { errors })
  return await deps.db.inTenant(tenantId, async (trx) => {
    const row = await credentialFindById(trx, { tenantId, id: credentialId })
    if (!row) return refused('not_found')
    if (!isExpected(expected, row.version)) return refused('version_mismatch')
    const title = edits.title?.trim() ?? row.title
    const holder = await credentialFindIdByTitle(trx, { tenantId, titleKey: titleKey(title) })
    if (holder !== undefined && holder !== credentialId) return refused('title_taken')
    const description = edits.description ?? row.description
    const active = edits.active ?? row.active === 1
    const detail = differences(row, { title, description, active })
    if (Object.keys(detail).length > 0) {
      const occurredAt = deps.now()
      await credentialUpdate(trx, row.id, {
        ...titleColumns(title, description),
        active: active ? 1 : 0,
        updated_at: occurredAt,
      })
      const { randomBytes } = deps
      const action = 'credential_edited'
      await recordChange(trx, {
        actor,
        requestId,
        tenantId,
        credentialId,
        action,
        detail,
        occurredAt,
        randomBytes,
      })
    }
    const credential = await loadView(trx, { tenantId, credentialId })
    return credential ? { outcome: 'edited', credential } : refused('not_found')
  })
}

function check({ title, description }: CredentialEdits): readonly FieldError[] {
  const errors: FieldError[] = []
  const titleMessage = title === undefined ? undefined : titleProblem(title)
  if (titleMessage !== undefined) errors.push({ field: '/title', message: titleMessage })
  const descriptionMessage = description === undefined ? undefined : descriptionProblem(description)
  if (descriptionMessage !== undefined) errors.push({ field: '/description', message: descriptionMessage })
  return errors
}

/** A description may hold anything, so the audit says only that it has changed. */
function differences(
  row: CredentialRow,
  after: { readonly title: string; readonly description: string; readonly active: boolean },
): Readonly<Record<string, unknown>> {
  const active = row.active === 1
  return {
    ...(after.title !== row.title && { title: { from: row.title, to: after.title } }),
    ...(after.description !== row.description && { description: 'changed' }),
    ...(after.active !== active && { active: { from: active, to: after.active } }),
  }
}
