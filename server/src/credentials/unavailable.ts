import { StorageUnavailable } from '#storage/errors.ts'

export type Unavailability = {
  /** In words for whoever asked. */
  readonly detail: string
  readonly retryAfterSeconds: number
}

/** What to say where the storage could not serve at that moment; undefined for every other error, which is a fault. */
export function unavailability(error: unknown): Unavailability | undefined {
  if (!(error instanceof StorageUnavailable)) return undefined
  const detail = error.outcomeUnknown
    ? 'The database was lost while a change was written: it may have been made or not. Look before it is asked for again.'
    : 'The database cannot serve at the moment. Nothing was changed.'
  return { detail, retryAfterSeconds: 1 }
}
