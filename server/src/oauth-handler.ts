/** Answers what is asked of the OAuth endpoints. The address is the caller's, as our own server says it. */
export type OAuthHandler = (request: Request, caller: { readonly address: string }) => Promise<Response>
