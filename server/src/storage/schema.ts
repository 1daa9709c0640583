import type { Role } from '@stagedoor/core/role.ts'

/** Instants are epoch milliseconds, booleans 0 or 1, JSON is text: the same on every database. */
export type Schema = {
  readonly credentials: CredentialRow
  readonly tokens: TokenRow
  readonly token_families: TokenFamilyRow
  readonly credential_networks: CredentialNetworkRow
  readonly audit_events: AuditEventRow
  readonly changes: ChangeRow
  readonly change_counter: ChangeCounterRow
  readonly idempotency_keys: IdempotencyKeyRow
  readonly management_tokens: ManagementTokenRow
  readonly operators: OperatorRow
  readonly operator_sessions: OperatorSessionRow
  readonly operator_accounts: OperatorAccountRow
  readonly operator_verifications: OperatorVerificationRow
  readonly operator_two_factors: OperatorTwoFactorRow
  readonly operator_networks: OperatorNetworkRow
  readonly operator_roles: OperatorRoleRow
  readonly invitations: InvitationRow
  readonly nodes: NodeRow
  readonly usage_hours: UsageHourRow
  readonly usage_batches: UsageBatchRow
  readonly migrations: MigrationRow
}

export type CredentialRow = {
  readonly id: string
  readonly tenant_id: string
  readonly title: string
  /** Core's `titleKey` of the title: unique in the tenant among what is not deleted. */
  readonly title_key: string
  readonly description: string
  /** Title and description folded alike, for searching on databases that fold differently. */
  readonly search_key: string
  readonly authentication_method: 'oauth' | 'api_token'
  readonly active: number
  /** JSON: `{"kind":"all"}` or `{"kind":"only","endpoints":[sorted ids]}`. */
  readonly allowed_endpoints: string
  /** How many endpoints are listed; null for all. Spares lists from reading the list itself. */
  readonly allowed_endpoints_count: number | null
  readonly email: string | null
  /** The address as it is looked for: NFKC, in lower case. */
  readonly email_key: string | null
  /** PHC string of argon2id. */
  readonly password_hash: string | null
  readonly version: number
  readonly created_at: number
  readonly updated_at: number
  readonly deleted_at: number | null
}

export type TokenRow = {
  readonly id: string
  readonly credential_id: string
  readonly kind: 'api' | 'access' | 'refresh'
  /** SHA-256 of the token's text, in hex. The text itself is never stored. */
  readonly digest: string
  readonly hint: string
  readonly issued_at: number
  readonly expires_at: number | null
  readonly revoked_at: number | null
  /** Of OAuth tokens alone, and null for pairs that were issued before there were families. */
  readonly family_id: string | null
  /** From 1; the tokens of one refresh have the same. */
  readonly generation: number | null
  /** When a refresh token was exchanged for the next one. */
  readonly rotated_at: number | null
  /** When a gateway last saw it in a call, written a little later. */
  readonly last_used_at: number | null
}

/** All that comes from one issue of an OAuth pair by refreshing. */
export type TokenFamilyRow = {
  readonly id: string
  readonly credential_id: string
  readonly created_at: number
  /** However much it is refreshed. */
  readonly expires_at: number
  readonly revoked_at: number | null
  /** When a refresh token of it came back that had been exchanged before: somebody else may have had it. */
  readonly reuse_detected_at: number | null
}

/** From where a client has authenticated: others' failures do not slow it down there. */
export type CredentialNetworkRow = {
  readonly credential_id: string
  readonly network: string
  readonly authenticated_at: number
}

export type AuditEventRow = {
  readonly id: string
  readonly tenant_id: string
  readonly occurred_at: number
  readonly actor: string
  readonly action: string
  /** Id of what has changed: a credential, a management token, an operator. */
  readonly subject_id: string
  /** JSON object. Never a token, a password or an e-mail address. */
  readonly detail: string
  readonly request_id: string
}

export type ChangeRow = {
  /** Position in the order of commits, from 1, without gaps. */
  readonly seq: number
  readonly tenant_id: string
  readonly credential_id: string
  readonly occurred_at: number
}

/** One row. Counting in it makes writers queue, so that the order of `seq` is the order of commits. */
export type ChangeCounterRow = { readonly id: number; readonly seq: number }

export type IdempotencyKeyRow = {
  readonly tenant_id: string
  readonly key_digest: string
  readonly request_digest: string
  readonly credential_id: string
  readonly created_at: number
}

export type ManagementTokenRow = {
  readonly id: string
  readonly digest: string
  readonly hint: string
  /** Null: it reaches every tenant. */
  readonly tenant_id: string | null
  readonly title: string
  readonly role: Role
  /** The operator; null where the first start or a program made it. */
  readonly created_by: string | null
  readonly created_at: number
  readonly last_used_at: number | null
  readonly revoked_at: number | null
}

/** Somebody who signs in to the console. */
export type OperatorRow = {
  readonly id: string
  readonly name: string
  /** In NFKC and lower case: one address has one spelling. */
  readonly email: string
  readonly email_verified: number
  readonly two_factor_enabled: number
  readonly created_at: number
  readonly updated_at: number
}

export type OperatorSessionRow = {
  readonly id: string
  readonly operator_id: string
  /** SHA-256 of the token in the cookie, in hex. */
  readonly token_digest: string
  readonly created_at: number
  readonly last_used_at: number
  readonly expires_at: number
  readonly ip_address: string | null
  readonly user_agent: string | null
}

/** One way to sign in: `credential` with a password, or what single sign-on calls the operator. */
export type OperatorAccountRow = {
  readonly id: string
  readonly operator_id: string
  readonly provider_id: string
  readonly account_id: string
  /** PHC string of argon2id. */
  readonly password_hash: string | null
  readonly created_at: number
  readonly updated_at: number
}

/** A sign-in that waits for its second factor. The identifier is a digest. */
export type OperatorVerificationRow = {
  readonly id: string
  readonly identifier: string
  readonly value: string
  readonly expires_at: number
  readonly created_at: number
  readonly updated_at: number
}

/** Secret and codes are encrypted under the server's secret. */
export type OperatorTwoFactorRow = {
  readonly id: string
  readonly operator_id: string
  readonly secret: string
  readonly backup_codes: string
  readonly verified: number
  readonly failed_verification_count: number
  readonly locked_until: number | null
}

export type OperatorNetworkRow = {
  readonly operator_id: string
  readonly network: string
  readonly signed_in_at: number
}

export type OperatorRoleRow = {
  readonly operator_id: string
  readonly tenant_id: string
  readonly role: Role
  readonly added_at: number
}

export type InvitationRow = {
  readonly id: string
  /** SHA-256 of the code, in hex. */
  readonly code_digest: string
  readonly purpose: 'first_operator' | 'invitation'
  readonly operator_id: string | null
  readonly expires_at: number
  readonly used_at: number | null
  readonly created_at: number
}

export type MigrationRow = { readonly name: string; readonly applied_at: number }

/** A gateway that follows the changes. */
export type NodeRow = {
  readonly id: string
  /** Of one start of its program. */
  readonly instance: string
  readonly name: string
  /** The newest change that it decides by. */
  readonly seq: number
  readonly digest: string
  readonly config_digest: string
  readonly registered_at: number
  /** When its last acknowledgement came, by the clock of the control plane that heard it. */
  readonly last_seen_at: number
  readonly lease_until: number
  /** When it said that it stops; null while it runs, as far as anybody knows. */
  readonly stopped_at: number | null
}

/** The newest of a gateway's numbered batches of counted use. Kept for longer than gateways are: see `usage-hours.ts`. */
export type UsageBatchRow = { readonly node_id: string; readonly number: number; readonly noted_at: number }

/** Calls of one credential to one endpoint with one outcome in one hour. */
export type UsageHourRow = {
  readonly tenant_id: string
  readonly credential_id: string
  /** Empty for calls that were refused before an endpoint was known. */
  readonly endpoint_id: string
  /** `allowed`, or the reason of the refusal. */
  readonly outcome: string
  /** Its beginning. */
  readonly hour: number
  readonly calls: number
}
