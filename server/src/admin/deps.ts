import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import type { Database } from '#credentials/use-case.ts'

/** What the admin API needs from outside. */
export type AdminDeps = {
  readonly db: Database
  readonly tenants: readonly Tenant[]
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: RandomBytes
  readonly log: Logger
  /** Whose management token it is, or undefined. */
  readonly verifyManagementToken: (token: string) => Principal | undefined | Promise<Principal | undefined>
  /** Resolves when the data plane decides by everything that is committed now. */
  readonly catchUp: () => Promise<void>
}

export type Principal = { readonly id: string }

export type OperationDeps = AdminDeps & { readonly hasher: PasswordHasher }

/** What every request carries. */
export type AdminEnv = {
  Variables: {
    readonly requestId: string
    /** Who asks, as the audit names them. */
    readonly actor: string
  }
}

export type AdminApp = OpenAPIHono<AdminEnv>
export type AdminContext = Context<AdminEnv>

export function findTenant(deps: AdminDeps, id: string): Tenant | undefined {
  return deps.tenants.find((tenant) => tenant.id === id)
}
