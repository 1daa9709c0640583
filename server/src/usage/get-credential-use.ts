import { credentialFindById } from '#storage/credentials.ts'
import type { Database } from '#storage/database.ts'
import {
  type UsageOfEndpoint,
  type UsagePeriod,
  usageListByEndpoint,
  usageListByTime,
} from '#storage/usage-hours.ts'
import { HOUR_MS } from './use-counter.ts'

/** More than fit a page that a person reads. */
const ENDPOINTS_MAX = 500
const STEPS = { hour: HOUR_MS, day: 24 * HOUR_MS } as const

export type CredentialUseQuery = UsagePeriod & { readonly per: keyof typeof STEPS }

export type CredentialUse = {
  /** By endpoint and outcome, the most called first, at most 500. */
  readonly endpoints: readonly UsageOfEndpoint[]
  /** Whether there are more of them. */
  readonly more: boolean
  /** Every hour or day (of UTC) with calls, in order; a call to several endpoints counts for each. */
  readonly times: readonly UseOfTime[]
}

export type UseOfTime = { readonly at: number; readonly allowed: number; readonly refused: number }

/** What a credential was used for in whole hours; undefined where there is no such credential. */
export async function getCredentialUse(
  db: Database,
  { per, ...period }: CredentialUseQuery,
): Promise<CredentialUse | undefined> {
  const { tenantId, credentialId } = period
  return await db.snapshot(tenantId, async (trx) => {
    if (!(await credentialFindById(trx, { tenantId, id: credentialId }))) return undefined
    const endpoints = await usageListByEndpoint(trx, { ...period, limit: ENDPOINTS_MAX + 1 })
    const times = new Map<number, UseOfTime>()
    for (const { at, outcome, calls } of await usageListByTime(trx, { ...period, step: STEPS[per] })) {
      const { allowed, refused } = times.get(at) ?? { allowed: 0, refused: 0 }
      const isAllowed = outcome === 'allowed'
      times.set(at, {
        at,
        allowed: allowed + (isAllowed ? calls : 0),
        refused: refused + (isAllowed ? 0 : calls),
      })
    }
    return {
      endpoints: endpoints.slice(0, ENDPOINTS_MAX),
      more: endpoints.length > ENDPOINTS_MAX,
      times: [...times.values()],
    }
  })
}
