import { createServer, type Server } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PROXIES, provideDebian } from '../support/debian.ts'
import { PROXY_NAMES, type RunningProxy, startProxy } from '../support/proxies.ts'
import { startUpstream, type TestUpstream } from '../support/upstream.ts'

// Something stands where Stagedoor should, and is broken: nothing reaches the API without a whole decision.

let api: TestUpstream
let decider: Server
let decisionsPort: number
/** What is answered to everything that comes; undefined: the connection is reset. */
let answer: string | undefined

beforeAll(async () => {
  provideDebian((line) => void process.stdout.write(`${line}\n`), PROXIES)
  api = await startUpstream()
  decider = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', () => {
      if (answer === undefined) socket.resetAndDestroy()
      else socket.end(answer)
    })
  })
  await new Promise<void>((done) => decider.listen(0, '127.0.0.1', done))
  const address = decider.address()
  decisionsPort = typeof address === 'object' ? (address?.port ?? 0) : 0
})
afterAll(async () => {
  await api.close()
  decider.close()
})

function written(status: string, headers: Readonly<Record<string, string>> = {}): string {
  const lines = Object.entries({ ...headers, 'content-length': '0', connection: 'close' })
  return `HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
}

function allowed(without: string, further: Readonly<Record<string, string>> = {}): string {
  const whole: Record<string, string> = {
    'x-stagedoor-tenant': 'tnt_plain',
    'x-stagedoor-credential': 'cred_1',
    'x-stagedoor-token': 'tok_1',
    'x-stagedoor-endpoint': 'enterprise:GET:/events/{}',
    'x-stagedoor-upstream': api.url,
    'x-stagedoor-target': '/api/v1/Events/10',
    ...further,
  }
  delete whole[without]
  return written('200 OK', whole)
}

describe.each(PROXY_NAMES)('%s', (name) => {
  let proxy: RunningProxy

  beforeAll(async () => {
    proxy = await startProxy(name, { decisionsPort, apiUrl: api.url })
  })
  afterAll(async () => await proxy.stop())
  beforeEach(() => {
    api.received.length = 0
  })

  const call = async (): Promise<number> => {
    const headers = {
      authorization: 'Bearer x',
      'x-stagedoor-upstream': api.url,
      'x-stagedoor-target': '/api/v1/Events/10',
    }
    return (await fetch(`${proxy.url}/enterprise/connect/api/Events/10`, { headers, redirect: 'manual' }))
      .status
  }

  it('lets a call pass that is decided as a whole', async () => {
    answer = allowed('')
    expect(await call()).toBe(200)
    expect(api.received).toHaveLength(1)
  })

  it.each<readonly [string, () => string | undefined]>([
    ['a connection that breaks', () => undefined],
    ['bytes that are no HTTP', () => 'allow\r\n\r\n'],
    ['a head that breaks off', () => 'HTTP/1.1 200 OK\r\nx-stagedoor-ta'],
    ['an allow that says nothing', () => written('200 OK')],
    ['an allow that does not say what to ask', () => allowed('x-stagedoor-target')],
    ['an allow that does not say where', () => allowed('x-stagedoor-upstream')],
    ['an allow for another API', () => allowed('', { 'x-stagedoor-upstream': 'http://127.0.0.1:1' })],
    ['another success', () => written('204 No Content')],
    ['a redirect', () => written('302 Found', { location: `${api.url}/api/v1/Events/10` })],
    ['an error', () => written('500 Internal Server Error')],
    ['too much to do', () => written('503 Service Unavailable')],
  ])('asks nothing of the API on %s', async (_, given) => {
    answer = given()
    const status = await call()
    expect(api.received).toEqual([])
    expect(status === 200, `${status}`).toBe(false)
  })
})
