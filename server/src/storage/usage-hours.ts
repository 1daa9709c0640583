import { sql } from 'kysely'
import type { Queries } from './database.ts'
import type { UsageHourRow } from './schema.ts'

const ROWS_AT_ONCE = 500

/**
 * Notes that a numbered batch of a node is written; false where it, or a later one, was before. First in its transaction: of
 * two that bring the same batch at once, the second waits here.
 */
export async function usageBatchNote(
  trx: Queries,
  { nodeId, number, now }: { readonly nodeId: string; readonly number: number; readonly now: number },
): Promise<boolean> {
  const row = await trx
    .insertInto('usage_batches')
    .values({ node_id: nodeId, number, noted_at: now })
    .onConflict((conflict) =>
      conflict
        .column('node_id')
        .doUpdateSet({ number, noted_at: now })
        .where('usage_batches.number', '<', number),
    )
    .returning('number')
    .executeTakeFirst()
  return row !== undefined
}

/** Adds calls to what is there. Each key once; written in one order, so that no two wait for each other in a circle. */
export async function usageHoursAdd(trx: Queries, rows: readonly UsageHourRow[]): Promise<void> {
  const ordered = rows.toSorted((one, other) => compare(keyOf(one), keyOf(other)))
  for (let at = 0; at < ordered.length; at += ROWS_AT_ONCE) {
    await trx
      .insertInto('usage_hours')
      .values(ordered.slice(at, at + ROWS_AT_ONCE))
      .onConflict((on) =>
        on.columns(['credential_id', 'hour', 'endpoint_id', 'outcome']).doUpdateSet((to) => ({
          calls: to('usage_hours.calls', '+', to.ref('excluded.calls')),
        })),
      )
      .execute()
  }
}

function keyOf({ credential_id, hour, endpoint_id, outcome }: UsageHourRow): string {
  return `${credential_id} ${hour} ${endpoint_id} ${outcome}`
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

/**
 * Forgets hours that began before, and the batches that were noted before: whatever such a batch had counted would be
 * forgotten too, were it to come again. Gateways themselves are forgotten much earlier.
 */
export async function usagePrune(trx: Queries, before: number): Promise<void> {
  await trx.deleteFrom('usage_hours').where('hour', '<', before).execute()
  await trx.deleteFrom('usage_batches').where('noted_at', '<', before).execute()
}

export type UsagePeriod = {
  readonly tenantId: string
  readonly credentialId: string
  /** Hours that begin at or after this, epoch milliseconds. */
  readonly from: number
  /** And before this. */
  readonly to: number
}

export type UsageOfEndpoint = Pick<UsageHourRow, 'outcome' | 'calls'> & { readonly endpointId: string }

/** By endpoint and outcome, the most called first. */
export async function usageListByEndpoint(
  trx: Queries,
  { limit, ...period }: UsagePeriod & { readonly limit: number },
): Promise<readonly UsageOfEndpoint[]> {
  return await within(trx, period)
    .select(['endpoint_id as endpointId', 'outcome', SUM_OF_CALLS])
    .groupBy(['endpoint_id', 'outcome'])
    .orderBy('calls', 'desc')
    .orderBy('endpoint_id')
    .orderBy('outcome')
    .limit(limit)
    .execute()
}

export type UsageOfTime = Pick<UsageHourRow, 'outcome' | 'calls'> & { readonly at: number }

/** By time and outcome, in order; times are multiples of `step` milliseconds. */
export async function usageListByTime(
  trx: Queries,
  { step, ...period }: UsagePeriod & { readonly step: number },
): Promise<readonly UsageOfTime[]> {
  const at = sql<number>`hour - hour % ${sql.lit(step)}`
  return await within(trx, period)
    .select([at.as('at'), 'outcome', SUM_OF_CALLS])
    .groupBy([at, 'outcome'])
    .orderBy('at')
    .orderBy('outcome')
    .execute()
}

/** Databases sum whole numbers into a wider type, which drivers read as text. */
const SUM_OF_CALLS = sql<number>`cast(sum(calls) as bigint)`.as('calls')

function within(trx: Queries, { tenantId, credentialId, from, to }: UsagePeriod) {
  return trx
    .selectFrom('usage_hours')
    .where('tenant_id', '=', tenantId)
    .where('credential_id', '=', credentialId)
    .where('hour', '>=', from)
    .where('hour', '<', to)
}
