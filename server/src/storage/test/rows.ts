import type { CredentialRow, TokenRow } from '#storage/schema.ts'

/** A credential for API tokens that may call everything, titled by its id. */
export function credentialRow(
  id: string,
  tenantId: string,
  more: Partial<CredentialRow> = {},
): CredentialRow {
  return {
    id,
    tenant_id: tenantId,
    title: id,
    title_key: id,
    description: '',
    search_key: id,
    authentication_method: 'api_token',
    active: 1,
    allowed_endpoints: '{"kind":"all"}',
    allowed_endpoints_count: null,
    email: null,
    email_key: null,
    password_hash: null,
    version: 1,
    created_at: 0,
    updated_at: 0,
    deleted_at: null,
    ...more,
  }
}

/** An API token that does not end. Its digest is its id, unless told. */
export function tokenRow(id: string, credentialId: string, more: Partial<TokenRow> = {}): TokenRow {
  return {
    id,
    credential_id: credentialId,
    kind: 'api',
    digest: id,
    hint: '',
    issued_at: 0,
    expires_at: null,
    revoked_at: null,
    family_id: null,
    generation: null,
    rotated_at: null,
    last_used_at: null,
    ...more,
  }
}
