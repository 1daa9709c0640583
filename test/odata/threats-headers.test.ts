import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type Gate, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// Rows 72 to 78 and 81 of the threat table: headers, spellings of the target, methods.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

/** What the upstream saw of one call. */
async function seen(headers: Record<string, string>, path = '/Events(1)'): Promise<Record<string, unknown>> {
  gate.upstream.received.splice(0)
  const reply = await gate.ask(EVENTS, path, { headers })
  expect(reply.status, reply.text).toBe(200)
  const calls = gate.upstream.received.splice(0)
  expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([`GET /events-odata${path}`])
  return calls[0]?.headers ?? {}
}

describe('headers', () => {
  it.each(['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override', 'x_http_method_override'])(
    'row 72: %s asks for another method, and is refused for everybody',
    async (name) => {
      for (const grants of [EVENTS, 'all'] as const) {
        const init = { headers: { [name]: 'DELETE' } }
        await expectRefused(gate, '/Events(1)', { grants, init, says: /another method/ })
      }
    },
  )

  it('row 72: so do _method and MERGE', async () => {
    for (const name of ['_method', '$_method', '_METHOD', '%5Fmethod'])
      await expectRefused(gate, `/Events(1)?${name}=DELETE`, {
        grants: 'all',
        says: /another method/,
      })
    const merge = await gate.ask('all', '/Events(1)', { method: 'MERGE', body: '{}' })
    expect(merge.status).toBe(405)
    expect(gate.arrived()).toEqual([])
  })

  it('row 73: headers that name another path do not go on', async () => {
    const headers = await seen({
      'X-Original-URL': '/events-odata/Accounts',
      'X-Rewrite-URL': '/events-odata/Accounts',
      'X-Forwarded-Prefix': '/events-odata/Accounts',
    })
    expect(JSON.stringify(headers)).not.toContain('Accounts')
  })

  it.each([
    ['row 74', 'respond-async'],
    ['row 74', 'respond-async, wait=10'],
    ['row 75', 'odata.callback;url="http://evil.example/"'],
    ['row 75', 'callback; url="http://evil.example/"'],
  ])('%s: Prefer: %s does not go on', async (_, prefer) => {
    const headers = await seen({ prefer })
    expect(JSON.stringify(headers)).not.toMatch(/respond-async|callback|evil/)
  })

  it('row 75: other preferences go on beside them', async () => {
    const { prefer } = await seen({ prefer: 'respond-async, odata.maxpagesize=3' }, '/Events?$top=1')
    expect(prefer).toMatch(/^(?:odata\.)?maxpagesize=3$/)
  })

  it('row 51: track-changes gives a link to changes, whose reach nobody knows', async () => {
    const init = { headers: { prefer: 'odata.track-changes' } }
    await expectRefused(gate, '/Events', { init, status: 403, code: 'odata_reach_unknown' })
  })

  it('row 76: the version is said explicitly, and others are not read', async () => {
    expect((await seen({}))['odata-maxversion']).toBe('4.01')
    expect((await seen({ 'odata-maxversion': '4.0' }))['odata-maxversion']).toBe('4.0')
    await expectRefused(gate, '/Events(1)', { grants: 'all', init: { headers: { 'odata-version': '3.0' } } })
  })
})

describe('row 77: spellings of a path', () => {
  it.each([
    '//Accounts',
    '/Events//Accounts',
    '/Events/../Accounts',
    '/Events/%2e%2e/Accounts',
    '/Events/.%2e/Accounts',
    '/Events(1)%2fAccount',
    '/Events(1)%5cAccount',
    '/Events(1)\\Account',
    '/Events;x=1',
    '/Events%3bx=1',
    '/Events%00',
    '/Events%3F$expand=Account',
    '/Events%23',
    '/Events(1)%252fAccount',
    '/Eve%6Ets',
  ])('row 77: %s is refused, for everybody', async (path) => {
    for (const grants of [EVENTS, 'all'] as const) await expectRefused(gate, path, { grants })
  })

  it('row 77: one slash at the end is taken away', async () => {
    await expectForwarded(gate, '/Events/', { grants: EVENTS, arrives: 'GET /Events' })
  })

  it('row 77: an absolute address as the target is not read', async () => {
    gate.arrived()
    const { hostname, port } = new URL(gate.door.gatewayUrl)
    const token = await gate.tokenOf(EVENTS)
    const answer = await new Promise<string>((done) => {
      let text = ''
      const socket = connect(Number(port), hostname, () =>
        socket.end(
          `GET http://${hostname}:${port}/em/Accounts HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\nconnection: close\r\n\r\n`,
        ),
      )
      socket.on('data', (chunk) => {
        text += chunk.toString()
      })
      socket.on('close', () => done(text))
    })
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(gate.arrived()).toEqual([])
  })
})

describe('row 78: white space', () => {
  it('row 78: it may stand where the grammar has it, reaches the same, and is not written', async () => {
    await expectRefused(gate, '/Events?$expand=%20Account', { code: 'odata_malformed' })
    await expectRefused(gate, '/Events?$expand=Parent,%20Account', { missing: ['GET Accounts'] })
    await expectForwarded(gate, '/Events?$select=ID%20,%20Name', {
      grants: EVENTS,
      arrives: 'GET /Events?$select=ID,Name',
    })
    await expectRefused(gate, '/Events?$filter=Account%09ne%20null', { missing: ['GET Accounts'] })
  })

  it('row 78: a plus outside of quotes is nothing, for everybody', async () => {
    for (const grants of [EVENTS, 'all'] as const)
      await expectRefused(gate, '/Events?$filter=ID+eq+1', { grants, code: 'odata_malformed' })
  })
})

describe('row 81: methods', () => {
  it('row 81: HEAD is decided as GET, and shows no more', async () => {
    await expectForwarded(gate, '/Events(1)', {
      grants: EVENTS,
      init: { method: 'HEAD' },
      arrives: 'HEAD /Events(1)',
    })
    const refused = await gate.ask(EVENTS, '/Accounts', { method: 'HEAD' })
    expect(refused.status).toBe(403)
    expect(gate.arrived()).toEqual([])
  })

  it('row 81: OPTIONS is answered by the gateway', async () => {
    gate.arrived()
    const reply = await gate.ask(EVENTS, '/Accounts', { method: 'OPTIONS' })
    expect(reply.status).toBeLessThan(300)
    expect(gate.arrived()).toEqual([])
  })

  it.each(['TRACE', 'PROPFIND', 'SEARCH'])('row 81: %s is no method here', async (method) => {
    for (const grants of [EVENTS, 'all'] as const) {
      const reply = await gate.ask(grants, '/Events', { method })
      expect(reply.status).toBe(405)
    }
    expect(gate.arrived()).toEqual([])
  })
})
