import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Context } from 'hono'
import type { Logger } from 'pino'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import type { UseCaseDeps } from '#credentials/use-case.ts'
import type { NodeView } from '#feed/node-view.ts'
import type { Confirm } from '#feed/receipt.ts'
import type { ManagementTokens } from '#management-tokens/management-tokens.ts'
import type { Operators } from '#operators/operators.ts'
import type { Principal } from './principal.ts'

/** What the admin API needs from outside. */
export type AdminDeps = {
  readonly db: UseCaseDeps['db']
  readonly tenants: readonly Tenant[]
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: RandomBytes
  readonly log: Logger
  readonly hasher: PasswordHasher
  readonly operators: Operators
  readonly managementTokens: ManagementTokens
  /** Where the console is served; requests with a cookie come from there. */
  readonly origins: readonly string[]
  /** Where partners' programs send their calls. */
  readonly gatewayUrl: string
  readonly brandName: string
  /** As the button names it; undefined where there is none. */
  readonly singleSignOnName: string | undefined
  /** Writes what the gateway of this process, if it has one, has counted until now. Waits for two seconds at most. */
  readonly flushTokenUse: () => Promise<void>
  /** What this process has counted, as text, and the type of that text. */
  readonly readMetrics: () => Promise<{ readonly contentType: string; readonly text: string }>
  /** Every gateway that is not forgotten. */
  readonly listGateways: () => Promise<readonly NodeView[]>
  /** Waits for the gateways. Never rejects: what is committed is committed. */
  readonly confirm: Confirm
}

/** What every request carries. */
export type AdminEnv = {
  Variables: {
    readonly requestId: string
    /** Set once somebody is signed in: everything but the few public addresses comes after that. */
    readonly principal: Principal
  }
}

export type AdminApp = OpenAPIHono<AdminEnv>
export type AdminContext = Context<AdminEnv>

/** Who makes a change, and in which request. */
export function contextOf(c: AdminContext): { readonly actor: string; readonly requestId: string } {
  return { actor: c.get('principal').actor, requestId: c.get('requestId') }
}

export function findTenant(deps: Pick<AdminDeps, 'tenants'>, id: string): Tenant | undefined {
  return deps.tenants.find((tenant) => tenant.id === id)
}
