import type { Role } from '@stagedoor/core/role.ts'
import type { Queries } from '#storage/database.ts'
import { managementTokenList } from '#storage/management-tokens.ts'

/** A management token as a tenant sees it. Instants are epoch milliseconds. */
export type ManagementTokenView = {
  readonly id: string
  readonly title: string
  /** Prefix and last four characters. */
  readonly hint: string
  readonly role: Role
  /** It reaches every tenant, so no tenant revokes it. */
  readonly everyTenant: boolean
  readonly createdAt: number | undefined
  /** The operator's name. */
  readonly createdBy: string | undefined
  readonly lastUsedAt: number | undefined
}

/** Nothing of a token that the settings give is stored, so nothing is known of it but that it is there. */
const FROM_SETTINGS: ManagementTokenView = {
  id: 'mgt_from_settings',
  title: 'STAGEDOOR_MANAGEMENT_TOKEN',
  hint: '',
  role: 'customer_admin',
  everyTenant: true,
  createdAt: undefined,
  createdBy: undefined,
  lastUsedAt: undefined,
}

/** What reaches the tenant now, the oldest first. A token of the settings stands in for the one of the first start. */
export async function listManagementTokens(
  trx: Queries,
  { tenantId, given }: { readonly tenantId: string; readonly given: boolean },
): Promise<readonly ManagementTokenView[]> {
  const rows = await managementTokenList(trx, tenantId)
  const views = rows
    .filter((row) => row.tenant_id !== null || !given)
    .map((row) => ({
      id: row.id,
      title: row.title,
      hint: row.hint,
      role: row.role,
      everyTenant: row.tenant_id === null,
      createdAt: row.created_at,
      createdBy: row.created_by_name ?? undefined,
      lastUsedAt: row.last_used_at ?? undefined,
    }))
  return given ? [FROM_SETTINGS, ...views] : views
}
