import { StorageUnavailable } from './errors.ts'

/** Lets works of one name run one after another in this process, in the order in which they came. */
export type Turns = <T>(name: string, work: () => Promise<T>) => Promise<T>

/**
 * Before a work waits for a lock of the database, it waits here, where it holds no connection: many commands of one tenant
 * leave the connections to the others. Who waits longer than `waitMs` is told that the storage is not available.
 */
export function createTurns(waitMs: number): Turns {
  const waiting = new Map<string, (() => void)[]>()

  function take(name: string): Promise<void> | undefined {
    const queue = waiting.get(name)
    if (!queue) {
      waiting.set(name, [])
      return undefined
    }
    return new Promise((resolve, reject) => {
      const begin = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        queue.splice(queue.indexOf(begin), 1)
        reject(new StorageUnavailable('too many changes of one tenant wait for one another'))
      }, waitMs)
      queue.push(begin)
    })
  }

  function give(name: string): void {
    const next = waiting.get(name)?.shift()
    if (next) next()
    else waiting.delete(name)
  }

  return async (name, work) => {
    await take(name)
    try {
      return await work()
    } finally {
      give(name)
    }
  }
}
