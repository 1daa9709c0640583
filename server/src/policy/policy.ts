import { createMatcher, type Matcher } from '@stagedoor/core/catalog/matcher.ts'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { applyRecord } from './apply-record.ts'
import { findToken } from './find-token.ts'
import type { KnownToken } from './known-token.ts'
import { type StagedPolicy, stagePolicy } from './staged-policy.ts'
import { numberEndpoints } from './standings.ts'
import { createTableParts } from './table-parts.ts'

/** Everything that a gateway decides by, in memory. Follows the storage through the feed. */
export type Policy = {
  /** By SHA-256 of its text, in Node's encoding `binary`. What is answered is true until something is applied or committed. */
  readonly findToken: (digest: string) => KnownToken | undefined
  /** The catalogs of a tenant, ready for matching. Empty for a tenant that is not configured. */
  readonly matchersOf: (tenantId: string) => readonly Matcher[]
  /** Replaces what is known of a credential, in one step. */
  readonly apply: (record: PolicyRecord) => void
  /** An empty one beside this, to be filled at leisure. Nothing is decided by it before it takes the place of this one. */
  readonly stage: () => StagedPolicy
  /** How many credentials are known, deleted ones among them. */
  readonly count: () => number
}

/** An empty policy for these tenants. Throws TypeError where a catalog cannot be matched. */
export function createPolicy(tenants: readonly Tenant[]): Policy {
  const numbersOf = numberEndpoints(tenants)
  let table = createTableParts(numbersOf)
  const matchers = prepareMatchers(tenants)
  return {
    findToken: (digest) => findToken(table, digest),
    matchersOf: (tenantId) => matchers.get(tenantId) ?? NO_MATCHERS,
    apply: (record) => applyRecord(table, record),
    stage: () =>
      stagePolicy(createTableParts(numbersOf), (staged) => {
        table = staged
      }),
    count: () => table.count,
  }
}

const NO_MATCHERS: readonly Matcher[] = []

function prepareMatchers(tenants: readonly Tenant[]): ReadonlyMap<string, readonly Matcher[]> {
  const made = new Map<object, Matcher>()
  const matchers = new Map<string, readonly Matcher[]>()
  for (const tenant of tenants) {
    const own = tenant.catalogs.map((catalog) => {
      // Tenants share catalogs, and a catalog's tree of paths is its largest part.
      const matcher = made.get(catalog) ?? createMatcher(catalog)
      made.set(catalog, matcher)
      return matcher
    })
    matchers.set(tenant.id, own)
  }
  return matchers
}
