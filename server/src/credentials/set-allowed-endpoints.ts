import type { ListedEndpoints } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { ChangeContext } from '#audit/record-audit-event.ts'
import { recordChange } from '#audit/record-change.ts'
import { readAllowedEndpoints, writeAllowedEndpoints } from '#storage/allowed-endpoints.ts'
import { credentialFindById, credentialUpdate } from '#storage/credentials.ts'
import { type ChosenEndpoints, checkChosenEndpoints } from './chosen-endpoints.ts'
import { type ExpectedVersion, isExpected, type Refused, refused, type UseCaseDeps } from './use-case.ts'

export type SetAllowedEndpoints = ChangeContext & {
  readonly tenant: Tenant
  readonly credentialId: string
  readonly chosen: ChosenEndpoints
  readonly expected: ExpectedVersion
}

export type AllowedEndpointsSet = {
  readonly outcome: 'set'
  readonly allowed: ListedEndpoints
  readonly version: number
}

/** Replaces what the credential may call. The same choice again leaves version and audit as they are. */
export async function setAllowedEndpoints(
  deps: UseCaseDeps,
  command: SetAllowedEndpoints,
): Promise<AllowedEndpointsSet | Refused> {
  const { tenant, credentialId, chosen, expected, actor, requestId } = command
  const tenantId = tenant.id
  return await deps.db.inTenant(tenantId, async (trx) => {
    const row = await credentialFindById(trx, { tenantId, id: credentialId })
    if (!row) return refused('not_found')
    if (!isExpected(expected, row.version)) return refused('version_mismatch')
    const checked = checkChosenEndpoints(tenant, chosen, { at: '' })
    if (checked.outcome === 'refused') return checked
    const { allowed } = checked
    const columns = writeAllowedEndpoints(allowed)
    if (columns.allowed_endpoints === row.allowed_endpoints) {
      return { outcome: 'set', allowed, version: row.version }
    }
    const occurredAt = deps.now()
    await credentialUpdate(trx, row.id, { ...columns, updated_at: occurredAt })
    await recordChange(trx, {
      actor,
      requestId,
      tenantId,
      credentialId,
      occurredAt,
      randomBytes: deps.randomBytes,
      action: 'allowed_endpoints_set',
      detail: differences(readAllowedEndpoints(row.allowed_endpoints), allowed),
    })
    return { outcome: 'set', allowed, version: row.version + 1 }
  })
}

function differences(from: ListedEndpoints, to: ListedEndpoints): Readonly<Record<string, unknown>> {
  const kinds = { from: from.kind, to: to.kind }
  const before = new Set(from.kind === 'only' ? from.endpoints : [])
  const after = new Set(to.kind === 'only' ? to.endpoints : [])
  return {
    ...kinds,
    added: [...after].filter((id) => !before.has(id)),
    removed: [...before].filter((id) => !after.has(id)),
  }
}
