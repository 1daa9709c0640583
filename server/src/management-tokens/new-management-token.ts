import { hash } from 'node:crypto'
import type { Role } from '@stagedoor/core/role.ts'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import { newId } from '#storage/new-id.ts'
import type { ManagementTokenRow } from '#storage/schema.ts'

const RANDOM_BYTES = 32
const HINT_LENGTH = 4

export type NewManagementToken = {
  readonly tenantId: string | null
  readonly title: string
  readonly role: Role
  /** Id of the operator; null where a program or the first start makes it. */
  readonly createdBy: string | null
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly randomBytes: RandomBytes
}

/** A new token: its text for whoever asked, its row for the storage. */
export function newManagementToken(options: NewManagementToken): {
  readonly token: string
  readonly row: ManagementTokenRow
} {
  const { tenantId, title, role, createdBy, createdAt, randomBytes } = options
  const token = `sd_mgt_${Buffer.from(randomBytes(RANDOM_BYTES)).toString('base64url')}`
  const row = {
    id: newId('mgt', randomBytes),
    digest: hash('sha256', token),
    hint: `sd_mgt_…${token.slice(-HINT_LENGTH)}`,
    tenant_id: tenantId,
    title,
    role,
    created_by: createdBy,
    created_at: createdAt,
    last_used_at: null,
    revoked_at: null,
  }
  return { token, row }
}
