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
  /** An empty one beside this, to be filled at leisure. Nothing is decided by it before it takes the place of this one. */
  readonly stage: () => StagedPolicy
  /** How many credentials are known, deleted ones among them. */
  readonly count: () => number
}

/** What is to be decided by, while it is not complete. */
export type StagedPolicy = {
  readonly apply: (record: PolicyRecord) => void
  /** From now on everything is decided by this, and what is not in it is unknown: in one step, so that no call sees half. */
  readonly commit: () => void
}

/** An empty policy for these tenants. Throws TypeError where a catalog cannot be matched. */
export function createPolicy(tenants: readonly Tenant[]): Policy {
  let table = createTable()
  const matchers = prepareMatchers(tenants)
  return {
    findToken: (digest) => table.tokens.get(digest),
    matchersOf: (tenantId) => matchers.get(tenantId) ?? [],
    apply: (record) => applyTo(table, record),
    stage: () => {
      const staged = createTable()
      return {
        apply: (record) => applyTo(staged, record),
        commit: () => {
          table = staged
        },
      }
    },
    count: () => table.digestsOf.size,
  }
}

type Table = {
  readonly tokens: Map<string, KnownToken>
  /** Digests of its tokens, by the id of a credential. */
  readonly digestsOf: Map<string, readonly string[]>
}

function createTable(): Table {
  return { tokens: new Map(), digestsOf: new Map() }
}

function applyTo({ tokens, digestsOf }: Table, record: PolicyRecord): void {
  const credential = toCredential(record)
  for (const digest of digestsOf.get(record.id) ?? []) tokens.delete(digest)
  for (const { id, digest, expiresAt, revokedAt } of record.tokens) {
    tokens.set(digest, { id, expiresAt, revokedAt, credential })
  }
  digestsOf.set(
    record.id,
    record.tokens.map((token) => token.digest),
  )
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
