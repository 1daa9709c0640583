import { ApiError, Unreachable } from '#api/api-error.ts'
import { common } from '#words/common.ts'

const STORAGE_AWAY = 'storage_unavailable'

/** Whether the server is there and its database is not: nothing is wrong with what was asked. */
export function isStorageAway(error: unknown): boolean {
  return error instanceof ApiError && error.code === STORAGE_AWAY
}

/** What a person is told about a failure: what happened, and what to do. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError && isStorageAway(error))
    return [error.detail ?? `${error.title}.`, common.storageAway].join(' ')
  if (error instanceof ApiError)
    return error.detail === undefined ? `${error.title}.` : `${error.title}. ${error.detail}`
  if (error instanceof Unreachable) return common.unreachable
  return common.unknownError
}
