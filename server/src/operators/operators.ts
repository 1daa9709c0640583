import { betterAuth } from 'better-auth/minimal'
import { type AcceptedInvitation, type AcceptInvitation, acceptInvitation } from './accept-invitation.ts'
import { type AddedOperator, type AddOperator, addOperator } from './add-operator.ts'
import { authOptions } from './auth-options.ts'
import { checkInvitation, type InvitationView } from './check-invitation.ts'
import { createCheckLimits } from './check-limits.ts'
import { baseUrl, type OperatorsDeps } from './deps.ts'
import { firstOperatorCode } from './first-operator-code.ts'
import { createHandle } from './handle.ts'
import type { OperatorCommand } from './operator-command.ts'
import { listOperators, type OperatorView } from './operator-view.ts'
import type { OperatorRefused } from './refused.ts'
import { type RemovedOperator, removeFromTenant } from './remove-from-tenant.ts'
import { type RenewedInvitation, renewInvitation } from './renew-invitation.ts'
import { createSessions, type OperatorSession, type SessionKey, type SessionView } from './sessions.ts'
import { type RoleSet, setRole } from './set-role.ts'
import { createSignInLimits } from './sign-in-limits.ts'

/** The people who sign in to the console. */
export type Operators = {
  /** Answers what is under `/api/auth`. The header `x-stagedoor-client-address` must be our server's own. */
  readonly handle: (request: Request, context?: { readonly requestId: string }) => Promise<Response>
  /** Who is signed in, with the roles as they are now. It answers without a new cookie: there is none to pass on. */
  readonly findSession: (headers: Headers) => Promise<OperatorSession | undefined>
  readonly listSessions: (operatorId: string) => Promise<readonly SessionView[]>
  /** Whether there was such a session of this operator. */
  readonly endSession: (key: SessionKey) => Promise<boolean>
  readonly endOtherSessions: (key: SessionKey) => Promise<void>
  /** A code for making the first operator, or undefined once there is one. Each call voids the code before. */
  readonly firstOperatorCode: () => Promise<string | undefined>
  readonly checkInvitation: (code: string) => Promise<InvitationView | undefined>
  readonly acceptInvitation: (command: AcceptInvitation) => Promise<AcceptedInvitation | OperatorRefused>
  readonly listOperators: (tenantId: string) => Promise<readonly OperatorView[]>
  readonly addOperator: (command: AddOperator) => Promise<AddedOperator | OperatorRefused>
  readonly renewInvitation: (command: OperatorCommand) => Promise<RenewedInvitation | OperatorRefused>
  readonly setRole: (
    command: OperatorCommand & { readonly role: OperatorView['role'] },
  ) => Promise<RoleSet | OperatorRefused>
  readonly removeFromTenant: (command: OperatorCommand) => Promise<RemovedOperator | OperatorRefused>
}

/** Wires Better Auth, the limits and the use cases over one database. */
export function createOperators(deps: OperatorsDeps): Operators {
  const auth = betterAuth(authOptions(deps))
  const sessions = createSessions(deps, (headers) =>
    auth.api.getSession({ headers, query: { disableRefresh: true } }),
  )
  const handle = createHandle({
    deps,
    base: baseUrl(deps),
    auth,
    sessions,
    signInLimits: createSignInLimits(deps.now),
    checkLimits: createCheckLimits(deps.now),
  })
  return {
    handle,
    findSession: sessions.find,
    listSessions: sessions.list,
    endSession: sessions.end,
    endOtherSessions: sessions.endOthers,
    firstOperatorCode: () => firstOperatorCode(deps),
    checkInvitation: (code) => checkInvitation(deps, code),
    acceptInvitation: (command) => acceptInvitation(deps, command),
    listOperators: (tenantId) => listOperators(deps, tenantId),
    addOperator: (command) => addOperator(deps, command),
    renewInvitation: (command) => renewInvitation(deps, command),
    setRole: (command) => setRole(deps, command),
    removeFromTenant: (command) => removeFromTenant(deps, command),
  }
}
