/** How the gateway shows an upstream who it is. Never with the caller's token. */
export type SignIn = {
  /**
   * Field lines to add to a request, each with its CRLF: at once where they are at hand. Rejects with SignInError where they
   * cannot be had.
   */
  readonly lines: () => string | Promise<string>
  /** Classes of the headers that it sets. */
  readonly kinds: ReadonlySet<string>
  /**
   * Told that the upstream refused these lines.
   * @returns whether new ones may do better, so that the request is worth sending once more
   */
  readonly refused: (lines: string) => boolean
}

/** The gateway could not sign in at the upstream. The message holds no secret. */
export class SignInError extends Error {
  override readonly name = 'SignInError'
}

/** For upstreams that ask for nothing, or for one header that never changes. */
export function fixedSignIn(header?: { readonly kind: string; readonly line: string }): SignIn {
  const kinds = new Set(header === undefined ? [] : [header.kind])
  return { lines: () => header?.line ?? '', kinds, refused: () => false }
}
