import pg from 'pg'
import type { Logger } from 'pino'
import type { ConnectionSettings } from './postgres-connections.ts'
import { CHANNEL } from './postgres-only.ts'

const RETRY_MS = { first: 100, last: 5_000 } as const

export type Listener = {
  readonly onChange: (wake: () => void) => () => void
  readonly close: () => Promise<void>
}

/**
 * Wakes whoever asked when a change was committed, by a connection of its own, and once after each time that it connects: what
 * was missed in between is found then. It may be silent for ever (behind PgBouncer it is): nobody may rely on it.
 */
export function createListener(settings: ConnectionSettings, log: Logger): Listener {
  const wakes = new Set<() => void>()
  let client: pg.Client | undefined
  let timer: NodeJS.Timeout | undefined
  let waitMs: number = RETRY_MS.first
  let closed = false

  const wakeAll = (): void => {
    for (const wake of wakes) wake()
  }

  function again(error: unknown): void {
    if (closed || timer) return
    log.warn({ err: error, waitMs }, 'nothing is heard of changes by others; they are looked for')
    timer = setTimeout(() => {
      timer = undefined
      void listen()
    }, waitMs)
    waitMs = Math.min(waitMs * 2, RETRY_MS.last)
  }

  async function listen(): Promise<void> {
    const opened = new pg.Client(settings)
    client = opened
    const lost = (error: unknown): void => {
      if (client !== opened) return
      client = undefined
      void endQuietly(opened)
      again(error)
    }
    opened.on('notification', wakeAll)
    opened.on('error', lost)
    opened.on('end', () => lost(new Error('the connection that listens was closed')))
    try {
      await opened.connect()
      await opened.query(`listen ${CHANNEL}`)
      waitMs = RETRY_MS.first
      wakeAll()
    } catch (error) {
      lost(error)
    }
  }

  return {
    onChange: (wake) => {
      wakes.add(wake)
      if (!client && !timer && !closed) void listen()
      return () => void wakes.delete(wake)
    },
    close: async () => {
      closed = true
      clearTimeout(timer)
      const last = client
      client = undefined
      if (last) await endQuietly(last)
    },
  }
}

async function endQuietly(client: pg.Client): Promise<void> {
  try {
    await client.end()
  } catch {
    // It is gone already.
  }
}
