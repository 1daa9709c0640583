import { useMatch } from '@tanstack/react-router'
import { useMe } from '#api/me.ts'
import { lastTenant } from '#ui/last-tenant.ts'

/** The tenant whose pages are open, else the one that was; undefined for those without any. */
export function useTenantId(): string | undefined {
  const match = useMatch({ from: '/signed-in/tenants/$tenantId', shouldThrow: false })
  const { tenants } = useMe()
  const open = match?.context.tenant
  return (open ?? tenants.find(({ id }) => id === lastTenant.get()) ?? tenants[0])?.id
}
