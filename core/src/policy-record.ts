/** `AllowedEndpoints` as it is stored and sent: the ids as a list, sorted, each once. */
export type ListedEndpoints =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly endpoints: readonly string[] }

/** What the storage tells the data plane of a credential, and all that a gateway ever learns of it. */
export type PolicyRecord = {
  readonly id: string
  readonly tenantId: string
  readonly active: boolean
  readonly deleted: boolean
  readonly allowedEndpoints: ListedEndpoints
  readonly tokens: readonly PolicyToken[]
}

export type PolicyToken = {
  readonly id: string
  readonly kind: 'api' | 'access'
  /** SHA-256 of the token's text, in hex. */
  readonly digest: string
  /** Epoch milliseconds; undefined for a token that does not expire. */
  readonly expiresAt: number | undefined
  readonly revokedAt: number | undefined
}
