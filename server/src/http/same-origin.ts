/** The header that the console sends along. A form or a link of another site cannot, and a script may not (CORS). */
const CONSOLE_HEADER = 'x-stagedoor-console'

export type RequestOrigin = {
  readonly method: string
  readonly header: (name: string) => string | undefined
}

/**
 * Whether a request that may change something comes from our own pages (OWASP, cross-site request forgery).
 * Reading is always fine: it changes nothing, and other sites do not get to see the answer.
 */
export function isSameOrigin({ method, header }: RequestOrigin, origins: readonly string[]): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  if (header(CONSOLE_HEADER) !== '1') return false
  const origin = header('origin')
  return origin === undefined ? header('sec-fetch-site') === 'same-origin' : origins.includes(origin)
}
