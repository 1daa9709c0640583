import { createMatcher, type Matcher } from '@stagedoor/core/catalog/matcher.ts'
import type { Credential } from '@stagedoor/core/credential.ts'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'

/** A token that was issued, and whose it is. */
export type KnownToken = {
  readonly id: string
  readonly expiresAt: number | undefined
  readonly revokedAt: number | undefined
  readonly credential: Credential
}

/** Everything that a gateway decides by, in memory. Follows the storage through the feed. */
export type Policy = {
  readonly findToken: (digest: string) => KnownToken | undefined
  /** The catalogs of a tenant, ready for matching. Empty for a tenant that is not configured. */
  readonly matchersOf: (tenantId: string) => readonly Matcher[]
  /** Replaces what is known of a credential, in one step. */
  readonly apply: (record: PolicyRecord) => void
}

/** An empty policy for these tenants. Throws TypeError where a catalog cannot be matched. */
export function createPolicy(tenants: readonly Tenant[]): Policy {
  const tokens = new Map<string, KnownToken>()
  const digestsOf = new Map<string, readonly string[]>()
  const matchers = prepareMatchers(tenants)
  return {
    findToken: (digest) => tokens.get(digest),
    matchersOf: (tenantId) => matchers.get(tenantId) ?? [],
    apply: (record) => {
      const credential = toCredential(record)
      for (const digest of digestsOf.get(record.id) ?? []) tokens.delete(digest)
      for (const { id, digest, expiresAt, revokedAt } of record.tokens) {
        tokens.set(digest, { id, expiresAt, revokedAt, credential })
      }
      digestsOf.set(
        record.id,
        record.tokens.map((token) => token.digest),
      )
    },
  }
}

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

function toCredential(record: PolicyRecord): Credential {
  const { allowedEndpoints: allowed } = record
  return {
    id: record.id,
    tenantId: record.tenantId,
    active: record.active && !record.deleted,
    allowedEndpoints:
      allowed.kind === 'all' ? { kind: 'all' } : { kind: 'only', endpoints: new Set(allowed.endpoints) },
  }
}
