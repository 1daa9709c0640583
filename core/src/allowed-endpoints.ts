/** What a credential may call. An empty `only` refuses everything; nothing but `all` means everything. */
export type AllowedEndpoints =
  | { readonly kind: 'all' }
  | { readonly kind: 'only'; readonly endpoints: ReadonlySet<string> }

/** Whether the endpoint with this id may be called. */
export function allows(allowed: AllowedEndpoints, endpointId: string): boolean {
  if (allowed.kind === 'all') return true
  return allowed.kind === 'only' && allowed.endpoints.has(endpointId)
}
