/** What the address of the list says: search, filters, and which drawer is open. */
export type CredentialsSearch = {
  readonly search?: string
  readonly active?: 'true' | 'false'
  readonly method?: 'oauth' | 'api_token'
  readonly add?: true
  /** Ids of the credential whose drawer is open. */
  readonly edit?: string
  readonly endpoints?: string
  readonly issue?: string
}

const SEARCH_LENGTH_MAX = 200

/** Reads the parameters of an address; what is unknown or odd is dropped. */
export function readCredentialsSearch(given: Record<string, unknown>): CredentialsSearch {
  const { search, active, method, add, edit, endpoints, issue } = given
  const text = typeof search === 'string' || typeof search === 'number' ? String(search) : ''
  return {
    ...(text !== '' && { search: text.slice(0, SEARCH_LENGTH_MAX) }),
    ...((String(active) === 'true' || String(active) === 'false') && {
      active: String(active) === 'true' ? 'true' : 'false',
    }),
    ...((method === 'oauth' || method === 'api_token') && { method }),
    ...(add === true && { add }),
    ...(isCredentialId(edit) && { edit }),
    ...(isCredentialId(endpoints) && { endpoints }),
    ...(isCredentialId(issue) && { issue }),
  }
}

function isCredentialId(value: unknown): value is string {
  return typeof value === 'string' && /^cred_[0-9a-f]{24}$/.test(value)
}
