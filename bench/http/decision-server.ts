import { hash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

// The least that answers nginx's auth_request: <port> <file with a key on each line>.
const [port = '', keys = ''] = process.argv.slice(2)
const digests = new Set(
  readFileSync(keys, 'utf8')
    .trimEnd()
    .split('\n')
    .map((key) => hash('sha256', key)),
)

createServer({ keepAliveTimeout: 600_000 }, (request, response) => {
  const token = request.headers.authorization?.replace(/^Bearer /, '') ?? ''
  response.writeHead(digests.has(hash('sha256', token)) ? 204 : 401).end()
}).listen(Number(port), '127.0.0.1')
