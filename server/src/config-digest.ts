import { hash } from 'node:crypto'
import type { Tenant } from '@stagedoor/core/tenant.ts'

/**
 * Of what calls are decided by beside credentials: tenants, and the endpoints of their catalogs. Two processes whose digests
 * differ were given different settings or documents.
 */
export function configDigest(tenants: readonly Tenant[]): string {
  const facts = tenants.map(({ id, edition, catalogs }) => [
    id,
    edition,
    catalogs.map((catalog) => [
      catalog.id,
      catalog.mount,
      catalog.rules,
      catalog.endpoints.map((one) => one.id),
    ]),
  ])
  return hash('sha256', JSON.stringify(facts)).slice(0, 32)
}
