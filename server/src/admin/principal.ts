import type { Role } from '@stagedoor/core/role.ts'
import type { VerifiedManagementToken } from '#management-tokens/management-tokens.ts'
import type { OperatorSession } from '#operators/sessions.ts'

/** Who asks: an operator in the console, or a program with a management token. */
export type Principal = {
  /** In the words of the audit. */
  readonly actor: string
  /** What they may do in a tenant; undefined: to them it is not there. */
  readonly roleIn: (tenantId: string) => Role | undefined
  /** The operator; undefined where a program asks. */
  readonly session: OperatorSession | undefined
}

export function operatorPrincipal(session: OperatorSession): Principal {
  return {
    actor: `operator ${session.operatorId}`,
    roleIn: (tenantId) => session.roles.get(tenantId),
    session,
  }
}

export function managementTokenPrincipal({ id, tenantId: own, role }: VerifiedManagementToken): Principal {
  return {
    actor: `management token ${id}`,
    roleIn: (tenantId) => (own === null || own === tenantId ? role : undefined),
    session: undefined,
  }
}
