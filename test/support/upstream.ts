import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What an upstream of a test received. */
export type Received = {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export type TestUpstream = {
  readonly url: string
  readonly received: Received[]
  readonly close: () => Promise<void>
  readonly server: Server
}

type Answer = (request: Received, response: ServerResponse) => void

/** A real HTTP server that keeps what it received and answers as told; by default 200 with a small JSON body. */
export async function startUpstream(answer: Answer = answerOk): Promise<TestUpstream> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request
      const seen = { method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString('utf8') }
      received.push(seen)
      answer(seen, response)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address: string | AddressInfo | null = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    server,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections()
        server.close(() => done())
      }),
  }
}

function answerOk(_: Received, response: ServerResponse): void {
  response.setHeader('content-type', 'application/json')
  response.end('{"ok":true}')
}
