import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { sendEndless, sendRaw, statusOf } from './support/raw.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { startUpstream, type TestUpstream } from './support/upstream.ts'

const EVENTS = '/enterprise/connect/api/Events/10'
const KEY = {
  kind: 'enterprise-jwt',
  apiUserId: 'APIUSER',
  key: 'the-key',
  secret: 'the-secret',
  proxiedUserId: 'PROXIED',
}

let upstream: TestUpstream
let door: Stagedoor
let all = ''
let restricted = ''
let finishSlow: () => void = () => undefined

beforeAll(async () => {
  upstream = await startUpstream((request, response) => {
    response.setHeader('set-cookie', 'session=of-the-gateway')
    response.setHeader('www-authenticate', 'Bearer realm="upstream"')
    response.setHeader('connection', 'x-hop')
    response.setHeader('x-hop', 'for the gateway only')
    response.setHeader('cache-control', 'public, max-age=600')
    if (request.url.includes('Redirect')) {
      response.statusCode = 302
      const place = request.url.includes('V2') ? 'v2/Accounts?page=2' : 'v1/Events/10/7'
      response.setHeader('location', `${upstream.url}/prod/api/${place}`)
    }
    if (request.url.includes('Slow')) {
      response.write('first')
      finishSlow = () => response.end('second')
      return
    }
    if (request.url.includes('/odata/')) response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ echo: request.body.length }))
  })
  door = await startStagedoor({
    config: plainConfig({
      enterprise: { baseUrl: `${upstream.url}/prod`, signIn: KEY },
      odata: {
        baseUrl: `${upstream.url}/prod/odata`,
        signIn: { kind: 'header', name: 'X-Key', value: 'fixed' },
      },
    }),
  })
  all = await credential('All', { kind: 'all' })
  restricted = await credential('Some', {
    kind: 'only',
    endpoints: ['enterprise:GET:/events/{}', 'odata:GET:/Events'],
  })
})
afterAll(async () => {
  await door.stop()
  await upstream.close()
})
beforeEach(() => {
  upstream.received.length = 0
})

async function credential(title: string, allowedEndpoints: object): Promise<string> {
  const made = await door.admin('POST', `${PLAIN}/credentials`, {
    title,
    authenticationMethod: 'api_token',
    allowedEndpoints,
  })
  expect(made.status, made.text).toBe(201)
  return made.json.secrets.apiToken
}

describe('presenting a token', () => {
  it('takes it from Authorization or from apitoken, and ignores a subscription key', async () => {
    expect((await door.call(EVENTS, { token: all })).status).toBe(200)
    const live = await door.call(EVENTS, {
      headers: { apitoken: all, 'ocp-apim-subscription-key': 'their-key' },
    })
    expect(live.status).toBe(200)
    expect(upstream.received).toHaveLength(2)
    expect(JSON.stringify(upstream.received)).not.toContain('their-key')
    expect(JSON.stringify(upstream.received)).not.toContain(all)
  })

  it.each<[string, string, Record<string, string>, number, string]>([
    ['none', EVENTS, {}, 401, 'token_missing'],
    ['another scheme', EVENTS, { authorization: 'Basic YTpi' }, 401, 'token_missing'],
    ['an empty one', EVENTS, { authorization: 'Bearer' }, 401, 'token_malformed'],
    [
      'one with a wrong checksum',
      EVENTS,
      { authorization: `Bearer sd_api_${'a'.repeat(38)}` },
      401,
      'token_malformed',
    ],
    ['in the query', `${EVENTS}?access_token=x`, {}, 400, 'token_in_query'],
    ['in the query under its own name', `${EVENTS}?ApiToken=x`, {}, 400, 'token_in_query'],
  ])('%s', async (_, target, headers, status, code) => {
    const answer = await door.call(target, { headers })
    expect(answer.status).toBe(status)
    expect(answer.json.code).toBe(code)
    expect(upstream.received).toEqual([])
  })

  it('refuses one in both headers, and one in a URL under any name', async () => {
    const both = await door.call(EVENTS, { token: all, headers: { apitoken: all } })
    expect([both.status, both.json.code]).toEqual([400, 'token_presented_twice'])
    const query = await door.call(`${EVENTS}?x=${all}`, { token: all })
    expect([query.status, query.json.code]).toEqual([400, 'token_in_query'])
    expect(both.text + query.text + door.output().replace(door.token, '')).not.toContain(all)
    expect(upstream.received).toEqual([])
  })

  it('names no error to a caller without a token (RFC 6750 3.1)', async () => {
    expect((await door.call(EVENTS)).headers.get('www-authenticate')).toBe('Bearer realm="Stagedoor"')
  })
})

describe('what reaches the upstream', () => {
  it('is written from the catalog: its spelling, one encoding, below the base path', async () => {
    await door.call("/ENTERPRISE/connect/API/events/10/O'Brien%20%26%20S%C3%B8n/?search=All&x=a+b", {
      token: all,
    })
    await door.call('/enterprise/connect/api/Organizations/', { token: all })
    await door.call('/enterprise/connect/api/v2/Accounts?orgCode=10', { token: all })
    await door.call('/enterprise/connect/api/odata/Events?ODataQuery=$filter=EventID%20eq%209427', {
      token: all,
    })
    expect(upstream.received.map(({ url }) => url)).toEqual([
      "/prod/api/v1/Events/10/O'Brien%20&%20S%C3%B8n?search=All&x=a%20b",
      '/prod/api/v1/Organizations',
      '/prod/api/v2/Accounts?orgCode=10',
      '/prod/odata/Events?ODataQuery=$filter=EventID%20eq%209427',
    ])
  })

  it('asks for no other method than the one that was decided', async () => {
    await door.call(`${EVENTS}?_method=DELETE&a=1&%5FMETHOD=PUT&_methods=x`, { token: all })
    await door.call(`${EVENTS}?_method=DELETE`, { token: all })
    const [first, second] = upstream.received
    expect(first?.url).toMatch(/\?a=1&_methods=x$/)
    expect(second?.url).not.toContain('?')
  })

  it('is signed by the gateway, says who calls, and holds nothing that the caller made up', async () => {
    await door.call(EVENTS, {
      token: all,
      headers: {
        cookie: 'a=b',
        'x-forwarded-for': '6.6.6.6',
        'x-stagedoor-tenant': 'tnt_other',
        x_stagedoor_credential: 'cred_other',
        'x-original-url': '/other',
        'x-http-method-override': 'DELETE',
        'x-custom': 'kept',
      },
    })
    const headers = upstream.received[0]?.headers ?? {}
    const [head = '', claims = '', signature] = (headers.authorization ?? '')
      .replace('Bearer ', '')
      .split('.')
    expect(createHmac('sha256', 'the-secret').update(`${head}.${claims}`).digest('base64url')).toBe(signature)
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: 'APIUSER',
      key: 'the-key',
      sub: 'PROXIED',
    })
    expect(headers).toMatchObject({
      'x-custom': 'kept',
      'x-forwarded-for': '127.0.0.1',
      'x-stagedoor-tenant': 'tnt_plain',
      'x-stagedoor-credential': expect.stringMatching(/^cred_/),
      'x-stagedoor-endpoint': 'enterprise:GET:/events/%7B%7D',
      via: '1.1 stagedoor',
    })
    for (const name of [
      'cookie',
      'x_stagedoor_credential',
      'x-original-url',
      'x-http-method-override',
      'apitoken',
    ]) {
      expect(headers[name]).toBeUndefined()
    }
    expect(JSON.stringify(upstream.received)).not.toContain(all)
  })

  it('comes back without what concerns the gateway alone, and uncached', async () => {
    const answer = await door.call(EVENTS, { token: all })
    for (const name of ['set-cookie', 'www-authenticate', 'x-hop'])
      expect(answer.headers.get(name)).toBeNull()
    expect(answer.headers.get('cache-control')).toBe('private')
    expect(answer.headers.get('vary')).toContain('authorization')
    const redirect = await door.call(`${EVENTS}/Redirect`, { token: all })
    expect(redirect.headers.get('location')).toBe('/enterprise/connect/api/Events/10/7')
    const v2 = await door.call('/enterprise/connect/api/v2/Accounts?x=RedirectV2', { token: all })
    expect(v2.headers.get('location')).toBe('/enterprise/connect/api/v2/Accounts?page=2')
  })

  it('has one sign-in, whatever the caller sends under names like its own', async () => {
    const headers = { apitoken: all, 'x-key': 'evil', x_key: 'evil', 'X.Key': 'evil' }
    await door.call('/enterprise/connect/api/odata/Events', { headers })
    expect(upstream.received[0]?.headers['x-key']).toBe('fixed')
    expect(JSON.stringify(upstream.received)).not.toContain('evil')
  })

  it('loses what is hop-by-hop, and what Connection names (RFC 9110 7.6.1)', async () => {
    const lines = [
      `GET ${EVENTS} HTTP/1.1`,
      'Host: door.example',
      `Authorization: Bearer ${all}`,
      'Connection: close, X-Hop',
      'X-Hop: 1',
      'Keep-Alive: timeout=9',
      'TE: trailers',
      'Upgrade: h2c',
      'HTTP2-Settings: x',
      'Proxy-Authorization: Basic x',
      'Proxy-Connection: keep-alive',
      'X-Kept: 1',
    ]
    expect(statusOf(await sendRaw(door.gatewayUrl, `${lines.join('\r\n')}\r\n\r\n`))).toBe(200)
    const headers = upstream.received[0]?.headers ?? {}
    for (const name of [
      'x-hop',
      'te',
      'upgrade',
      'http2-settings',
      'proxy-authorization',
      'proxy-connection',
    ]) {
      expect(headers[name], name).toBeUndefined()
    }
    expect(headers).toMatchObject({
      'x-kept': '1',
      'x-forwarded-host': 'door.example',
      host: new URL(upstream.url).host,
    })
    expect(headers['keep-alive']).not.toBe('timeout=9')
  })

  it('goes over connections that are kept alive', async () => {
    let connections = 0
    upstream.server.on('connection', () => {
      connections += 1
    })
    for (let count = 0; count < 30; count += 1)
      expect((await door.call(EVENTS, { token: all })).status).toBe(200)
    expect(connections).toBeLessThan(5)
  })

  it('streams bodies both ways', async () => {
    const body = 'x'.repeat(5_000_000)
    const answer = await door.call('/enterprise/connect/api/Events', { method: 'POST', token: all, body })
    expect(answer.json).toEqual({ echo: 5_000_000 })
    // The first piece of a long answer arrives while the upstream still holds back the rest.
    const response = await fetch(`${door.gatewayUrl}${EVENTS}/Slow`, { headers: { apitoken: all } })
    const reader = response.body?.getReader()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first')
    finishSlow()
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('second')
  })
})

describe('OData, of a service that has published hardly more than names, for a restricted credential', () => {
  it.each([
    ['/Events', 200],
    ["/Events(Organization='10',EventID=9427)", 200],
    ["/Events?$filter=OrganizationCode%20eq%20'10'&$top=5&$select=EventID", 200],
    ["/Events?ODataQuery=$filter=OrganizationCode%20eq%20'10'%26$top=5", 200],
    ['/Events/$count', 403],
    ["/Events(Organization=@k,EventID=9427)?@k='10'", 200],
    ['/Accounts', 403],
    ['/Events?$expand=Account', 403],
    ['/Events?expand=Account', 403],
    ['/Events?%24expand=Account', 403],
    ["/Events(Organization='10',EventID=9427)/Account", 403],
    ['/Events?$filter=Account/Name%20eq%20%27x%27', 403],
    ['/Events?$orderby=Account/Name', 403],
    ['/Events?ODataQuery=$expand=Account', 403],
    ['/Events?ODataQuery=$top=1%26$expand=Account', 403],
    ['/Events?ODataQuery=$top=1%2526$expand=Account', 400],
    ['/Events?x=1%26$expand=Account', 400],
    ['/events', 400],
  ])('%s: %i', async (path, status) => {
    const answer = await door.call(`/enterprise/connect/api/odata${path}`, { token: restricted })
    expect(answer.status, answer.text).toBe(status)
    expect(upstream.received).toHaveLength(status === 200 ? 1 : 0)
    if (status === 403) expect(['endpoint_not_allowed', 'odata_reach_unknown']).toContain(answer.json.code)
    if (status === 200) expect(upstream.received[0]?.headers['x-key']).toBe('fixed')
  })

  it.each(['/$metadata', '/'])('%s is answered here, with what the credential has', async (path) => {
    const answer = await door.call(`/enterprise/connect/api/odata${path}`, { token: restricted })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('Events')
    expect(answer.text).not.toContain('Accounts')
    expect(upstream.received).toEqual([])
  })

  it('says which part could reach further, and lets who may call everything pass', async () => {
    const refused = await door.call('/enterprise/connect/api/odata/Events?$expand=Account', {
      token: restricted,
    })
    expect(refused.json).toMatchObject({
      code: 'odata_reach_unknown',
      detail: expect.stringContaining('$expand'),
    })
    const passed = await door.call('/enterprise/connect/api/odata/Events?$expand=Account', { token: all })
    expect(passed.status).toBe(200)
    expect(upstream.received.map(({ url }) => url)).toEqual(['/prod/odata/Events?$expand=Account'])
  })
})

describe('requests that can be read in two ways', () => {
  const raw = (head: string, body = ''): Promise<string> =>
    sendRaw(door.gatewayUrl, `${head.replaceAll('\n', '\r\n')}\r\n\r\n${body}`)
  const auth = (): string => `Host: x\nAuthorization: Bearer ${all}`

  it.each([
    '//enterprise/connect/api/Events/10',
    '/enterprise//connect/api/Events/10',
    '/enterprise/connect/api/x/../Events/10',
    '/enterprise/connect/api/%2e%2e/Events/10',
    '/enterprise/connect/api/Events%2f10',
    '/enterprise/connect/api/Events%5c10',
    '/enterprise/connect/api/Events;x=1/10',
    '/enterprise/connect/api/%45vents/10',
    '/enterprise/connect/api/Events/10%00',
    '/enterprise/connect/api/Events/10%2500',
    '/enterprise/connect/api/Events/%c0%ae',
    '/enterprise/connect/api/Events/10.',
    '/enterprise/connect/api/Events/10%20',
    '/enterprise/connect/api/Events/10#x',
    'http://evil/enterprise/connect/api/Events/10',
    '*',
    '/enterprise/connect/api/Events/10%3fx=1',
    '/enterprise/connect/api/Countries/10?code=',
  ])('target %s', async (target) => {
    const answer = await raw(`GET ${target} HTTP/1.1\n${auth()}`)
    expect(statusOf(answer), answer).toBe(400)
    expect(upstream.received).toEqual([])
  })

  it.each([
    ['two Authorization headers', 'Authorization: Bearer x'],
    ['a look-alike of a framing header', 'Transfer_Encoding: chunked'],
    ['Connection naming the token', 'Connection: authorization'],
    ['two lengths', 'Content-Length: 0\nContent-Length: 1'],
    ['length and chunks', 'Content-Length: 1\nTransfer-Encoding: chunked'],
    ['a body on GET', 'Content-Length: 3'],
    ['two hosts', 'Host: y'],
  ])('%s', async (_, header) => {
    const answer = await raw(`GET ${EVENTS} HTTP/1.1\n${auth()}\n${header}`, 'abc')
    expect(statusOf(answer), answer).toBe(400)
    expect(upstream.received).toEqual([])
  })

  it('refuses what is no HTTP, too much of it, and methods of other kinds', async () => {
    expect(statusOf(await raw('HELLO'))).toBe(400)
    expect(statusOf(await raw(`GET / HTTP/1.1\n${auth()}\nX: ${'x'.repeat(20_000)}`))).toBe(431)
    expect(statusOf(await raw(`TRACE ${EVENTS} HTTP/1.1\n${auth()}`))).toBe(405)
    expect(statusOf(await raw(`GET ${EVENTS}?x=${'y'.repeat(9_000)} HTTP/1.1\n${auth()}`))).toBe(414)
    expect(
      statusOf(await raw(`GET ${EVENTS} HTTP/1.0\n${auth()}\nTransfer-Encoding: chunked`, '0\r\n\r\n')),
    ).toBe(400)
    expect(upstream.received).toEqual([])
  })

  it('answers a refused call whose body nobody wants, and cuts off one that does not end', async () => {
    const post = { method: 'POST', token: restricted, body: 'x'.repeat(3_000_000) }
    for (let count = 0; count < 3; count += 1) {
      expect((await door.call('/enterprise/connect/api/Events', post)).status).toBe(403)
    }
    const sent = await sendEndless(
      door.gatewayUrl,
      `POST /enterprise/connect/api/Events HTTP/1.1\r\nHost: x\r\napitoken: ${restricted}\r\n`,
    )
    // Eight megabytes are read away; the rest is what the system holds between the two.
    expect(sent).toBeLessThan(64_000_000)
    expect(upstream.received).toEqual([])
  })

  it('decides before it asks for a body', async () => {
    const head = `POST /enterprise/connect/api/Events HTTP/1.1\nHost: x\nContent-Length: 5\nExpect: 100-continue`
    expect(statusOf(await raw(`${head}\nAuthorization: Bearer ${restricted}`))).toBe(403)
    expect(await raw(`${head}\nAuthorization: Bearer ${all}`)).toMatch(/^HTTP\/1\.1 100 Continue/)
  })
})
