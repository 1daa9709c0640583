/** One request as it arrived, kept so that tests of a gateway can see what reached the upstream. */
export type RecordedRequest = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly authorizationKind: AuthorizationKind
  readonly at: string
}

export type AuthorizationKind = 'jwt' | 'elite' | 'other' | 'none'

export type RequestLog = {
  readonly record: (request: Request, rawTarget: string | undefined) => void
  readonly list: () => readonly RecordedRequest[]
  readonly clear: () => void
}

export type RequestLogOptions = {
  readonly now: () => number
  /** Whether the text has the form of a token that the Elite stand-in hands out. */
  readonly isEliteToken: (token: string) => boolean
}

const KEPT_MAX = 1000

export function createRequestLog({ now, isEliteToken }: RequestLogOptions): RequestLog {
  const kept: RecordedRequest[] = []
  return {
    record: (request, rawTarget) => {
      const { pathname, search } = new URL(request.url)
      const entry: RecordedRequest = {
        method: request.method,
        path: rawTarget ?? pathname + search,
        headers: withoutSecret(request.headers),
        authorizationKind: kindOf(request.headers.get('authorization'), isEliteToken),
        at: new Date(now()).toISOString(),
      }
      kept.push(entry)
      if (kept.length > KEPT_MAX) kept.shift()
    },
    list: () => [...kept],
    clear: () => {
      kept.length = 0
    },
  }
}

function withoutSecret(headers: Headers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...headers].map(([name, value]) => [name, name === 'authorization' ? '(present)' : value]),
  )
}

function kindOf(authorization: string | null, isEliteToken: (token: string) => boolean): AuthorizationKind {
  if (authorization === null) return 'none'
  const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1]
  if (token === undefined) return 'other'
  if (isEliteToken(token)) return 'elite'
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token) ? 'jwt' : 'other'
}
