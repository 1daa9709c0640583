import { hash, timingSafeEqual } from 'node:crypto'
import type { Role } from '@stagedoor/core/role.ts'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Database } from '#storage/database.ts'
import {
  managementTokenFindByDigest,
  managementTokenFindFirst,
  managementTokenInsert,
  managementTokenTouch,
} from '#storage/management-tokens.ts'
import { listManagementTokens, type ManagementTokenView } from './list-management-tokens.ts'
import {
  type MadeManagementToken,
  type MakeManagementToken,
  type ManagementTokenRefused,
  makeManagementToken,
} from './make-management-token.ts'
import { newManagementToken } from './new-management-token.ts'
import { type RevokeManagementToken, revokeManagementToken } from './revoke-management-token.ts'

// More exact than this nobody needs to know it, and a program that asks ten things writes once.
const USE_NOTED_MS = 60 * 1000

export type VerifiedManagementToken = {
  readonly id: string
  /** The one tenant that it reaches; null for all. */
  readonly tenantId: string | null
  readonly role: Role
}

/** What programs use the admin API with. */
export type ManagementTokens = {
  /** Whose token it is, or undefined: unknown and revoked look alike. */
  readonly verify: (token: string) => Promise<VerifiedManagementToken | undefined>
  readonly list: (tenantId: string) => Promise<readonly ManagementTokenView[]>
  readonly make: (command: MakeManagementToken) => Promise<MadeManagementToken | ManagementTokenRefused>
  /** Whether there was such a token of this tenant. */
  readonly revoke: (command: RevokeManagementToken) => Promise<boolean>
  /** Makes the token of the first start, unless one is given by the settings or was made before. To be shown once. */
  readonly makeFirst: () => Promise<string | undefined>
}

export type ManagementTokensDeps = {
  readonly db: Database
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: RandomBytes
  /** Of the settings: reaches every tenant, in place of the one that the first start made. */
  readonly given: string | undefined
}

/** The management tokens over one database. Of those that are made only digests are stored. */
export function createManagementTokens(deps: ManagementTokensDeps): ManagementTokens {
  const { db, now, randomBytes, given } = deps
  const givenDigest = given === undefined ? undefined : hash('sha256', given, 'buffer')
  return {
    verify: async (token) => {
      if (givenDigest && timingSafeEqual(givenDigest, hash('sha256', token, 'buffer')))
        return { id: 'mgt_from_settings', tenantId: null, role: 'customer_admin' }
      const row = await db.snapshot(undefined, (trx) =>
        managementTokenFindByDigest(trx, hash('sha256', token)),
      )
      if (!row || (row.tenant_id === null && givenDigest)) return undefined
      if (now() - (row.last_used_at ?? 0) >= USE_NOTED_MS)
        await db.acrossTenants((trx) => managementTokenTouch(trx, { id: row.id, lastUsedAt: now() }))
      return { id: row.id, tenantId: row.tenant_id, role: row.role }
    },
    list: (tenantId) =>
      db.snapshot(tenantId, (trx) =>
        listManagementTokens(trx, { tenantId, given: givenDigest !== undefined }),
      ),
    make: (command) => makeManagementToken(deps, command),
    revoke: (command) => revokeManagementToken(deps, command),
    makeFirst: async () => {
      if (givenDigest) return undefined
      const { token, row } = newManagementToken({
        tenantId: null,
        title: 'First start',
        role: 'customer_admin',
        createdBy: null,
        createdAt: now(),
        randomBytes,
      })
      // Of several processes that start at once, one makes it.
      return await db.acrossTenants(async (trx) => {
        if (await managementTokenFindFirst(trx)) return undefined
        await managementTokenInsert(trx, row)
        return token
      }, 'first management token')
    },
  }
}
