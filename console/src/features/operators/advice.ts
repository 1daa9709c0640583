import { ApiError } from '#api/api-error.ts'
import { operators } from '#words/operators.ts'

/** The same refusal with what to do about it, where the server says only what is wrong. */
export function withAdvice(error: Error): Error {
  if (!(error instanceof ApiError) || error.detail !== undefined) return error
  const texts: Readonly<Record<string, string>> = operators.advice
  const detail = Object.hasOwn(texts, error.code) ? texts[error.code] : undefined
  if (detail === undefined) return error
  const { code, title, status, requestId, errors, retryAfter } = error
  return new ApiError({ code, title, status, requestId, errors, detail }, retryAfter)
}
