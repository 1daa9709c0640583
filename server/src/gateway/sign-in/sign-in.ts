/** How the gateway shows an upstream who it is. Never with the caller's token. */
export type SignIn = {
  /** Headers to add to a request. Throws SignInError where they cannot be had. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>
  /**
   * Told that the upstream refused these headers.
   * @returns whether new ones may do better, so that the request is worth sending once more
   */
  readonly refused: (headers: Readonly<Record<string, string>>) => boolean
}

/** The gateway could not sign in at the upstream. The message holds no secret. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
}

/** For upstreams that ask for nothing, or for one header that never changes. */
export function fixedSignIn(headers: Readonly<Record<string, string>>): SignIn {
  return { headers: async () => headers, refused: () => false }
}
