/** Which of the list is shown. */
type Filters = {
  readonly search?: string
  readonly active?: 'true' | 'false'
  readonly method?: 'oauth' | 'api_token'
}

/** Which drawer is open: each but the first by the id of its credential. */
export type OpenDrawer = {
  readonly add?: true
  readonly edit?: string
  readonly endpoints?: string
  readonly issue?: string
  readonly tokens?: string
}

/** What the address of the list says. */
export type CredentialsSearch = Filters & OpenDrawer

const SEARCH_LENGTH_MAX = 200

/** Reads the parameters of an address; what is unknown or odd is dropped. */
export function readCredentialsSearch(given: Record<string, unknown>): CredentialsSearch {
  const { search, active, method, add, edit, endpoints, issue, tokens } = given
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
    ...(isCredentialId(tokens) && { tokens }),
  }
}

/** The same list with no drawer open. */
export function filtersOf({ search, active, method }: CredentialsSearch): Filters {
  return {
    ...(search !== undefined && { search }),
    ...(active !== undefined && { active }),
    ...(method !== undefined && { method }),
  }
}

function isCredentialId(value: unknown): value is string {
  return typeof value === 'string' && /^cred_[0-9a-f]{24}$/.test(value)
}
