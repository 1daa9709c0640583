import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw, statusOf } from '../support/raw.ts'
import { EVENTS, type Gate, idOf, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// How OData calls are refused: one body for people and for clients of OData, in words that say what to do.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

describe('the words of a refusal', () => {
  it.each([
    [
      'GET',
      '/Events?$filter=Account/Name%20eq%20null',
      '$filter reads Account/Name, which belongs to Accounts. Ask the operator of the credential to add QueryAccounts (GET Accounts) under Edit Endpoints, or leave that out.',
    ],
    [
      'GET',
      '/Accounts',
      'The path reads Accounts. Ask the operator of the credential to add QueryAccounts (GET Accounts) under Edit Endpoints, or leave that out.',
    ],
    ['GET', '/Events(1)/EM.Organiser()', 'The path calls EM.Organiser of Events.'],
    ['DELETE', '/Events(1)', 'The path deletes from Events.'],
    ['PATCH', '/Events(1)', 'With the header If-Match nothing is inserted, and that is not needed.'],
    ['GET', '/Events?$search=x', '$search says x, and nobody has published what that reaches.'],
    ['GET', '/Events(1)/Nothing', 'The path, at character 11: "Nothing" is no'],
    ['POST', '/Events/$count', 'The path, at character 8: POST is no method of this address.'],
  ])('of %s %s say: %s', async (method, path, words) => {
    const init = { method, ...(method === 'PATCH' && { body: '{}' }) }
    gate.arrived()
    const reply = await gate.ask(EVENTS, path, { ...init })
    expect(reply.json.detail).toContain(words)
    expect(reply.json.error.message).toBe(reply.json.detail)
    expect(gate.arrived()).toEqual([])
  })

  it('name each place: which part of which request, and from which character to which', async () => {
    const { json, headers } = await expectRefused(gate, '/Events?$expand=Account&$orderby=Account/Name', {
      missing: ['GET Accounts'],
    })
    expect(json.touches).toEqual([
      {
        endpoint: idOf('GET Events'),
        granted: true,
        by: [{ part: null, in: 'path', text: 'Events', at: [1, 7] }],
      },
      {
        endpoint: idOf('GET Accounts'),
        granted: false,
        by: [
          { part: null, in: '$expand', text: 'Account', at: [16, 23] },
          { part: null, in: '$orderby', text: 'Account/Name', at: [33, 45] },
        ],
      },
    ])
    expect(json.granted).toEqual([idOf('GET Events')])
    expect(json.error.target).toBe('$expand')
    expect(headers['odata-version']).toBe('4.01')
    expect(headers['www-authenticate']).toContain('insufficient_scope')
  })

  it('name every refused request of a batch', async () => {
    const requests = ['Events(1)', 'Accounts', 'Events?$expand=Bookings'].map((url, at) => ({
      id: `r${at}`,
      method: 'GET',
      url,
    }))
    const init = { method: 'POST', body: JSON.stringify({ requests }) }
    const { json } = await expectRefused(gate, '/$batch', { init, missing: ['GET Accounts', 'GET Bookings'] })
    expect(json.detail).toMatch(
      /In request r1 of the batch, the path reads Accounts\. In request r2 of the batch, \$expand reads Bookings/,
    )
    const parts = json.touches.flatMap(({ by }: any) => by.map(({ part }: any) => part))
    expect(new Set(parts)).toEqual(new Set(['r0', 'r1', 'r2']))
  })

  it('come under the name of plain JSON where a caller takes nothing else', async () => {
    for (const [accept, type] of [
      ['application/json', 'application/json'],
      ['application/json;odata.metadata=minimal, text/plain', 'application/json'],
      ['application/json, */*;q=0.1', 'application/problem+json'],
      ['application/problem+json, application/json', 'application/problem+json'],
    ] as const) {
      const reply = await gate.ask(EVENTS, '/Accounts', { headers: { accept } })
      expect(reply.headers['content-type'], accept).toBe(type)
    }
  })

  it('state the version that the caller reads', async () => {
    const reply = await gate.ask(EVENTS, '/Accounts', { headers: { 'odata-maxversion': '4.0' } })
    expect(reply.headers['odata-version']).toBe('4.0')
  })
})

describe('what comes first', () => {
  it('is the token: with one that is not valid, a request tells nothing of itself', async () => {
    const headers = { authorization: `Bearer sd_api_${'0'.repeat(38)}` }
    const answers = await Promise.all(
      ['/Events', '/Nothing', '/Events?$filter=(', '/$metadata', '/$batch'].map((path) =>
        gate.ask(EVENTS, path, { headers }),
      ),
    )
    for (const { status, text } of answers) {
      expect(status).toBe(401)
      expect(text.replace(/req_\w+/, '')).toBe(answers[0]?.text.replace(/req_\w+/, ''))
      expect(text).not.toMatch(/odata|Events|Nothing/i)
    }
    expect(gate.arrived()).toEqual([])
  })

  it('is the target: a body that nobody wants is not asked for', async () => {
    const token = await gate.tokenOf(EVENTS)
    const head = (target: string, type: string): string =>
      `POST /em${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${type}\r\n` +
      'Content-Length: 20\r\nExpect: 100-continue\r\n\r\n'
    for (const target of ['/Events', '/Accounts', '/MergeAccounts', '/Events(1)/EM.Cancel', '/Nothing'])
      expect([400, 403]).toContain(
        statusOf(await sendRaw(gate.door.gatewayUrl, head(target, 'application/json'))),
      )
    const wanted = await sendRaw(gate.door.gatewayUrl, head('/Events/$query', 'text/plain'))
    expect(wanted).toMatch(/^HTTP\/1\.1 100 Continue/)
  })
})

describe('who may call everything', () => {
  it('is held to the same reading, limits and form', async () => {
    for (const path of [
      '/Events?$filter=(',
      '/Nothing',
      '/Events?$expand=Account&expand=Bookings',
      '/Events?x=1%26$expand=Account',
    ])
      await expectRefused(gate, path, { grants: 'all' })
    const query = '%24EXPAND=Bookings(%24TOP=1)&$Top=2'
    const arrives = 'GET /Events?$expand=Bookings($top=1)&$top=2'
    const reply = await expectForwarded(gate, `/Events?${query}`, { grants: 'all', arrives })
    expect(reply.status, reply.text).toBe(200)
  })
})

describe('what is counted', () => {
  it('is for whoever has a role in every tenant, and begins at nothing', async () => {
    const metrics = await gate.door.admin('GET', '/api/v1/metrics')
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(metrics.text).toContain('# TYPE stagedoor_alarms_total counter')
    expect(metrics.text).toContain('stagedoor_alarms_total{kind="odata_doubtful"} 0')
    expect(
      (await gate.door.admin('GET', '/api/v1/metrics', undefined, { authorization: 'Bearer x' })).status,
    ).toBe(401)
  })
})

describe('an answer that is not passed on', () => {
  it('says so to clients of OData too, some of which read plain JSON alone', async () => {
    const headers = { accept: 'application/json' }
    const reply = await gate.ask(EVENTS, '/Events(13)', { headers })
    expect(reply.status).toBe(502)
    expect(reply.headers['content-type']).toBe('application/json')
    expect(reply.headers['odata-version']).toBe('4.01')
    const { code, detail, error } = reply.json
    expect({ code, error }).toEqual({ code: 'upstream_reveals_more', error: { code, message: detail } })
    const plain = await gate.ask(EVENTS, '/Events(13)')
    expect(plain.headers['content-type']).toBe('application/problem+json')
    expect(plain.json.error).toEqual(error)
  })
})
