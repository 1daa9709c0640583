import { problem } from '#http/problems.ts'

/** The answer to whoever has to wait. */
export function refuseTooMany(requestId: string, waitMs: number): Response {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return problem({
    requestId,
    code: 'too_many_attempts',
    detail: `Try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`,
    headers: { 'retry-after': String(seconds) },
  })
}
