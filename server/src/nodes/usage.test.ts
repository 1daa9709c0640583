import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHttpSink, type HttpSink } from '#usage/http-sink.ts'
import { type UseBatch, UseRefusedError } from '#usage/use-batch.ts'
import { createNodesApi } from './nodes.ts'

const TOKEN = 'node-token-of-at-least-32-characters'
const NOON = Date.UTC(2026, 2, 1, 12)
const HOUR = 3_600_000
const CALL = { credentialId: 'cred_a', endpointId: 'e', outcome: 'allowed', hour: NOON, calls: 3 }
const BATCH: UseBatch = {
  nodeId: 'node_1',
  number: 7,
  calls: [CALL],
  tokens: [{ tokenId: 'tok_a', usedAt: NOON }],
}

let got: UseBatch[]
let failing: Error | undefined
let url: string
let server: Server
const sinks: HttpSink[] = []

function unused(): never {
  throw new Error('nobody asks for it here')
}

async function listen(handle: Parameters<typeof createServer>[1]): Promise<{ server: Server; url: string }> {
  const made = createServer(handle)
  await new Promise<void>((done) => made.listen(0, '127.0.0.1', done))
  return { server: made, url: `http://127.0.0.1:${(made.address() as AddressInfo).port}` }
}

async function stop(made: Server): Promise<void> {
  made.closeAllConnections()
  await new Promise((done) => made.close(done))
}

function sink(controlUrls: readonly string[], nodeToken = TOKEN): HttpSink {
  const made = createHttpSink({ controlUrls, nodeToken })
  sinks.push(made)
  return made
}

async function post(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return await fetch(`${url}/nodes/v1/usage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stagedoor-node-token': TOKEN, ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

beforeEach(async () => {
  got = []
  failing = undefined
  const api = createNodesApi({
    publisher: { follow: unused, snapshot: unused, digest: unused },
    nodes: { acknowledge: unused, leave: unused },
    nodeTokens: [TOKEN],
    ingestUse: async (batch) => {
      if (failing) throw failing
      got.push(batch)
      return { outcome: 'written' }
    },
    now: () => NOON,
    oauth: unused,
    randomBytes,
    log: pino({ level: 'silent' }),
    stopping: new AbortController().signal,
  })
  const listener = getRequestListener((request) => api.fetch(request), { overrideGlobalObjects: false })
  const listening = await listen((request, response) => void listener(request, response))
  server = listening.server
  url = listening.url
})
afterEach(async () => {
  await Promise.all(sinks.splice(0).map((each) => each.close()))
  await stop(server)
})

describe('what gateways send of what they have counted', () => {
  test('arrives as it was', async () => {
    await sink([url]).send(BATCH)
    expect(got).toEqual([BATCH])
  })

  test('is taken from nobody without the token', async () => {
    expect((await post(BATCH, { 'stagedoor-node-token': 'another' })).status).toBe(401)
    // The gateway keeps it: its setting may be put right.
    const error: unknown = await sink([url], 'another-token-of-at-least-32-characters')
      .send(BATCH)
      .catch((cause: unknown) => cause)
    expect(error).toBeInstanceOf(AggregateError)
    expect(error).not.toBeInstanceOf(UseRefusedError)
    expect(got).toEqual([])
  })

  test.each([
    ['no number', { number: undefined }],
    ['a number below one', { number: 0 }],
    ['a number that is none', { number: 1.5 }],
    ['a number beyond what is exact', { number: 2 ** 53 }],
    ['a member that nobody knows', { tenantId: 'tnt_arena' }],
    ['fewer calls than none', { calls: [{ ...CALL, calls: -1 }] }],
    ['half a call', { calls: [{ ...CALL, calls: 0.5 }] }],
    ['more calls than there are', { calls: [{ ...CALL, calls: 1e15 }] }],
    ['an hour that is no beginning', { calls: [{ ...CALL, hour: NOON + 1 }] }],
    ['an hour before all time', { calls: [{ ...CALL, hour: -HOUR }] }],
    ['an hour far in the future', { calls: [{ ...CALL, hour: NOON + 25 * HOUR }] }],
    ['an outcome that is none', { calls: [{ ...CALL, outcome: 'Allowed!' }] }],
    ['a control character', { calls: [{ ...CALL, endpointId: 'e\u0000' }] }],
    ['a row of a tenant', { calls: [{ ...CALL, tenantId: 'tnt_arena' }] }],
    ['too many rows', { calls: Array.from({ length: 1001 }, () => CALL) }],
    ['too many tokens', { tokens: Array.from({ length: 1001 }, () => BATCH.tokens[0]) }],
  ])('is refused with %s', async (_, change) => {
    const answer = await post({ ...BATCH, ...change })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'validation_failed' })
    await expect(sink([url]).send({ ...BATCH, ...change } as UseBatch)).rejects.toThrow(UseRefusedError)
    expect(got).toEqual([])
  })

  test('is refused where it is no JSON, or longer than it can be', async () => {
    expect((await post('{')).status).toBe(400)
    expect((await post(BATCH, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await post(`${JSON.stringify(BATCH)}${' '.repeat(9 * 1024 * 1024)}`)).status).toBe(413)
    expect(got).toEqual([])
  })

  test('of the hour that begins soon is taken: clocks differ', async () => {
    expect((await post({ ...BATCH, calls: [{ ...CALL, hour: NOON + HOUR }] })).status).toBe(200)
  })

  test('is sent again where the control plane breaks, and does not say why', async () => {
    failing = new Error('a secret of the database')
    const answer = await post(BATCH)
    expect(answer.status).toBe(500)
    expect(await answer.text()).not.toContain('secret')
    const error: unknown = await sink([url])
      .send(BATCH)
      .catch((cause: unknown) => cause)
    expect(error).not.toBeInstanceOf(UseRefusedError)
    failing = undefined
    await sink([url]).send(BATCH)
    expect(got).toEqual([BATCH])
  })

  test('goes to the next control plane where the first is away or broken, and stays with it', async () => {
    let asked = 0
    const broken = await listen((_, response) => {
      asked += 1
      response.writeHead(503).end()
    })
    const both = sink(['http://127.0.0.1:9', broken.url, url])
    await both.send(BATCH)
    await both.send({ ...BATCH, number: 8 })
    expect(asked).toBe(1)
    expect(got.map(({ number }) => number)).toEqual([7, 8])
    await stop(broken.server)
  })

  test('is not taken for arrived where an answer is cut, or comes from something else', async () => {
    const cut = await listen((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"outcome"')
      setTimeout(() => response.destroy(), 20)
    })
    await expect(sink([cut.url]).send(BATCH)).rejects.toThrow(AggregateError)
    await stop(cut.server)
    const moved = await listen((_, response) => response.writeHead(302, { location: `${url}/` }).end())
    await expect(sink([moved.url]).send(BATCH)).rejects.toThrow(AggregateError)
    await stop(moved.server)
    const page = await listen((_, response) => response.end('<p>Please sign in to the network'))
    await expect(sink([page.url]).send(BATCH)).rejects.toThrow(AggregateError)
    await stop(page.server)
    expect(got).toEqual([])
  })
})
