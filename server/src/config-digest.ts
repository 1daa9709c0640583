import { hash } from 'node:crypto'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Config } from '#config/config.ts'
import { withLongestStale } from '#feed/stale-in-digest.ts'

const MINUTE_MS = 60_000

/**
 * Of what calls are decided by beside credentials: tenants, for how long they tolerate a gateway without contact, and the
 * endpoints of their catalogs. Two processes whose digests differ were given different settings or documents.
 */
export function configDigest(tenants: readonly Tenant[], config: Pick<Config, 'tenants'>): string {
  const stale = maxStaleById(config)
  const facts = tenants.map(({ id, edition, catalogs }) => [
    id,
    edition,
    stale.get(id),
    catalogs.map((catalog) => [
      catalog.id,
      catalog.mount,
      catalog.rules,
      catalog.endpoints.map((one) => one.id),
    ]),
  ])
  return withLongestStale(hash('sha256', JSON.stringify(facts)).slice(0, 32), Math.max(...stale.values()))
}

/** What each tenant tolerates, in whole milliseconds. */
export function maxStaleById({ tenants }: Pick<Config, 'tenants'>): ReadonlyMap<string, number> {
  return new Map(tenants.map(({ id, maxStaleMinutes }) => [id, Math.floor(maxStaleMinutes * MINUTE_MS)]))
}
