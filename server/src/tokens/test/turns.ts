import type { Dialect } from 'kysely'

/** Hands out the one connection in an order that the test chooses, so that every interleaving can be met. */
export type Turns = {
  /** From now on: which of so many that wait comes next. */
  choose: (waiting: number) => number
  readonly take: () => Promise<void>
  readonly give: () => void
}

export function createTurns(): Turns {
  let busy = false
  const waiting: (() => void)[] = []
  const next = (): void => {
    if (busy || waiting.length === 0) return
    busy = true
    // First let everything else go on until it waits as well: then there is something to choose from.
    setImmediate(() => waiting.splice(turns.choose(waiting.length), 1)[0]?.())
  }
  const turns: Turns = {
    choose: () => 0,
    take: async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        next()
      })
    },
    give: () => {
      busy = false
      next()
    },
  }
  return turns
}

/** The dialect, with these turns in place of Kysely's own queue, in which whoever comes first is served first. */
export function inTurns(dialect: Dialect, turns: Turns): Dialect {
  const driver = dialect.createDriver()
  const adapter = dialect.createAdapter()
  Object.defineProperty(adapter, 'supportsMultipleConnections', { value: true })
  return {
    createAdapter: () => adapter,
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createIntrospector: (db) => dialect.createIntrospector(db),
    createDriver: () => ({
      init: (options) => driver.init(options),
      destroy: () => driver.destroy(),
      beginTransaction: (connection, settings) => driver.beginTransaction(connection, settings),
      commitTransaction: (connection) => driver.commitTransaction(connection),
      rollbackTransaction: (connection) => driver.rollbackTransaction(connection),
      acquireConnection: async (options) => {
        await turns.take()
        return await driver.acquireConnection(options)
      },
      releaseConnection: async (connection, options) => {
        await driver.releaseConnection(connection, options)
        turns.give()
      },
    }),
  }
}
