import { createHash, type Hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { tagged } from './wire-upstream.ts'

/** Megabytes that are made as they are sent: each piece another one, the same in every run. */
export function* bulkOf(bytes: number): Generator<Buffer> {
  const piece = Buffer.alloc(65_536, 'Momentus ')
  for (let sent = 0; sent < bytes; sent += piece.length) {
    piece.writeUInt32BE(sent / piece.length, 0)
    yield Buffer.from(piece.subarray(0, Math.min(piece.length, bytes - sent)))
  }
}

export function digestOf(bytes: number): string {
  const hash = createHash('sha1')
  for (const piece of bulkOf(bytes)) hash.update(piece)
  return hash.digest('hex')
}

export type BulkUpstream = {
  readonly url: string
  /** Bytes that its sockets have taken for answers so far. */
  readonly written: () => number
  readonly close: () => Promise<void>
}

/**
 * An upstream that does as `x-do` says: `take` reads the content and answers with its length and digest, `give <bytes>
 * [chunked]` answers with as many bytes, `stall` reads nothing of the content. Without it, it answers with the tag.
 */
export async function startBulkUpstream(): Promise<BulkUpstream> {
  let written = 0
  const server = createServer((request, response) => {
    const [what, amount = '0', how] = String(request.headers['x-do'] ?? '').split(' ')
    if (what === 'take') void take(request, response)
    else if (what === 'give')
      void give(response, {
        bytes: Number(amount),
        isChunked: how === 'chunked',
        onBytes: (count) => (written += count),
      })
    else if (what !== 'stall') {
      const [head = '', body = ''] = tagged(String(request.headers['x-tag'])).split('\r\n\r\n')
      response
        .setHeader('x-tag', /x-tag: (\S+)/.exec(head)?.[1] ?? '')
        .setHeader('content-type', 'application/json')
      response.end(body)
    }
  })
  server.requestTimeout = 0
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => sockets.add(socket))
  return {
    url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    written: () => written,
    close: () =>
      new Promise((done) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => done())
      }),
  }
}

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hash: Hash = createHash('sha1')
  let bytes = 0
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    hash.update(chunk)
  })
  await once(request, 'end').catch(() => undefined)
  if (!request.destroyed || request.complete)
    response.end(JSON.stringify({ bytes, digest: hash.digest('hex') }))
}

type Gift = { readonly bytes: number; readonly isChunked: boolean; readonly onBytes: (count: number) => void }

async function give(response: ServerResponse, { bytes, isChunked, onBytes }: Gift): Promise<void> {
  if (!isChunked) response.setHeader('content-length', bytes)
  const closed = once(response, 'close').catch(() => undefined)
  for (const piece of bulkOf(bytes)) {
    if (response.destroyed) return
    onBytes(piece.length)
    if (!response.write(piece)) await Promise.race([once(response, 'drain').catch(() => undefined), closed])
  }
  response.end()
}
