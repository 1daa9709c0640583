import type { z } from '@hono/zod-openapi'
import { authenticationMethodsOf } from '@stagedoor/core/credential.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { TenantSchema } from './schemas.ts'

/** A tenant as the API shows it. */
export function toTenantJson({ id, name, edition, catalogs }: Tenant): z.infer<typeof TenantSchema> {
  return {
    id,
    name,
    edition,
    authenticationMethods: [...authenticationMethodsOf(edition)],
    catalogs: catalogs.map((catalog) => ({ id: catalog.id, title: catalog.title, kind: catalog.kind })),
  }
}
