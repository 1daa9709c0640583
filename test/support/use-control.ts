import { randomBytes } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { pino } from 'pino'
import { createNodesApi } from '../../server/src/nodes/nodes.ts'
import { openSqlite } from '../../server/src/storage/sqlite.ts'
import { ingestUse } from '../../server/src/usage/ingest-use.ts'

// A control plane as far as counted use goes, in a process of its own: <data directory> <port> <node token>.
const [directory = '', port = '', nodeToken = ''] = process.argv.slice(2)
const { db } = await openSqlite({ directory, now: Date.now })
const unused = (): never => {
  throw new Error('nobody asks for it here')
}
const api = createNodesApi({
  publisher: { follow: unused, snapshot: unused, digest: unused },
  nodes: { acknowledge: unused, leave: unused },
  nodeTokens: [nodeToken],
  ingestUse: async (batch) => {
    const result = await ingestUse(db, { batch, now: Date.now() })
    if (result.outcome === 'repeated') appendFileSync(join(directory, 'repeated'), '.')
    // Written, and nobody has heard it yet: here it is killed often.
    await passed(3)
    return result
  },
  now: Date.now,
  oauth: unused,
  randomBytes,
  log: pino({ level: 'silent' }),
  stopping: new AbortController().signal,
})
const listener = getRequestListener((request) => api.fetch(request), { overrideGlobalObjects: false })
createServer((request, response) => void listener(request, response)).listen(Number(port), '127.0.0.1', () =>
  process.stdout.write('ready\n'),
)
