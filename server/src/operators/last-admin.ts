import type { Queries } from '#storage/database.ts'
import { operatorRoleAdmins } from '#storage/operator-roles.ts'

/**
 * Whether the tenant would be left without a customer admin. Those who have not accepted their invitation do not count
 * beside one who has: nobody knows whether they ever will.
 */
export async function isLastCustomerAdmin(
  trx: Queries,
  { tenantId, operatorId }: { readonly tenantId: string; readonly operatorId: string },
): Promise<boolean> {
  const admins = await operatorRoleAdmins(trx, tenantId)
  const own = admins.find((admin) => admin.operatorId === operatorId)
  if (!own) return false
  const others = admins.filter((admin) => admin !== own && (admin.signsIn || !own.signsIn))
  return others.length === 0
}
