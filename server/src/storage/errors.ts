/** The storage cannot be opened, or does not hold what this program expects. The message is for the operator. */
export class StorageError extends Error {
  override readonly name = 'StorageError'
}
