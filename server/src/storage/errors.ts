/** The storage cannot be opened, or does not hold what this program expects. The message is for the operator. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}

/**
 * The database cannot serve at this moment: no connection in time, shutting down, too many connections, a statement or a lock
 * that took too long. Callers answer 503; asking again may help.
 */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'
  /**
   * True where the connection was lost while a commit was on its way: nobody knows whether the change was made, so it is not
   * tried again here. Who repeats a request under its idempotency key learns what became of it. False: nothing was changed.
   */
  readonly outcomeUnknown: boolean

  constructor(
    message: string,
    { cause, outcomeUnknown = false }: { cause?: unknown; outcomeUnknown?: boolean } = {},
  ) {
    super(message, { cause })
    this.outcomeUnknown = outcomeUnknown
  }
}
