import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Principal } from './principal.ts'

/** Whether somebody has a role in every tenant: what is not divided by tenant is for them alone. */
export function isInEveryTenant({ roleIn }: Pick<Principal, 'roleIn'>, tenants: readonly Tenant[]): boolean {
  return tenants.every(({ id }) => roleIn(id) !== undefined)
}
