import type { RouteConfig } from '@hono/zod-openapi'
import {
  listManagementTokensRoute,
  registerListManagementTokens,
} from '#admin/management-tokens/list-management-tokens.ts'
import {
  makeManagementTokenRoute,
  registerMakeManagementToken,
} from '#admin/management-tokens/make-management-token.ts'
import {
  registerRevokeManagementToken,
  revokeManagementTokenRoute,
} from '#admin/management-tokens/revoke-management-token.ts'
import { endMyOtherSessionsRoute, registerEndMyOtherSessions } from '#admin/me/end-my-other-sessions.ts'
import { endMySessionRoute, registerEndMySession } from '#admin/me/end-my-session.ts'
import { getConsoleRoute, registerGetConsole } from '#admin/me/get-console.ts'
import { getMeRoute, registerGetMe } from '#admin/me/get-me.ts'
import { listMySessionsRoute, registerListMySessions } from '#admin/me/list-my-sessions.ts'
import { addOperatorRoute, registerAddOperator } from '#admin/operators/add-operator.ts'
import { checkWelcomeRoute, registerCheckWelcome } from '#admin/operators/check-welcome.ts'
import { listOperatorsRoute, registerListOperators } from '#admin/operators/list-operators.ts'
import { registerRemoveOperator, removeOperatorRoute } from '#admin/operators/remove-operator.ts'
import { registerRenewInvitation, renewInvitationRoute } from '#admin/operators/renew-invitation.ts'
import { registerSetRole, setRoleRoute } from '#admin/operators/set-role.ts'
import { registerWelcome, welcomeRoute } from '#admin/operators/welcome.ts'
import { addCredentialRoute, registerAddCredential } from './add-credential.ts'
import { deleteCredentialRoute, registerDeleteCredential } from './delete-credential.ts'
import type { AdminApp, AdminDeps } from './deps.ts'
import { editCredentialRoute, registerEditCredential } from './edit-credential.ts'
import { getAllowedEndpointsRoute, registerGetAllowedEndpoints } from './get-allowed-endpoints.ts'
import { getCredentialRoute, registerGetCredential } from './get-credential.ts'
import { getCredentialUsageRoute, registerGetCredentialUsage } from './get-credential-usage.ts'
import { getMetricsRoute, registerGetMetrics } from './get-metrics.ts'
import { issueTokensRoute, registerIssueTokens } from './issue-tokens.ts'
import { listAuditEventsRoute, registerListAuditEvents } from './list-audit-events.ts'
import { listCredentialsRoute, registerListCredentials } from './list-credentials.ts'
import { listEndpointsRoute, registerListEndpoints } from './list-endpoints.ts'
import { listGatewaysRoute, registerListGateways } from './list-gateways.ts'
import { listTenantsRoute, registerListTenants } from './list-tenants.ts'
import { listTokensRoute, registerListTokens } from './list-tokens.ts'
import { registerRevokeToken, revokeTokenRoute } from './revoke-token.ts'
import { registerSetAllowedEndpoints, setAllowedEndpointsRoute } from './set-allowed-endpoints.ts'

/** An operation: what the document says of it, and how it is answered. */
export type Operation = {
  readonly route: RouteConfig
  readonly register: (app: AdminApp, deps: AdminDeps) => void
}

/** Operations for people who are not signed in yet. Everything else needs somebody. */
export const PUBLIC_OPERATIONS: readonly Operation[] = [
  { route: getConsoleRoute, register: registerGetConsole },
  { route: checkWelcomeRoute, register: registerCheckWelcome },
  { route: welcomeRoute, register: registerWelcome },
]

/** Every other operation, in the order in which the document shows them. */
export const OPERATIONS: readonly Operation[] = [
  { route: getMeRoute, register: registerGetMe },
  { route: listMySessionsRoute, register: registerListMySessions },
  { route: endMyOtherSessionsRoute, register: registerEndMyOtherSessions },
  { route: endMySessionRoute, register: registerEndMySession },
  { route: listTenantsRoute, register: registerListTenants },
  { route: listEndpointsRoute, register: registerListEndpoints },
  { route: listCredentialsRoute, register: registerListCredentials },
  { route: addCredentialRoute, register: registerAddCredential },
  { route: getCredentialRoute, register: registerGetCredential },
  { route: editCredentialRoute, register: registerEditCredential },
  { route: deleteCredentialRoute, register: registerDeleteCredential },
  { route: listTokensRoute, register: registerListTokens },
  { route: getCredentialUsageRoute, register: registerGetCredentialUsage },
  { route: issueTokensRoute, register: registerIssueTokens },
  { route: revokeTokenRoute, register: registerRevokeToken },
  { route: getAllowedEndpointsRoute, register: registerGetAllowedEndpoints },
  { route: setAllowedEndpointsRoute, register: registerSetAllowedEndpoints },
  { route: listAuditEventsRoute, register: registerListAuditEvents },
  { route: listOperatorsRoute, register: registerListOperators },
  { route: addOperatorRoute, register: registerAddOperator },
  { route: setRoleRoute, register: registerSetRole },
  { route: removeOperatorRoute, register: registerRemoveOperator },
  { route: renewInvitationRoute, register: registerRenewInvitation },
  { route: listManagementTokensRoute, register: registerListManagementTokens },
  { route: makeManagementTokenRoute, register: registerMakeManagementToken },
  { route: revokeManagementTokenRoute, register: registerRevokeManagementToken },
  { route: listGatewaysRoute, register: registerListGateways },
  { route: getMetricsRoute, register: registerGetMetrics },
]
