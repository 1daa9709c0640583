import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { SNAPSHOT_BEGIN_MS, SourceError } from './change-source.ts'
import { createHttpSource, type HttpSource } from './http-source.ts'
import { type FeedMessage, writeMessage } from './protocol.ts'
import { createTestControlPlane, fingerprint, TENANT_ID, testRecord } from './test/control-plane.ts'
import { createTestGateway, type TestGateway, until } from './test/gateway.ts'
import { chunk, json, type RawServer, STREAM_HEAD, startRawServer } from './test/raw-server.ts'
import { unlessSilent } from './unless-silent.ts'

const NODE_TOKEN = 'a-node-token-that-nobody-must-ever-read'
/** Where something is waited for that never comes. Everywhere else a busy machine gets the time that it needs. */
const SHORT = { connectMs: 300, acknowledgeMs: 300, silenceMs: 300, beginMs: 300 }
const LONG_MS = 10_000
const LONG = { connectMs: LONG_MS, acknowledgeMs: LONG_MS, silenceMs: LONG_MS, beginMs: LONG_MS }
const PATIENT = {
  acknowledgeTimeout: LONG_MS,
  silence: LONG_MS,
  behind: LONG_MS,
  snapshotFirst: LONG_MS,
  firstAttempt: LONG_MS,
}
const plane = createTestControlPlane()
plane.change(testRecord(0))
plane.change(testRecord(1, { tokens: 2 }))
const NEWEST = 2
const TOLD = { nodeId: 'node_1', instance: 'inst_1', name: 'x', seq: 2, digest: '0', configDigest: 'c' }

let server: RawServer
let source: HttpSource
const gateways: TestGateway[] = []
beforeEach(async () => {
  server = await startRawServer()
  source = makeSource([server.url], LONG)
  server.answers.set('snapshot', answerSnapshot)
  server.answers.set('changes', (socket) => {
    socket.write(STREAM_HEAD)
    beat(socket)
  })
  server.answers.set('acknowledgements', (socket) => {
    socket.write(json(200, { at: Date.now(), seq: NEWEST, leaseMs: 10_000 }))
  })
  server.answers.set('leave', (socket) => {
    socket.write('HTTP/1.1 204 No Content\r\n\r\n')
  })
})
afterEach(async () => {
  for (const { follower } of gateways.splice(0)) await follower.close()
  await source.close()
  await server.close()
})

async function answerSnapshot(socket: Socket): Promise<void> {
  socket.write(STREAM_HEAD)
  for await (const message of plane.source.snapshot(new AbortController().signal))
    socket.write(chunk(writeMessage(message)))
  socket.write('0\r\n\r\n')
}

function beat(socket: Socket): void {
  const send = (): void => {
    if (socket.writable) socket.write(chunk(writeMessage({ kind: 'heartbeat', seq: NEWEST, at: Date.now() })))
  }
  send()
  const timer = setInterval(send, 50)
  socket.on('close', () => clearInterval(timer))
}

function makeSource(controlUrls: readonly string[], timeouts: typeof LONG): HttpSource {
  return createHttpSource({ controlUrls, nodeToken: NODE_TOKEN, random: () => 0, timeouts })
}

async function start(controlUrls = [server.url], patience: 'short' | 'long' = 'long'): Promise<TestGateway> {
  await source.close()
  source = makeSource(controlUrls, patience === 'long' ? LONG : SHORT)
  const gateway = createTestGateway(source, patience === 'long' ? { timing: PATIENT } : {})
  gateways.push(gateway)
  await gateway.follower.start()
  return gateway
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  if (!(error instanceof SourceError)) return expect.fail(`no SourceError: ${String(error)}`)
  const told = `${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`
  expect(told).not.toContain(NODE_TOKEN)
  return error.code
}

async function read(messages: AsyncIterable<FeedMessage>): Promise<FeedMessage[]> {
  const all: FeedMessage[] = []
  for await (const message of messages) all.push(message)
  return all
}

const signal = new AbortController().signal
const changed = writeMessage({ kind: 'change', seq: 3, at: 1, record: testRecord(0, { active: false }) })

describe('a control plane over HTTP', () => {
  it('is followed with the node token, which nothing else ever says', async () => {
    const { follower, policy, logged } = await start()
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    expect(follower.knowledgeOf(TENANT_ID)).toBe('current')
    await until(() => server.requests.some((head) => head.includes('/nodes/v1/changes?after=2&v=1 ')))
    for (const head of server.requests) expect(head).toContain(`stagedoor-node-token: ${NODE_TOKEN}`)
    gateways.length = 0
    await follower.close()
    expect(server.requests.at(-1)).toMatch(/^POST \/nodes\/v1\/leave\?v=1 /)
    expect(logged()).not.toContain(NODE_TOKEN)
  })

  it('may take a minute until a snapshot begins, and no longer', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const usual = createHttpSource({ controlUrls: [server.url], nodeToken: NODE_TOKEN, random: () => 0 })
    onTestFinished(usual.close)
    const asked: Socket[] = []
    server.answers.set('snapshot', (socket) => void asked.push(socket))
    const ask = async (): Promise<{
      readonly told: Promise<readonly FeedMessage[]>
      readonly socket: Socket
    }> => {
      const told = read(unlessSilent(usual.snapshot, { firstMs: SNAPSHOT_BEGIN_MS, nextMs: LONG_MS }, signal))
      // Whether it was given up is looked at later.
      told.catch(() => undefined)
      const before = asked.length
      while (asked[before] === undefined) await new Promise(setImmediate)
      return { told, socket: asked[before] }
    }
    const slow = await ask()
    await vi.advanceTimersByTimeAsync(50_000)
    await answerSnapshot(slow.socket)
    expect(await slow.told).toHaveLength(4)
    const hung = await ask()
    await vi.advanceTimersByTimeAsync(65_000)
    expect(await codeOf(hung.told)).toBe('unreachable')
  })

  const damages: readonly (readonly [string, (socket: Socket) => unknown])[] = [
    ['a truncated line', (socket) => socket.end(chunk(changed.slice(0, -20)))],
    [
      'a truncated line whose stream ends well',
      (socket) => socket.end(`${chunk(changed.slice(0, -20))}0\r\n\r\n`),
    ],
    ['a whole line without its end', (socket) => socket.end(`${chunk(changed.slice(0, -1))}0\r\n\r\n`)],
    ['a wrong checksum', (socket) => socket.write(chunk(changed.replace(/^1 ./, '1 x')))],
    [
      'one bit that is another',
      (socket) => socket.write(chunk(changed.replace('"active":false', '"active":falsE'))),
    ],
    ['another version', (socket) => socket.write(chunk(changed.replace(/^1 /, '2 ')))],
    ['no message', (socket) => socket.write(chunk('hello\n'))],
    [
      'a gap',
      (socket) =>
        socket.write(
          chunk(writeMessage({ kind: 'change', seq: 4, at: 1, record: testRecord(0, { active: false }) })),
        ),
    ],
    [
      'a repeat that says something else',
      (socket) =>
        socket.end(
          chunk(writeMessage({ kind: 'change', seq: 1, at: 1, record: testRecord(0, { active: false }) })),
        ),
    ],
    [
      'an endless line',
      async (socket) => {
        for (let sent = 0; sent < 40 && socket.writable; sent += 1) {
          socket.write(chunk('x'.repeat(256 * 1024)))
          await sleep(1)
        }
      },
    ],
    ['silence', () => undefined],
    [
      'a slow drip',
      async (socket) => {
        for (const character of changed) {
          if (socket.writable) socket.write(chunk(character))
          await sleep(100)
        }
      },
    ],
    ['chunks that are none', (socket) => socket.write('zz\r\nhello')],
  ]
  const DAMAGED: ReadonlySet<string> = new Set([
    'a truncated line whose stream ends well',
    'a whole line without its end',
    'a wrong checksum',
    'one bit that is another',
    'another version',
    'no message',
    'a gap',
    'an endless line',
  ])
  it.each(damages)('is asked again, and nothing applied, after %s', async (name, damage) => {
    let isDamaged = true
    server.answers.set('changes', (socket) => {
      socket.write(STREAM_HEAD)
      if (!isDamaged) return beat(socket)
      isDamaged = false
      void damage(socket)
    })
    const patience = name === 'silence' || name === 'a slow drip' ? 'short' : 'long'
    const { policy, follower } = await start([server.url], patience)
    await until(() => server.requests.filter((head) => head.includes('changes?after=2')).length >= 2)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    await until(() => follower.knowledgeOf(TENANT_ID) === 'current')
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    // It came back for the same position, and needed no snapshot to be right: nothing was applied in between.
    expect(server.requests.filter((head) => head.includes('changes?after=2')).length).toBeGreaterThan(1)
    expect(follower.state()).toMatchObject({
      appliedSeq: NEWEST,
      snapshots: 1,
      damagedMessages: DAMAGED.has(name) ? 1 : 0,
    })
  })

  it.each([
    ['500', 'unreachable', json(500, { code: 'internal_error' })],
    ['503', 'unreachable', json(503, { code: 'storage_unavailable' })],
    ['401', 'refused', json(401, { code: 'node_token_wrong' })],
    ['404', 'refused', json(404, {})],
    ['409', 'superseded', json(409, { code: 'node_superseded' })],
    ['409 for the version', 'protocol_version', json(409, { code: 'node_protocol_version' })],
    ['409 of somebody else', 'refused', json(409, { code: 'whatever' })],
    ['200 and no JSON', 'damaged', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{]'],
    ['200 and something else', 'damaged', json(200, { at: 'soon', seq: 1, leaseMs: 1 })],
    ['200 and a position that is none', 'damaged', json(200, { at: 1, seq: -1, leaseMs: 1 })],
    ['200 without an end', 'damaged', json(200, { at: 1, seq: 1, leaseMs: 1, more: 'x'.repeat(100_000) })],
    ['nothing', 'unreachable', ''],
    ['no HTTP', 'unreachable', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ])('answers an acknowledgement with %s: %s', async (name, code, answer) => {
    server.answers.set('acknowledgements', (socket) => void socket.write(answer))
    if (name === 'nothing') {
      await source.close()
      source = makeSource([server.url], SHORT)
    }
    expect(await codeOf(source.acknowledge(TOLD))).toBe(code)
    // And the gateway knows that there is no contact.
    const { follower } = await start([server.url], name === 'nothing' ? 'short' : 'long')
    expect(follower.state().isConnected).toBe(false)
    expect(follower.knowledgeOf(TENANT_ID)).toBe('stale')
  })

  it('is not followed to where it points, so that nobody else sees the node token', async () => {
    const other = await startRawServer()
    for (const path of ['snapshot', 'changes', 'acknowledgements'])
      server.answers.set(
        path,
        (socket) => void socket.write(json(307, {}, `location: ${other.url}/nodes/v1/${path}\r\n`)),
      )
    expect(await codeOf(source.acknowledge(TOLD))).toBe('refused')
    expect(await codeOf(read(source.snapshot(signal)))).toBe('refused')
    expect(await codeOf(read(source.changes(0, signal)))).toBe('refused')
    expect(other.connections()).toBe(0)
    await other.close()
  })

  it('has the next one asked where it is away', async () => {
    const other = await startRawServer()
    for (const [path, answer] of server.answers) other.answers.set(path, answer)
    const { policy, follower } = await start([other.url, server.url])
    expect(other.requests.length).toBeGreaterThan(0)
    expect(server.requests).toEqual([])
    await other.close()
    await until(() => server.requests.some((head) => head.includes('changes?after=2')))
    await until(() => follower.knowledgeOf(TENANT_ID) === 'current')
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
  })

  it('gets its connection closed when a stream is ended here', async () => {
    const ended = new AbortController()
    let isClosed = false
    server.answers.set('changes', (socket) => {
      socket.write(STREAM_HEAD)
      beat(socket)
      socket.on('close', () => {
        isClosed = true
      })
    })
    const reading = codeOf(read(source.changes(2, ended.signal)))
    await until(() => server.requests.length > 0)
    ended.abort()
    await reading
    await until(() => isClosed)
    expect(server.connections()).toBe(1)
  })
})
