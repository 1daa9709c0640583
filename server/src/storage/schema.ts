/** Instants are epoch milliseconds, booleans 0 or 1, JSON is text: the same on every database. */
export type Schema = {
  readonly credentials: CredentialRow
  readonly tokens: TokenRow
  readonly audit_events: AuditEventRow
  readonly changes: ChangeRow
  readonly change_counter: ChangeCounterRow
  readonly idempotency_keys: IdempotencyKeyRow
  readonly management_tokens: ManagementTokenRow
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
}

export type AuditEventRow = {
  readonly id: string
  readonly tenant_id: string
  readonly occurred_at: number
  readonly actor: string
  readonly action: string
  readonly credential_id: string
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
  readonly created_at: number
}

export type MigrationRow = { readonly name: string; readonly applied_at: number }
