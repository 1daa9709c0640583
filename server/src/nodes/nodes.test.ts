import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { addCredential, changeCredential, digestOfToken, TENANT } from '#feed/test/written.ts'
import {
  messagesOf,
  NEXT_TOKEN,
  startControlPlane,
  type TestControlPlane,
  TOKEN,
} from './test/control-plane.ts'

const ACKNOWLEDGEMENT = {
  nodeId: 'node_12345678',
  instance: 'instance_1',
  name: 'gateway-1',
  seq: 0,
  digest: '0'.repeat(32),
  configDigest: 'same',
}

let control: TestControlPlane
beforeEach(async () => {
  control = await startControlPlane()
})
afterEach(async () => {
  await control.close()
})

describe('the node token', () => {
  it('opens, any of those that are accepted', async () => {
    expect((await control.ask('digest')).status).toBe(200)
    expect((await control.ask('digest', { token: NEXT_TOKEN })).status).toBe(200)
  })

  it.each([
    ['another of the same length', `${TOKEN.slice(0, -1)}S`],
    ['with something behind it', `${TOKEN}x`],
    ['a part of it', TOKEN.slice(0, 32)],
    ['two in one', `${TOKEN}, ${TOKEN}`],
    ['none', ''],
  ])('is refused where it is wrong: %s; whatever is asked for', async (_, token) => {
    for (const [path, method] of [
      ['digest', 'GET'],
      ['snapshot?v=1', 'GET'],
      ['changes?after=0&v=1', 'GET'],
      ['acknowledgements?v=1', 'POST'],
      ['leave?v=1', 'POST'],
      ['usage', 'POST'],
      ['oauth/oauth/token', 'POST'],
      ['nothing', 'GET'],
    ] as const) {
      const answer = await control.ask(path, { method, token })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('www-authenticate')).not.toBeNull()
      const text = await answer.text()
      expect(JSON.parse(text)).toMatchObject({ code: 'node_token_wrong', requestId: expect.any(String) })
      if (token !== '') expect(text).not.toContain(token)
    }
    expect(control.relayed).toEqual([])
    expect(await control.nodes.list()).toEqual([])
    if (token !== '') expect(control.logLines.join('')).not.toContain(token)
  })

  it('is refused where none is accepted, the empty one too', async () => {
    const closed = await control.serve([])
    for (const token of ['', TOKEN])
      expect((await control.ask('digest', { token, at: closed })).status).toBe(401)
    expect((await fetch(`${closed}/digest`)).status).toBe(401)
  })

  it('has at least 32 characters', async () => {
    await expect(control.serve(['x'.repeat(31)])).rejects.toThrow('32')
  })
})

describe('the snapshot', () => {
  it('is lines, with the position that it is of and the digest of the database', async () => {
    for (let count = 0; count < 250; count += 1) await addCredential(control, `cred_${count}`)
    const answer = await control.ask('snapshot?v=1')
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/vnd.stagedoor.feed')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const messages = messagesOf(await answer.text())
    expect(messages[0]).toMatchObject({ kind: 'snapshot_begin', seq: 250, count: 250 })
    expect(messages.filter(({ kind }) => kind === 'record')).toHaveLength(250)
    const digest = (await (await control.ask('digest')).json()) as { seq: number; digest: string }
    expect(digest.seq).toBe(250)
    expect(messages.at(-1)).toEqual({ kind: 'snapshot_end', digest: digest.digest })
  })
})

describe('changes', () => {
  it('come as they are committed', async () => {
    await addCredential(control, 'cred_a')
    const answer = await control.ask('changes?after=0&v=1')
    expect(answer.status).toBe(200)
    const reader = answer.body?.getReader()
    let text = ''
    const until = async (part: string): Promise<void> => {
      while (!text.includes(part)) text += new TextDecoder().decode((await reader?.read())?.value)
    }
    await until('"seq":1')
    await changeCredential(control, 'cred_a', { active: false })
    control.publisher.wake()
    await until('"active":false')
    expect(messagesOf(text).filter(({ kind }) => kind === 'change')).toMatchObject([
      { seq: 1, record: { id: 'cred_a', active: true } },
      { seq: 2, record: { id: 'cred_a', active: false } },
    ])
    await reader?.cancel()
  })

  it('end when the server is being stopped', async () => {
    const answer = await control.ask('changes?after=0&v=1')
    setTimeout(() => control.stopping.abort(), 50)
    expect(messagesOf(await answer.text())).toMatchObject([{ kind: 'heartbeat' }])
  })

  it('end with reload where the position is none of this database', async () => {
    expect(messagesOf(await (await control.ask('changes?after=9&v=1')).text())).toEqual([{ kind: 'reload' }])
  })

  it.each(['', 'after=', 'after=-1', 'after=1.5', 'after=01', 'after=x', 'after=99999999999999999'])(
    'are refused after no position: %s',
    async (query) => {
      const answer = await control.ask(`changes?v=1&${query}`)
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ code: 'validation_failed' })
    },
  )

  it('are cut where their reader takes nothing any more, and others go on', async () => {
    await addCredential(control, 'cred_a')
    const allowed = JSON.stringify({ kind: 'only', endpoints: [`enterprise:GET:/${'x'.repeat(100_000)}`] })
    await control.db.inTenant(TENANT, (trx) =>
      trx.updateTable('credentials').set({ allowed_endpoints: allowed }).execute(),
    )
    for (let count = 0; count < 300; count += 1) await changeCredential(control, 'cred_a', {})
    const { port, pathname } = new URL(await control.serve([TOKEN], 300))
    const socket = connect(Number(port), '127.0.0.1')
    const over = new Promise((resolve) => socket.once('close', resolve))
    socket.on('error', () => undefined)
    socket.pause()
    socket.write(
      `GET ${pathname}/changes?after=0&v=1 HTTP/1.1\r\nhost: x\r\nstagedoor-node-token: ${TOKEN}\r\n\r\n`,
    )
    while (!control.logLines.join('').includes('does not read its stream'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    let received = 0
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    socket.resume()
    await over
    expect(received).toBeLessThan(300 * 100_000)
    const other = await control.ask('changes?after=301&v=1')
    expect(messagesOf(new TextDecoder().decode((await other.body?.getReader().read())?.value))).toMatchObject(
      [{ kind: 'heartbeat', seq: 301 }],
    )
  })
})

describe('acknowledgements', () => {
  it('are answered with the newest position and a lease', async () => {
    await addCredential(control, 'cred_a')
    const answer = await control.post('acknowledgements?v=1', ACKNOWLEDGEMENT)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual({ at: expect.any(Number), seq: 1, leaseMs: 10_000 })
    expect(await control.nodes.list()).toMatchObject([
      { id: 'node_12345678', name: 'gateway-1', state: 'connected' },
    ])
    expect(
      (await control.post('leave?v=1', { nodeId: 'node_12345678', instance: 'instance_1' })).status,
    ).toBe(204)
    expect(await control.nodes.list()).toMatchObject([{ state: 'stopped' }])
  })

  it('of an earlier start are refused', async () => {
    await control.post('acknowledgements?v=1', ACKNOWLEDGEMENT)
    await control.post('acknowledgements?v=1', { ...ACKNOWLEDGEMENT, instance: 'instance_2' })
    const answer = await control.post('acknowledgements?v=1', ACKNOWLEDGEMENT)
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ code: 'node_superseded' })
  })

  it.each([
    ['no JSON', '{', 400, 'json_malformed'],
    ['no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 400, 'json_malformed'],
    ['a list', '[]', 422, 'validation_failed'],
    ['a member too many', JSON.stringify({ ...ACKNOWLEDGEMENT, more: 1 }), 422, 'validation_failed'],
    ['a member too few', JSON.stringify({ ...ACKNOWLEDGEMENT, digest: undefined }), 422, 'validation_failed'],
    [
      'a position before the first',
      JSON.stringify({ ...ACKNOWLEDGEMENT, seq: -1 }),
      422,
      'validation_failed',
    ],
    ['half a position', JSON.stringify({ ...ACKNOWLEDGEMENT, seq: 0.5 }), 422, 'validation_failed'],
    ['a position as text', JSON.stringify({ ...ACKNOWLEDGEMENT, seq: '1' }), 422, 'validation_failed'],
    [
      'an id with a line',
      JSON.stringify({ ...ACKNOWLEDGEMENT, nodeId: 'node_1234\nx' }),
      422,
      'validation_failed',
    ],
    [
      'a name with a line',
      JSON.stringify({ ...ACKNOWLEDGEMENT, name: 'a\u2028b' }),
      422,
      'validation_failed',
    ],
    ['too much', JSON.stringify({ ...ACKNOWLEDGEMENT, name: 'x'.repeat(20_000) }), 413, 'body_too_large'],
  ])('are refused where they are %s', async (_, body, status, code) => {
    const answer = await control.ask('acknowledgements?v=1', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ code })
    expect(await control.nodes.list()).toEqual([])
  })

  it('are JSON, and say so', async () => {
    const answer = await control.post('acknowledgements?v=1', ACKNOWLEDGEMENT, {
      headers: { 'content-type': 'text/plain' },
    })
    expect(answer.status).toBe(415)
  })
})

describe('another version', () => {
  it.each(['', '?v=2', '?v=01', '?v=1.0'])('is refused: %s', async (query) => {
    for (const path of ['snapshot', 'changes', 'acknowledgements', 'leave']) {
      const method = path === 'snapshot' || path === 'changes' ? 'GET' : 'POST'
      const answer = await control.ask(`${path}${query}`, { method })
      expect(answer.status).toBe(409)
      expect(await answer.json()).toMatchObject({ code: 'node_protocol_version', version: 1 })
    }
    expect(await control.nodes.list()).toEqual([])
  })
})

describe('a database that is away', () => {
  it('is 503 for everything that needs it, before an answer of success has begun', async () => {
    control.away(true)
    for (const path of ['snapshot?v=1', 'changes?after=0&v=1', 'digest']) {
      const answer = await control.ask(path)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('1')
      const text = await answer.text()
      expect(JSON.parse(text)).toMatchObject({ code: 'storage_unavailable' })
      expect(text).not.toContain('ECONNREFUSED')
    }
    expect((await control.post('acknowledgements?v=1', ACKNOWLEDGEMENT)).status).toBe(503)
  })
})

describe('the log', () => {
  it('has no digest of a token, and no token of a gateway', async () => {
    await addCredential(control, 'cred_a')
    await (await control.ask('snapshot?v=1')).text()
    await control.post('acknowledgements?v=1', { ...ACKNOWLEDGEMENT, more: digestOfToken('cred_a') })
    control.away(true)
    await control.ask('digest')
    await control.post('acknowledgements?v=1', ACKNOWLEDGEMENT)
    const text = control.logLines.join('')
    expect(text).toContain('a gateway could not be answered')
    expect(text).not.toContain(digestOfToken('cred_a'))
    expect(text).not.toContain(TOKEN)
  })
})
