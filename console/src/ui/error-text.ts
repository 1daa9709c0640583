import { ApiError, Unreachable } from '#api/api-error.ts'
import { common } from '#words/common.ts'

/** What a person is told about a failure: what happened, and what to do. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError)
    return error.detail === undefined ? `${error.title}.` : `${error.title}. ${error.detail}`
  if (error instanceof Unreachable) return common.unreachable
  return common.unknownError
}
