import { createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { startUpstream } from './support/upstream.ts'

// Guarantee: whatever the upstream does, the caller gets a clean 502 or 504 with a code, or a connection that is cut;
// never a hang, and never half an answer that looks whole.

const EVENTS = '/enterprise/connect/api/Events/10'
const SHORT = { connectMs: 500, answerMs: 500, idleMs: 500 }
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** An upstream that answers with bytes of its own. */
async function startBytes(behave: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => behave(socket))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  closing.push(() => server.close())
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
}

async function startBefore(baseUrl: string, signIn?: object): Promise<{ door: Stagedoor; token: string }> {
  const door = await startStagedoor({
    config: plainConfig({ enterprise: { baseUrl, ...(signIn ? { signIn } : { timeouts: SHORT }) } }),
  })
  closing.push(door.stop)
  const made = await door.admin('POST', `${PLAIN}/credentials`, {
    title: 'Faults',
    authenticationMethod: 'api_token',
  })
  return { door, token: made.json.secrets.apiToken }
}

const FAULTS: readonly [name: string, behave: (socket: Socket) => void, status: number, code: string][] = [
  ['closes before it answers', (socket) => socket.destroy(), 502, 'upstream_unreachable'],
  ['resets', (socket) => socket.resetAndDestroy(), 502, 'upstream_unreachable'],
  ['says nothing', () => undefined, 504, 'upstream_timeout'],
  [
    'answers in another language',
    (socket) => socket.end('SSH-2.0-OpenSSH\r\n'),
    502,
    'upstream_answer_invalid',
  ],
  ['sends half a head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-le'), 502, 'upstream_unreachable'],
  [
    'sends a status of nonsense',
    (socket) => socket.end('HTTP/1.1 abc OK\r\n\r\n'),
    502,
    'upstream_answer_invalid',
  ],
  [
    'sends two lengths',
    (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab'),
    502,
    'upstream_answer_invalid',
  ],
  [
    'sends an endless head',
    (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(200_000)}\r\n\r\n`),
    502,
    'upstream_answer_invalid',
  ],
]

describe('an upstream that', () => {
  it.each(FAULTS)('%s', async (_, behave, status, code) => {
    const { door, token } = await startBefore(await startBytes(behave))
    const answer = await door.call(EVENTS, { token })
    expect([answer.status, answer.json.code]).toEqual([status, code])
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.text).not.toContain('127.0.0.1')
    expect(door.output()).toContain(answer.json.requestId)
  })

  it('does not listen', async () => {
    const { door, token } = await startBefore('http://127.0.0.1:9')
    const answer = await door.call(EVENTS, { token })
    expect([answer.status, answer.json.code]).toEqual([502, 'upstream_unreachable'])
  })

  it.each([
    ['ends before its length', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf'],
    ['ends inside a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n64\r\nhalf'],
  ])('%s: the caller is cut off too', async (_, bytes) => {
    const { door, token } = await startBefore(await startBytes((socket) => socket.end(bytes)))
    await expect(door.call(EVENTS, { token })).rejects.toThrow()
  })

  it('stalls in its body: the caller is cut off too', async () => {
    const { door, token } = await startBefore(
      await startBytes((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf')),
    )
    await expect(door.call(EVENTS, { token })).rejects.toThrow()
  })
})

describe('signing in', () => {
  it("reports a sign-in that the upstream refuses as the gateway's fault, not the caller's", async () => {
    const upstream = await startUpstream((_, response) => response.writeHead(401).end('no'))
    closing.push(upstream.close)
    const { door, token } = await startBefore(upstream.url, {
      kind: 'header',
      name: 'x-key',
      value: 'wrong-secret-key',
    })
    const answer = await door.call(EVENTS, { token })
    expect([answer.status, answer.json.code]).toEqual([502, 'upstream_sign_in_failed'])
    expect(answer.headers.get('www-authenticate')).toBeNull()
    expect(answer.text + door.output()).not.toContain('wrong-secret-key')
  })

  it('fetches an Elite token once for many calls, renews it before it expires and once on 401', async () => {
    let issued = 0
    let accepted = 0
    let expiresIn = 3600
    const upstream = await startUpstream((request, response) => {
      if (request.url === '/token') {
        issued += 1
        accepted = issued
        response.end(JSON.stringify({ accessToken: `elite-${issued}`, expiresIn, tokenType: 'Bearer' }))
      } else if (request.headers.authorization === `Bearer elite-${accepted}`)
        response.end(request.body || 'ok')
      else response.writeHead(401).end('{"message":"expired"}')
    })
    closing.push(upstream.close)
    const signIn = {
      kind: 'elite-client-credentials',
      tokenUrl: `${upstream.url}/token`,
      clientId: 'id',
      clientSecret: 'the-client-secret',
    }
    const { door, token } = await startBefore(upstream.url, signIn)
    const many = await Promise.all(Array.from({ length: 20 }, () => door.call(EVENTS, { token })))
    expect(many.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(issued).toBe(1)
    // The upstream forgets its tokens: one new sign-in, and the body is sent again.
    accepted = -1
    const again = await door.call('/enterprise/connect/api/Events', {
      method: 'POST',
      token,
      body: '{"a":1}',
    })
    expect([again.status, again.text, issued]).toEqual([200, '{"a":1}', 2])
    // A token of one second is renewed before it is over.
    expiresIn = 1
    accepted = -1
    await door.call(EVENTS, { token })
    await new Promise((done) => setTimeout(done, 1000))
    const refusals = upstream.received.length
    expect((await door.call(EVENTS, { token })).status).toBe(200)
    expect(upstream.received.slice(refusals).map(({ url }) => url)).toEqual(['/token', '/api/v1/Events/10'])
    expect(door.output()).not.toMatch(/elite-\d|the-client-secret/)
  })

  it('says so where the sign-in address does not answer, and asks only once more per call', async () => {
    const upstream = await startUpstream((_, response) => response.writeHead(401).end('{}'))
    closing.push(upstream.close)
    const tokenServer = await startUpstream((_, response) =>
      response.end('{"accessToken":"t","expiresIn":60,"tokenType":"Bearer"}'),
    )
    closing.push(tokenServer.close)
    const signIn = {
      kind: 'elite-client-credentials',
      tokenUrl: `${tokenServer.url}/token`,
      clientId: 'id',
      clientSecret: 's',
    }
    const { door, token } = await startBefore(upstream.url, signIn)
    expect((await door.call(EVENTS, { token })).json.code).toBe('upstream_sign_in_failed')
    expect([upstream.received.length, tokenServer.received.length]).toEqual([2, 2])
    await tokenServer.close()
    closing.splice(closing.indexOf(tokenServer.close), 1)
    expect((await door.call(EVENTS, { token })).json.code).toBe('upstream_sign_in_failed')
  })
})
