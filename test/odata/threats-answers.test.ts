import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Canned, EVENTS, type Gate, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// Row 80 and section 1d of the threat table: what a service says of itself, and what only its answers show.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const HIDDEN =
  /Account|Booking|Invoice|Venue|Contact|MergeAccounts|TopAccounts|Organiser|Sponsor|Speaker|Profile|\bMe\b/

describe('row 80: what a service says of itself', () => {
  it('row 80: $metadata names nothing but what the credential has, in XML and in JSON', async () => {
    gate.arrived()
    const xml = await gate.ask(EVENTS, '/$metadata')
    expect(xml.status).toBe(200)
    expect(xml.headers['content-type']).toBe('application/xml')
    expect(xml.text).toContain('<EntitySet Name="Events"')
    expect(xml.text).not.toMatch(HIDDEN)
    for (const init of [
      { path: '/$metadata?$format=json', headers: {} },
      { path: '/$metadata', headers: { accept: 'application/json' } },
    ]) {
      const json = await gate.ask(EVENTS, init.path, { headers: init.headers })
      expect(json.headers['content-type'], init.path).toBe('application/json')
      expect(json.json.EM.Container.Events).toBeDefined()
      expect(json.text).not.toMatch(HIDDEN)
    }
    expect(gate.arrived()).toEqual([])
  })

  it('row 80: more endpoints show more, and all show everything but the gateway’s own marks', async () => {
    const more = await gate.ask(['GET Events', 'GET Accounts'], '/$metadata')
    expect(more.text).toContain('Name="Account"')
    expect(more.text).not.toMatch(/Invoice|Contact|Venue/)
    const all = await gate.ask('all', '/$metadata')
    expect(all.text).toMatch(/MergeAccounts/)
    expect(all.text).not.toContain('Stagedoor.')
  })

  it('row 80: the service document lists the same', async () => {
    for (const path of ['', '/']) {
      const own = await gate.ask(EVENTS, path)
      expect(own.json.value, path).toEqual([{ name: 'Events', url: 'Events' }])
      expect(own.json['@odata.context']).toBe(`${gate.door.gatewayUrl}/em/$metadata`)
    }
    const all = await gate.ask('all', '/')
    expect(all.json.value.length).toBeGreaterThan(6)
    expect(gate.arrived()).toEqual([])
  })

  it('row 80: a document that has not changed is not sent again, and HEAD has no body', async () => {
    const first = await gate.ask(EVENTS, '/$metadata')
    const etag = String(first.headers.etag)
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/)
    const again = await gate.ask(EVENTS, '/$metadata', { headers: { 'if-none-match': `"x", W/${etag}` } })
    expect(again.status).toBe(304)
    expect(again.text).toBe('')
    // The tag is of the model, the endpoints and the form: never of another credential's document.
    const others = await Promise.all([
      gate.ask('all', '/$metadata'),
      gate.ask(['GET Accounts'], '/$metadata'),
      gate.ask(EVENTS, '/$metadata?$format=json'),
      gate.ask(EVENTS, '/'),
    ])
    for (const other of others) expect(other.headers.etag).not.toBe(etag)
    const stale = await gate.ask(['GET Accounts'], '/$metadata', { headers: { 'if-none-match': etag } })
    expect(stale.status).toBe(200)
    const head = await gate.ask(EVENTS, '/$metadata', { method: 'HEAD' })
    expect(head.headers).toMatchObject({ etag, 'content-length': String(Buffer.byteLength(first.text)) })
    expect(head.text).toBe('')
  })

  it('row 80: who has no endpoint of the service learns nothing of it', async () => {
    const empty: readonly string[] = []
    const token = await gate.door.admin('POST', '/api/v1/tenants/tnt_events/credentials', {
      title: 'Nothing at all',
      authenticationMethod: 'api_token',
      allowedEndpoints: { kind: 'only', endpoints: empty, confirmEmpty: true },
    })
    const headers = { authorization: `Bearer ${token.json.secrets.apiToken}` }
    for (const path of ['/$metadata', '/', '/$metadata?$format=json']) {
      const refused = await expectRefused(gate, path, {
        init: { headers },
        status: 403,
        code: 'endpoint_not_allowed',
      })
      expect(refused.text).not.toMatch(/Events|Accounts/)
    }
  })
})

const LEAK = '{"value":[{"ID":1,"Account":{"ID":3,"Email":"leak@x-accounts-email.example"}}]}'

describe('what only an answer shows', () => {
  it('1d: an entity that nobody asked for is not passed on, and raises the alarm', async () => {
    const before = await gate.alarms('upstream_reveals_more')
    for (const body of [
      LEAK,
      '{"value":[{"ID":1,"Bookings":[]}]}',
      '{"value":[{"ID":1,"Account":null}]}',
      '{"value":[{"ID":1,"Extra":{"Email":"x"}}]}',
    ]) {
      gate.answerNext({ body })
      const reply = await expectForwarded(gate, '/Events', { grants: EVENTS, arrives: 'GET /Events' })
      expect(reply.status, body).toBe(502)
      expect(reply.json.code).toBe('upstream_reveals_more')
      expect(reply.text).not.toMatch(/leak|Email/)
      expect(reply.headers.etag).toBeUndefined()
    }
    expect(await gate.alarms('upstream_reveals_more')).toBe(before + 4)
    // Who may have it, gets it; who may call everything, too.
    for (const grants of [['GET Events', 'GET Accounts'], 'all'] as const) {
      gate.answerNext({ body: LEAK })
      const reply = await gate.ask(grants, '/Events')
      expect(reply.text).toBe(LEAK)
    }
  })

  it.each<[string, Canned]>([
    ['XML', { headers: { 'content-type': 'application/atom+xml' }, body: '<feed>leak</feed>' }],
    ['HTML', { headers: { 'content-type': 'text/html' }, body: '<p>leak</p>' }],
    [
      'JSON in another charset',
      { headers: { 'content-type': 'application/json; charset=utf-16' }, body: '{}' },
    ],
    ['compressed JSON', { headers: { 'content-encoding': 'gzip' }, body: 'leak' }],
    ['broken JSON', { body: '{"value":[{"ID":1,"leak":' }],
    ['duplicate members', { body: '{"value":[],"value":[{"leak":1}]}' }],
    ['a list', { body: '["leak"]' }],
    ['another redirect', { status: 302, headers: {}, body: 'leak' }],
  ])('1d: %s cannot be read through and is not passed on to who is restricted', async (_, canned) => {
    gate.answerNext(canned)
    const reply = await gate.ask(EVENTS, '/Events')
    expect(reply.status, reply.text).toBe(502)
    expect(reply.json.code).toBe('upstream_answer_invalid')
    expect(reply.text).not.toContain('leak')
    if (canned.status === 302) return
    gate.answerNext(canned)
    const all = await gate.ask('all', '/Events')
    expect(all.status).toBe(200)
    expect(all.text).toBe(canned.body)
  })

  it('1d: an answer that is too long to be read through is not passed on to who is restricted, and streams to others', async () => {
    const body = `{"value":[{"Name":"${'x'.repeat(33 * 1024 * 1024)}"}]}`
    gate.answerNext({ body })
    const reply = await gate.ask(EVENTS, '/Events')
    expect(reply.status).toBe(502)
    expect(reply.text.length).toBeLessThan(1_000)
    gate.answerNext({ body })
    const all = await gate.ask('all', '/Events')
    expect(all.text.length).toBe(body.length)
  })

  it('1d: links lead to the gateway, and what a server says of itself stays away', async () => {
    const root = `${gate.upstream.url}/events-odata`
    gate.answerNext({
      status: 201,
      headers: {
        location: `${root}/Events(7)`,
        'odata-entityid': `${root}/Events(7)`,
        'content-location': 'http://internal.example/secret',
        link: '<http://internal.example/secret>; rel="next"',
        'azure-asyncoperation': 'http://internal.example/status',
        refresh: '1; url=http://internal.example/',
        server: 'Secret/1.0',
        'x-powered-by': 'Secret',
        'x-aspnet-version': '4',
        'set-cookie': 'secret=1',
        'www-authenticate': 'Negotiate',
        etag: 'W/"3"',
        'odata-version': '4.0',
        'cache-control': 'public, max-age=60',
      },
      body: `{"@odata.context":"${root}/$metadata#Events/$entity","@odata.id":"${root}/Events(7)","@odata.editLink":"Events(7)","ID":7}`,
    })
    const reply = await gate.ask(['POST Events', 'GET Events'], '/Events', {
      method: 'POST',
      body: '{"ID":7}',
    })
    const own = `${gate.door.gatewayUrl}/em`
    expect(reply.status, reply.text).toBe(201)
    expect(reply.headers).toMatchObject({
      location: `${own}/Events(7)`,
      'odata-entityid': `${own}/Events(7)`,
      etag: 'W/"3"',
      'odata-version': '4.0',
      'cache-control': 'private',
      'content-length': String(Buffer.byteLength(reply.text)),
    })
    expect(reply.json['@odata.id']).toBe(`${own}/Events(7)`)
    expect(JSON.stringify(reply.headers) + reply.text).not.toMatch(/internal|secret|4002|events-odata/i)
  })

  it('1d: the words of an error name nothing that the credential cannot see', async () => {
    const error = {
      code: 'Leak',
      message: 'Account x-accounts-name-3 of Accounts is missing',
      innererror: { stack: 'at Accounts.ts' },
    }
    const canned = { status: 400, body: JSON.stringify({ error }) }
    gate.answerNext(canned)
    const reply = await gate.ask(EVENTS, '/Events(1)')
    expect(reply.status).toBe(400)
    expect(reply.text).not.toMatch(/x-accounts|stack|Accounts/)
    expect(reply.json.error.message).toBeTypeOf('string')
    gate.answerNext({ status: 500, headers: { 'content-type': 'text/html' }, body: '<p>Accounts.dbo</p>' })
    const broken = await gate.ask(EVENTS, '/Events(1)')
    expect(broken.status).toBe(500)
    expect(broken.headers['content-type']).toBe('application/json')
    expect(broken.text).not.toContain('Accounts')
    gate.answerNext(canned)
    expect((await gate.ask('all', '/Events(1)')).json.error).toEqual(error)
  })

  it('1d: answers without a body, of a count and of a stream pass', async () => {
    gate.answerNext({ status: 204, headers: { etag: '"4"' } })
    const none = await gate.ask(['PATCH Events'], '/Events(1)', {
      method: 'PATCH',
      headers: { 'if-match': '*' },
      body: '{"Name":"x"}',
    })
    expect([none.status, none.text, none.headers.etag]).toEqual([204, '', '"4"'])
    gate.answerNext({ status: 304 })
    expect((await gate.ask(EVENTS, '/Events(1)', { headers: { 'if-none-match': '"4"' } })).status).toBe(304)
    const head = await gate.ask(EVENTS, '/Events', { method: 'HEAD' })
    expect([head.status, head.text, head.headers['content-length']]).toEqual([200, '', undefined])
    expect((await gate.ask(EVENTS, '/Events/$count')).text).toBe('15')
    gate.answerNext({ headers: { 'content-type': 'text/plain' }, body: '15 of Accounts' })
    expect((await gate.ask(EVENTS, '/Events/$count')).status).toBe(502)
    gate.answerNext({
      headers: { 'content-type': 'image/png', 'content-disposition': 'inline' },
      body: 'bytes',
    })
    const banner = await gate.ask(EVENTS, '/Events(1)/Banner')
    expect([banner.status, banner.text, banner.headers['content-type']]).toEqual([200, 'bytes', 'image/png'])
  })

  it('1d: numbers come back as they were written', async () => {
    gate.answerNext({ body: '{"ID":12345678901234567890.10,"Name":"\\u0041"}' })
    expect((await gate.ask(EVENTS, '/Events(1)')).text).toBe(
      '{"ID":12345678901234567890.10,"Name":"\\u0041"}',
    )
  })
})
