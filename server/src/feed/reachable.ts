import { SourceError } from './change-source.ts'

/** Says of whatever went wrong with the database what it means to a gateway. Throws SourceError. */
export async function reachable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw new SourceError('unreachable', 'the database cannot be reached', { cause: error })
  }
}
