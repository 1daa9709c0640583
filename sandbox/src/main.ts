import { randomUUID } from 'node:crypto'
import { serve } from '@hono/node-server'
import { createSandbox } from './app.ts'
import { readSettings, type Settings } from './settings.ts'

// The only file that reads the environment, the clock and randomness, or listens.
const HOST = '127.0.0.1'

function main(): void {
  const settings = settingsOrExit()
  const app = createSandbox({ now: Date.now, randomText: randomUUID, settings })
  const server = serve({ fetch: app.fetch, hostname: HOST, port: settings.port }, ({ port }) =>
    announce(port),
  )
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EADDRINUSE')
      fail(`port ${settings.port} is in use; set STAGEDOOR_SANDBOX_PORT to another one`)
    fail(error.message)
  })
  const close = (): void => {
    server.close(() => process.exit(0))
    // A gateway keeps its connections open; they must not keep this process alive.
    closeConnections(server)
  }
  process.once('SIGTERM', close)
  process.once('SIGINT', close)
  process.once('disconnect', () => process.exit(0))
}

function closeConnections(server: object): void {
  if ('closeAllConnections' in server && typeof server.closeAllConnections === 'function')
    server.closeAllConnections()
}

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env)
  } catch (error) {
    if (error instanceof TypeError) fail(error.message)
    throw error
  }
}

/** A parent that forked this process hears it over their channel, a person reads it. */
function announce(port: number): void {
  if (process.send !== undefined) process.send({ kind: 'listening', port })
  else process.stdout.write(`sandbox: Momentus stand-ins listen on http://${HOST}:${port}\n`)
}

function fail(reason: string): never {
  process.stderr.write(`sandbox: ${reason}\n`)
  process.exit(1)
}

main()
