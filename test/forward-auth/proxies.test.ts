import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROXIES, provideDebian } from '../support/debian.ts'
import { type DecidingWorld, startDeciding } from '../support/decisions.ts'
import { PLAIN } from '../support/plain-config.ts'
import { PROXY_NAMES, type RunningProxy, startProxy } from '../support/proxies.ts'
import { sendRaw, statusOf } from '../support/raw.ts'

// The configurations of docs/guides/forward-auth, in the proxies of Debian that they are for.

const EVENTS = '/enterprise/connect/api/Events/10'
const MAY_SEARCH = ['enterprise:GET:/events/{}', 'enterprise:POST:/events', 'odata:GET:/Events']

let world: DecidingWorld
let token: string

beforeAll(async () => {
  provideDebian((line) => void process.stdout.write(`${line}\n`), PROXIES)
  world = await startDeciding()
  ;({ token } = await world.add(MAY_SEARCH))
})
afterAll(async () => await world.stop())

type Asked = { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string }

describe.each(PROXY_NAMES)('%s', (name) => {
  let proxy: RunningProxy

  beforeAll(async () => {
    proxy = await startProxy(name, { decisionsPort: world.decisionsPort, apiUrl: world.api.url })
  })
  afterAll(async () => await proxy.stop())

  const bearer = (presented = token): Record<string, string> => ({ authorization: `Bearer ${presented}` })
  const call = async (path: string, { method = 'GET', headers = bearer(), body }: Asked = {}) => {
    const before = world.api.received.length
    const answer = await fetch(proxy.url + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: (): any => JSON.parse(text),
      received: world.api.received.slice(before),
    }
  }
  const raw = async (head: string) => {
    const before = world.api.received.length
    const text = await sendRaw(proxy.url, head)
    return { status: statusOf(text), text, received: world.api.received.slice(before) }
  }

  it('lets an allowed call pass as it was decided, and says who calls', async () => {
    const { status, text, received } = await call(`${EVENTS.toLowerCase()}?search=All%7c`)
    expect(status, `${text} ${proxy.output()}`).toBe(200)
    expect(received).toHaveLength(1)
    expect(received[0]).toMatchObject({
      method: 'GET',
      url: '/api/v1/Events/10?search=All%7C',
      headers: {
        'x-stagedoor-tenant': 'tnt_plain',
        'x-stagedoor-credential': expect.stringMatching(/^cred_/),
        'x-stagedoor-token': expect.stringMatching(/^tok_/),
        'x-stagedoor-endpoint': 'enterprise:GET:/events/%7B%7D',
        'x-request-id': expect.stringMatching(/^req_[0-9a-f]{24}$/),
      },
    })
  })

  it('sends the query that was decided, and reads nothing into it', async () => {
    for (const [query, expected] of [
      ['', ''],
      ['?', ''],
      ['?a=1&a=2&b', '?a=1&a=2&b'],
      ['?a={env.HOME}&b=$host&c=%25(x)s', '?a=%7Benv.HOME%7D&b=$host&c=%25(x)s'],
      [`?a=${'x'.repeat(7_000)}`, `?a=${'x'.repeat(7_000)}`],
    ] as const) {
      const { status, received } = await raw(
        `GET ${EVENTS}${query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
      )
      expect(status, query).toBe(200)
      const url = new URL(received[0]?.url ?? '', 'http://api')
      expect(url.pathname).toBe('/api/v1/Events/10')
      expect(decodeURIComponent(url.search), query).toBe(decodeURIComponent(expected))
    }
  })

  it('keeps the token from the API, in either header', async () => {
    for (const headers of [bearer(), { apitoken: token }]) {
      const { status, received } = await call(`${EVENTS}?search=All`, { headers })
      expect(status).toBe(200)
      const [seen] = received
      expect(seen?.headers).not.toHaveProperty('authorization')
      expect(seen?.headers).not.toHaveProperty('apitoken')
      expect(JSON.stringify(seen?.rawHeaders)).not.toContain(token)
    }
  })

  it('refuses with the status and the body that the gateway answers, and asks nothing of the API', async () => {
    const unknown = 'sd_api_0123456789012345678901234567890123456789'
    const cases: readonly (readonly [string, Asked])[] = [
      ['/enterprise/connect/api/Accounts/10?search=All', {}],
      [EVENTS, { method: 'DELETE' }],
      ['/nowhere', {}],
      [EVENTS, { headers: {} }],
      [EVENTS, { headers: bearer(unknown) }],
      [`${EVENTS}?apitoken=${token}`, {}],
      [EVENTS, { headers: { ...bearer(), apitoken: token } }],
      ['/enterprise/connect/api/Events/1%2f0', {}],
      ['/enterprise/connect/api/odata/Events?$expand=Account', {}],
      ['/enterprise/connect/api/odata/Unheard', {}],
      ['/enterprise/connect/api/odata/Events', { method: 'PATCH' }],
    ]
    for (const [path, asked] of cases) {
      const through = await call(path, asked)
      const { method = 'GET', headers = bearer() } = asked
      const direct = await world.door.call(path, { method, headers })
      expect(through.received, path).toEqual([])
      expect(through.status, path).toBe(direct.status)
      expect({ ...through.json(), requestId: '' }, path).toEqual({ ...direct.json, requestId: '' })
      for (const header of ['content-type', 'www-authenticate', 'allow', 'retry-after', 'odata-version'])
        expect(through.headers.get(header), `${path} ${header}`).toBe(direct.headers.get(header))
    }
  })

  it('leaves nothing of identity headers that the caller sends, however they are spelled', async () => {
    const forged = [
      'X-Stagedoor-Tenant',
      'x-stagedoor-credential',
      'X-Stagedoor-Token',
      'X-STAGEDOOR-ENDPOINT',
    ]
    const further = ['X-Stagedoor-Target', 'X-Stagedoor-Upstream']
    const lines = [...forged, ...further].map((header) => `${header}: forged\r\n`).join('')
    const head = `GET ${EVENTS}?search=All HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n`
    const sent = await raw(`${head}${lines}Connection: close\r\n\r\n`)
    expect(sent.status, sent.text).toBe(200)
    expect(sent.received).toHaveLength(1)
    expect(sent.received[0]?.headers).toMatchObject({
      'x-stagedoor-tenant': 'tnt_plain',
      'x-stagedoor-endpoint': 'enterprise:GET:/events/%7B%7D',
    })
    for (const alike of ['X_Stagedoor_Tenant', 'X.Stagedoor.Tenant', 'X-Stagedoor_Tenant']) {
      const second = await raw(`${head}${alike}: forged\r\nConnection: close\r\n\r\n`)
      expect([200, 400]).toContain(second.status)
      sent.received.push(...second.received)
    }
    const seen = sent.received.flatMap(({ rawHeaders }) => rawHeaders)
    expect(JSON.stringify(seen)).not.toMatch(/forged/)
    expect(seen.filter((text) => /^x-stagedoor-tenant$/i.test(text))).toHaveLength(sent.received.length)
  })

  it('decides the call that came, whatever call its headers name', async () => {
    const allowed = `${EVENTS}?search=All`
    const refused = '/enterprise/connect/api/Accounts/10'
    const naming = (method: string, target: string) => [
      [`X-Forwarded-Method: ${method}`, `X-Forwarded-Uri: ${target}`],
      [`X-Original-Method: ${method}`, `X-Original-URI: ${target}`],
      [`X-Original-URL: http://x${target}`],
      [`X_Forwarded_Method: ${method}`, `X_Forwarded_Uri: ${target}`],
      [`X.Forwarded.Method: ${method}`, `X.Forwarded.Uri: ${target}`],
      [`X-Rewrite-URL: ${target}`, `X-HTTP-Method-Override: ${method}`],
      [`Connection: x-forwarded-uri, x-forwarded-method`, `X-Forwarded-Uri: ${target}`],
    ]
    const head = (target: string, lines: readonly string[]) =>
      `GET ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${lines.join('\r\n')}\r\n` +
      (lines[0]?.startsWith('Connection') ? '\r\n' : 'Connection: close\r\n\r\n')
    for (const lines of naming('GET', allowed)) {
      const answer = await raw(head(refused, lines))
      expect([400, 403], `${lines.join(' ')} ${answer.text}`).toContain(answer.status)
      expect(answer.received, String(lines)).toEqual([])
    }
    for (const lines of naming('POST', refused)) {
      const answer = await raw(head(allowed, lines))
      // Or refused, as ambiguous: never decided as what they name.
      expect([200, 400], `${lines.join(' ')} ${answer.text}`).toContain(answer.status)
      if (answer.status !== 200) continue
      expect(answer.received).toMatchObject([{ method: 'GET', url: '/api/v1/Events/10?search=All' }])
      expect(JSON.stringify(answer.received[0]?.rawHeaders)).not.toMatch(/Accounts/)
    }
  })

  it('refuses a token from the moment that it is revoked', async () => {
    const added = await world.add(MAY_SEARCH)
    const headers = bearer(added.token)
    expect((await call(EVENTS, { headers })).status).toBe(200)
    expect((await world.door.admin('DELETE', `${PLAIN}/credentials/${added.id}`)).status).toBe(200)
    const answer = await call(EVENTS, { headers })
    expect(answer).toMatchObject({ status: 401, received: [] })
    expect(answer.headers.get('www-authenticate')).toMatch(/error="invalid_token"/)
    expect(answer.json().code).toBe('token_revoked')
  })

  it('decides HEAD as GET, and has it carried out as HEAD', async () => {
    const answer = await call(EVENTS, { method: 'HEAD' })
    expect(answer.status).toBe(200)
    expect(answer.received).toMatchObject([{ method: 'HEAD', url: '/api/v1/Events/10' }])
    const refused = await call('/enterprise/connect/api/Accounts/10', { method: 'HEAD' })
    expect(refused).toMatchObject({ status: 403, text: '', received: [] })
  })

  it('passes a body on to the API and not to Stagedoor', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(100_000) })
    const headers = { ...bearer(), 'content-type': 'application/json' }
    const answer = await call('/enterprise/connect/api/Events', { method: 'POST', headers, body })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.received).toMatchObject([{ method: 'POST', url: '/api/v1/Events', body }])
    const refused = await call('/enterprise/connect/api/Accounts', { method: 'POST', headers, body })
    expect(refused).toMatchObject({ status: 403, received: [] })
    expect(refused.json().code).toBe('endpoint_not_allowed')
  })

  it('sends a request for OData where the service is, in its canonical form', async () => {
    const answer = await call('/enterprise/connect/api/odata/Events?%24top=1&$select=ID')
    expect(answer.status, answer.text).toBe(200)
    expect(answer.received).toMatchObject([
      { method: 'GET', url: expect.stringMatching(/^\/odata\/Events\?/) },
    ])
    const batch = await call('/enterprise/connect/api/odata/$batch', { method: 'POST', body: '{}' })
    expect(batch).toMatchObject({ status: 403, received: [] })
    expect(batch.json().code).toBe('gateway_needed')
  })

  it('has the API answer for itself, also where it says 401, 403 or 500', async () => {
    for (const status of [401, 403, 404, 500]) {
      const answer = await call(`${EVENTS}?status=${status}`)
      expect(answer).toMatchObject({ status, text: `${status} of the API` })
    }
  })
})
