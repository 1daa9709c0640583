import { credentialListTenants } from '#storage/credentials.ts'
import type { Database, Queries } from '#storage/database.ts'
import type { UsageHourRow } from '#storage/schema.ts'
import { tokenNoteUses } from '#storage/tokens.ts'
import { usageBatchNote, usageHoursAdd, usagePrune } from '#storage/usage-hours.ts'
import type { UseBatch } from './use-batch.ts'
import { HOUR_MS } from './use-counter.ts'

/** How long use is kept. */
export const USE_KEPT_DAYS = 90
const KEPT_MS = USE_KEPT_DAYS * 24 * HOUR_MS

export type Ingested = {
  /** `repeated`: it, or a later one of the same gateway, was written before; nothing has changed. */
  readonly outcome: 'written' | 'repeated'
}

/**
 * Writes what a gateway has counted, once however often it is sent: its number and its counts are one transaction. Whose the
 * calls are is read from the credentials; what is of none is ignored, as are hours that are not kept any more. A gateway
 * need not be registered: what it counted is true whether or not somebody has forgotten it since.
 */
export async function ingestUse(
  db: Database,
  { batch, now }: { readonly batch: UseBatch /** Epoch milliseconds. */; readonly now: number },
): Promise<Ingested> {
  const { nodeId, number } = batch
  const oldest = now - KEPT_MS
  const written = await db.acrossTenants(async (trx) => {
    if (!(await usageBatchNote(trx, { nodeId, number, now }))) return false
    await usageHoursAdd(trx, await rowsOf(trx, batch, oldest))
    await tokenNoteUses(trx, lastUses(batch, now))
    return true
  })
  // Afterwards: the counts wait for none of it, and where it fails the batch comes again and is known.
  await db.acrossTenants((trx) => usagePrune(trx, oldest))
  return { outcome: written ? 'written' : 'repeated' }
}

async function rowsOf(trx: Queries, { calls }: UseBatch, oldest: number): Promise<readonly UsageHourRow[]> {
  const ids = [...new Set(calls.map(({ credentialId }) => credentialId))]
  const tenants = await credentialListTenants(trx, ids)
  const rows = new Map<string, UsageHourRow>()
  for (const { credentialId, endpointId, outcome, hour, calls: more } of calls) {
    const tenantId = tenants.get(credentialId)
    if (tenantId === undefined || hour < oldest || more === 0) continue
    const key = JSON.stringify([credentialId, endpointId, outcome, hour])
    rows.set(key, {
      tenant_id: tenantId,
      credential_id: credentialId,
      endpoint_id: endpointId,
      outcome,
      hour,
      calls: (rows.get(key)?.calls ?? 0) + more,
    })
  }
  return [...rows.values()]
}

/** A gateway's clock may be ahead; nothing was used in the future. */
function lastUses({ tokens }: UseBatch, now: number): ReadonlyMap<string, number> {
  const uses = new Map<string, number>()
  for (const { tokenId, usedAt } of tokens)
    uses.set(tokenId, Math.max(uses.get(tokenId) ?? 0, Math.min(usedAt, now)))
  return uses
}
