import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { createNodes, type Nodes } from '#feed/nodes.ts'
import { type FeedMessage, readMessage } from '#feed/protocol.ts'
import { createPublisher, type Publisher } from '#feed/publisher.ts'
import { readableLog, removable, temporarySqlite } from '#feed/test/written.ts'
import { createNodesApi } from '#nodes/nodes.ts'
import type { Database } from '#storage/database.ts'

export const TOKEN = 'node-token-of-at-least-32-characters'
export const NEXT_TOKEN = 'the-next-token-of-at-least-32-characters'

export type Asked = {
  readonly method?: string
  readonly body?: string | Uint8Array<ArrayBuffer>
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
  /** Another server of the same control plane. */
  readonly at?: string
}

/** A control plane over a database of its own, behind a real server. */
export type TestControlPlane = {
  readonly db: Database
  readonly publisher: Publisher
  readonly nodes: Nodes
  readonly logLines: readonly string[]
  readonly away: (isAway: boolean) => void
  readonly stopping: AbortController
  /** What reached the OAuth endpoints. */
  readonly relayed: readonly { readonly request: Request; readonly address: string }[]
  /** One more server; answers the address of its API. */
  readonly serve: (nodeTokens: readonly string[], stalledMs?: number) => Promise<string>
  readonly ask: (path: string, asked?: Asked) => Promise<Response>
  /** The same with a body of JSON. */
  readonly post: (path: string, body: object, asked?: Asked) => Promise<Response>
  readonly close: () => Promise<void>
}

export async function startControlPlane(): Promise<TestControlPlane> {
  const real = await temporarySqlite()
  const { db, away } = removable(real.db)
  const { log, lines: logLines } = readableLog()
  const publisher = createPublisher({ storage: { ...real, db }, now: Date.now, log })
  const nodes = await createNodes({
    db,
    shared: false,
    now: Date.now,
    log,
    publisher,
    maxStaleMs: () => 60_000,
    configDigest: 'same',
  })
  const closing: (() => Promise<unknown>)[] = [real.close, publisher.close, nodes.close]
  const relayed: { readonly request: Request; readonly address: string }[] = []
  const stopping = new AbortController()
  const serve: TestControlPlane['serve'] = async (nodeTokens, stalledMs) => {
    const api = createNodesApi({
      publisher,
      nodes,
      nodeTokens,
      ingestUse: async () => ({ outcome: 'written' }),
      now: Date.now,
      oauth: async (request, { address }) => {
        relayed.push({ request, address })
        const headers = { 'x-request-id': 'req_oauth' }
        return Response.json({ echo: await request.text() }, { status: 401, headers })
      },
      randomBytes,
      log,
      stopping: stopping.signal,
      ...(stalledMs !== undefined && { stalledMs }),
    })
    const listener = getRequestListener((request) => api.fetch(request), { overrideGlobalObjects: false })
    const server = createServer((request, response) => void listener(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    closing.push(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/nodes/v1`
  }
  const url = await serve([TOKEN, NEXT_TOKEN])
  const ask: TestControlPlane['ask'] = async (path, asked = {}) => {
    const { token = TOKEN, at = url, headers, ...init } = asked
    return await fetch(`${at}/${path}`, { ...init, headers: { ...headers, 'stagedoor-node-token': token } })
  }
  return {
    db,
    publisher,
    nodes,
    logLines,
    away,
    stopping,
    relayed,
    serve,
    ask,
    post: (path, body, { headers, ...asked } = {}) =>
      ask(path, {
        method: 'POST',
        body: JSON.stringify(body),
        ...asked,
        headers: { 'content-type': 'application/json', ...headers },
      }),
    close: async () => {
      away(false)
      for (const close of closing.toReversed()) await close()
    },
  }
}

/** The messages of an answer. Throws where a line cannot be read. */
export function messagesOf(text: string): readonly FeedMessage[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const read = readMessage(line)
      if (!read.ok) throw new Error(read.why)
      return read.message
    })
}
