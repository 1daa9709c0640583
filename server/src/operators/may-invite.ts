import type { Queries } from '#storage/database.ts'
import { operatorAccountProviders } from '#storage/operator-accounts.ts'
import { operatorRoleList } from '#storage/operator-roles.ts'

/**
 * Whether a tenant may be given a code for this operator. Whoever has the code becomes the operator: so only while the
 * operator cannot sign in at all, and only the tenant that the operator has been in the longest. Otherwise the admin of
 * one tenant could add somebody else's address and walk into another tenant with it.
 */
export async function mayInvite(
  trx: Queries,
  { operatorId, tenantId }: { readonly operatorId: string; readonly tenantId: string },
): Promise<boolean> {
  const providers = await operatorAccountProviders(trx, operatorId)
  const roles = await operatorRoleList(trx, operatorId)
  const own = roles.find((role) => role.tenant_id === tenantId)
  if (!own || providers.length > 0) return false
  return roles.every((role) => role === own || role.added_at > own.added_at)
}
