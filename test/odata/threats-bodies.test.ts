import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type Gate, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// Rows 55 to 65 of the threat table: what a body reaches. Whoever may only add events must not write anything else with one.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const ADD = ['POST Events']
const CHANGE = ['PATCH Events']
const OWN = { 'if-match': '*' }

type Case = {
  readonly row: number
  readonly body: string
  readonly missing: readonly string[]
  readonly path?: string
  readonly method?: string
  readonly grants?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

const cases: readonly Case[] = [
  { row: 55, body: '{"ID":901,"Bookings":[{"ID":902,"Seats":1}]}', missing: ['POST Bookings'] },
  {
    row: 55,
    body: '{"ID":903,"Bookings":[{"ID":904,"Account":{"ID":905,"Name":"x"}}]}',
    missing: ['POST Bookings', 'POST Accounts'],
  },
  { row: 56, body: '{"ID":906,"Account@odata.bind":"Accounts(1)"}', missing: ['GET Accounts'] },
  { row: 56, body: '{"ID":907,"Account@bind":"Accounts(1)"}', missing: ['GET Accounts'] },
  { row: 56, body: '{"ID":908,"Account":{"@id":"Accounts(1)"}}', missing: ['GET Accounts'] },
  {
    row: 56,
    body: '{"ID":909,"Bookings@odata.bind":["Bookings(1)"]}',
    missing: ['PATCH Bookings'],
  },
  {
    row: 57,
    method: 'PATCH',
    path: '/Events(1)',
    headers: OWN,
    grants: CHANGE,
    body: '{"Bookings@delta":[{"ID":1,"Seats":2}]}',
    missing: ['PATCH Bookings', 'POST Bookings'],
  },
  {
    row: 57,
    method: 'PATCH',
    path: '/Events(1)',
    headers: OWN,
    grants: CHANGE,
    body: '{"Bookings@delta":[{"@removed":{"reason":"deleted"},"@id":"Bookings(1)"}]}',
    missing: ['DELETE Bookings'],
  },
  {
    row: 59,
    method: 'PATCH',
    path: '/Events(1)',
    grants: CHANGE,
    body: '{"Name":"without If-Match it may insert"}',
    missing: ['POST Events'],
  },
  { row: 60, path: '/Events?$expand=Account', body: '{"ID":910}', missing: ['GET Accounts'] },
  {
    row: 61,
    body: '{"ID":911,"@odata.type":"#EM.Gala","Sponsor":{"ID":912,"Name":"x"}}',
    missing: ['POST Accounts'],
  },
  {
    row: 62,
    path: '/MergeAccounts',
    grants: [],
    body: '{"from":1,"into":2}',
    missing: ['POST MergeAccounts', 'GET Accounts'],
  },
]

describe('what a body reaches', () => {
  it.each(cases)('row $row: $body', async (given) => {
    const { body, missing, path = '/Events', method = 'POST', grants = ADD, headers = {} } = given
    const init = { method, body, headers }
    const named = missing.filter((key) => !grants.includes(key))
    const base = grants.length === 0 ? ['GET Venues'] : grants
    const reply = await gate.ask(base, path, init)
    expect(reply.status, reply.text).toBe(403)
    const ids = reply.json.missing.map(({ id }: { id: string }) => id)
    for (const key of named) expect(ids).toContain(`em:${key.replace(' ', ':/')}`)
    gate.arrived()
    await expectRefused(gate, path, { grants: base, init, status: 403, code: 'endpoint_not_allowed' })
    // With what is named, and nothing else, it goes through, byte for byte.
    const granted = ids.map((id: string) => id.replace(/^em:(\w+):\//, '$1 '))
    gate.upstream.received.splice(0)
    const allowed = await gate.ask([...base, ...granted], path, init)
    const [arrived, ...more] = gate.upstream.received.splice(0)
    expect(more).toEqual([])
    expect(arrived?.method, allowed.text).toBe(method)
    expect(arrived?.body).toBe(body)
    // Nothing comes back of sets that no grant names.
    const sets = [...base, ...granted].map((key) => key.toLowerCase()).join()
    for (const set of ['accounts', 'bookings', 'invoices', 'contacts', 'venues'])
      if (!sets.includes(set)) expect(allowed.text).not.toContain(`x-${set}`)
  })

  it('row 56: a link by an address of the gateway goes on as one relative to the service', async () => {
    const body = `{"ID":920,"Account@odata.bind":"${gate.door.gatewayUrl}/em/Accounts(1)"}`
    await expectRefused(gate, '/Events', {
      grants: ADD,
      init: { method: 'POST', body },
      missing: ['GET Accounts'],
    })
    await gate.ask([...ADD, 'GET Accounts'], '/Events', { method: 'POST', body })
    const bodies = gate.upstream.received.splice(0).map((call) => call.body)
    expect(bodies).toEqual(['{"ID":920,"Account@odata.bind":"Accounts(1)"}'])
  })

  it.each([
    ['PATCH', '*'],
    ['PUT', '"1"'],
  ])('row 59: %s with If-Match: %s may only change, the service must not add', async (method, tag) => {
    const init = { method, body: '{"Name":"n"}', headers: { 'if-match': tag } }
    gate.upstream.received.splice(0)
    await gate.ask(CHANGE, '/Events(1)', init)
    const calls = gate.upstream.received.splice(0)
    expect(calls.map((call) => `${call.method} ${call.headers['if-match']}`)).toEqual([`${method} ${tag}`])
    await expectRefused(gate, '/Events(1)', {
      grants: CHANGE,
      init: { ...init, headers: { 'if-none-match': '"1"' } },
      missing: ['POST Events'],
    })
  })

  it('row 65: the bytes of a stream are not read, and belong to the entity that has it', async () => {
    const body = '{"Bookings":[{"ID":1}]}'
    const init = { method: 'PUT', body, headers: { 'content-type': 'image/gif' } }
    await expectRefused(gate, '/Events(1)/Banner', { init, missing: ['PATCH Events'] })
    await gate.ask(CHANGE, '/Events(1)/Banner', init)
    expect(gate.upstream.received.splice(0).map((call) => call.body)).toEqual([body])
  })
})

describe('what nobody may send', () => {
  it.each([
    [
      'row 56: a link to another place',
      '{"Account@odata.bind":"http://evil.example/Accounts(1)"}',
      'odata_not_supported',
    ],
    [
      'row 58: a context inside',
      '{"Bookings":[{"@context":"#Accounts/$entity","ID":1}]}',
      'odata_not_supported',
    ],
    [
      'row 58: the context of another set',
      '{"@odata.context":"$metadata#Accounts/$entity","ID":1}',
      'odata_not_supported',
    ],
    ['row 61: a type that there is not', '{"@odata.type":"#EM.Nothing"}', 'odata_unknown_name'],
    ['row 61: a type of something else', '{"@odata.type":"#EM.Account"}', 'odata_unknown_name'],
    ['row 55: a member that there is not', '{"Whatever":{"ID":1}}', 'odata_unknown_name'],
    ['row 63: a member twice', '{"Name":"a","Name":"b"}', 'odata_malformed'],
    ['row 63: a member twice, one spelt by escapes', '{"Name":"a","N\\u0061me":"b"}', 'odata_malformed'],
    ['row 63: a byte order mark', '\uFEFF{"ID":1}', 'odata_malformed'],
    ['row 63: something behind it', '{"ID":1}{"ID":2}', 'odata_malformed'],
    ['row 63: a prototype', '{"__proto__":{"ID":1}}', 'odata_unknown_name'],
    ['row 63: no JSON', '{"ID":1,}', 'odata_malformed'],
  ])('%s', async (_, body, code) => {
    for (const grants of [ADD, 'all'] as const)
      await expectRefused(gate, '/Events', { grants, init: { method: 'POST', body }, code })
  })

  it('row 63: a name of a navigation property spelt by escapes is that navigation property', async () => {
    const init = { method: 'POST', body: '{"ID":913,"Book\\u0069ngs":[{"ID":914}]}' }
    await expectRefused(gate, '/Events', { grants: ADD, init, missing: ['POST Bookings'] })
  })

  it('row 63: UTF-16 and other charsets are not read', async () => {
    const utf16 = Buffer.from('{"Bookings":[{"ID":1}]}', 'utf16le')
    await expectRefused(gate, '/Events', {
      grants: 'all',
      init: { method: 'POST', body: utf16, headers: { 'content-type': 'application/json' } },
      code: 'odata_malformed',
    })
    await expectRefused(gate, '/Events', {
      grants: 'all',
      init: {
        method: 'POST',
        body: '{"ID":1}',
        headers: { 'content-type': 'application/json;charset=utf-16' },
      },
      status: 415,
      code: 'odata_body_type',
    })
  })

  it('row 64: numbers that JavaScript cannot hold go on as they came', async () => {
    const body = '{"ID":915, "Seats": 12345678901234567890 ,"Name":"\\u00e9"}'
    gate.upstream.received.splice(0)
    await gate.ask(ADD, '/Events', { method: 'POST', body })
    expect(gate.upstream.received.splice(0).map((call) => call.body)).toEqual([body])
  })

  it('row 65: a compressed body is not read, so it does not go on', async () => {
    const hidden = gzipSync('{"ID":916,"Bookings":[{"ID":917}]}')
    for (const grants of [ADD, 'all'] as const) {
      for (const encoding of ['gzip', 'GZIP', 'deflate', 'br', 'identity, gzip', 'nonsense']) {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
        const init = { method: 'POST', body: hidden, headers }
        await expectRefused(gate, '/Events', { grants, init, status: 415, code: 'odata_body_type' })
      }
    }
  })

  it.each(['application/xml', 'application/atom+xml', 'application/x-www-form-urlencoded', 'text/plain', ''])(
    'row 65: a body of type "%s" is not read',
    async (type) => {
      const init = { method: 'POST', body: '<entry/>', headers: { 'content-type': type } }
      await expectRefused(gate, '/Events', { grants: 'all', init, status: 415, code: 'odata_body_type' })
    },
  )

  it('row 60: Prefer: return=representation shows the entity that was added and nothing more', async () => {
    const reply = await expectForwarded(gate, '/Events', {
      grants: ADD,
      init: {
        method: 'POST',
        body: '{"ID":918,"Name":"mine"}',
        headers: { prefer: 'return=representation' },
      },
      arrives: 'POST /Events',
    })
    expect(reply.text).toContain('"mine"')
    expect(reply.text).not.toMatch(/x-accounts|x-bookings/)
    await expectRefused(gate, '/Events(1)', { grants: ADD, missing: EVENTS as readonly string[] })
  })
})
