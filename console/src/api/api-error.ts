/** A field that the server does not accept. `field` is a JSON pointer into the body, or a parameter's name. */
export type FieldError = { readonly field: string; readonly message: string }

type Problem = {
  readonly code: string
  readonly title: string
  readonly status: number
  readonly requestId: string
  readonly detail?: string
  readonly errors?: readonly FieldError[]
}

/** The server answered with a problem (RFC 9457). */
export class ApiError extends Error {
  readonly code: string
  readonly status: number
  readonly title: string
  readonly detail: string | undefined
  readonly requestId: string
  readonly errors: readonly FieldError[]
  /** Seconds, from Retry-After. */
  readonly retryAfter: number | undefined

  constructor(problem: Problem, retryAfter?: number) {
    super(problem.title)
    this.name = 'ApiError'
    this.code = problem.code
    this.status = problem.status
    this.title = problem.title
    this.detail = problem.detail
    this.requestId = problem.requestId
    this.errors = problem.errors ?? []
    this.retryAfter = retryAfter
  }
}

/** The server could not be reached, or what answered is not it. */
export class Unreachable extends Error {
  constructor(options?: ErrorOptions) {
    super('the server cannot be reached', options)
    this.name = 'Unreachable'
  }
}

/** What a refused answer says. Something else than a problem in between, a proxy say, counts as unreachable. */
export async function toError(response: Response): Promise<ApiError | Unreachable> {
  const body: unknown = await response.json().catch(() => undefined)
  if (!isProblem(body)) return new Unreachable()
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN)
  return new ApiError(body, Number.isFinite(retryAfter) ? retryAfter : undefined)
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'requestId' in body && 'title' in body
}
