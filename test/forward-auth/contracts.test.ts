import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { type DecidingWorld, startDeciding } from '../support/decisions.ts'
import { sendRaw, statusOf } from '../support/raw.ts'
import { ROOT } from '../support/stagedoor.ts'

// Traefik and Envoy are not in Debian 12. What they send and what they take is what their documentation says.

const EVENTS = '/enterprise/connect/api/Events/10'
const IDENTITY = ['x-stagedoor-tenant', 'x-stagedoor-credential', 'x-stagedoor-token', 'x-stagedoor-endpoint']
const MAY_SEARCH = ['enterprise:GET:/events/{}']

function guide(file: string): any {
  return parse(readFileSync(join(ROOT, 'docs/guides/forward-auth', file), 'utf8'))
}

async function send(world: DecidingWorld, lines: readonly string[]): Promise<string> {
  return await sendRaw(world.decisionsUrl, `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)
}

function headerOf(raw: string, name: string): string | undefined {
  const [head = ''] = raw.split('\r\n\r\n', 1)
  const line = head.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name}:`))
  return line?.slice(name.length + 1).trim()
}

describe('Traefik, by its documented headers', () => {
  let world: DecidingWorld
  let token: string
  const { middlewares } = guide('traefik.yaml').http
  const { address, trustForwardHeader, authResponseHeadersRegex } = middlewares.stagedoor.forwardAuth

  beforeAll(async () => {
    world = await startDeciding()
    ;({ token } = await world.add(MAY_SEARCH))
  })
  afterAll(async () => await world.stop())

  /** doc.traefik.io, ForwardAuth, "Forward-Request Headers"; the caller's own headers come along. */
  const ask = (method: string, uri: string, further: readonly string[] = []) =>
    send(world, [
      `GET ${new URL(address).pathname} HTTP/1.1`,
      'Host: 127.0.0.1:4003',
      'User-Agent: curl/8',
      `X-Forwarded-Method: ${method}`,
      'X-Forwarded-Proto: https',
      'X-Forwarded-Host: api.example.org',
      `X-Forwarded-Uri: ${uri}`,
      'X-Forwarded-For: 203.0.113.7',
      'X-Forwarded-Port: 443',
      'X-Forwarded-Server: edge-1',
      'X-Real-Ip: 203.0.113.7',
      ...further,
    ])

  it('is told who calls, in headers that its configuration takes over', async () => {
    const raw = await ask('GET', `${EVENTS}?search=All`, [`Authorization: Bearer ${token}`])
    expect(statusOf(raw), raw).toBe(200)
    const taken = new RegExp(authResponseHeadersRegex.replace('(?i)', ''), 'i')
    for (const name of [...IDENTITY, 'x-request-id']) {
      expect(headerOf(raw, name), name).toBeDefined()
      expect(taken.test(name), name).toBe(true)
      expect(taken.test(name.replaceAll('-', '_')), name).toBe(true)
    }
    expect(trustForwardHeader).toBe(false)
  })

  it('passes on the refusal as it is', async () => {
    const raw = await ask('POST', EVENTS, [`Apitoken: ${token}`])
    expect(statusOf(raw)).toBe(404)
    expect(raw).toContain('"code":"endpoint_unknown"')
    expect(headerOf(raw, 'content-type')).toBe('application/problem+json')
    expect(statusOf(await ask('GET', EVENTS))).toBe(401)
  })

  it('removes what would be read as another call, and keeps the token from the API', () => {
    const removed = Object.keys(middlewares['only-what-came'].headers.customRequestHeaders)
    for (const name of ['X-Original-Method', 'X-Original-Uri', 'X-Original-Url', 'X-Http-Method-Override'])
      expect(removed).toContain(name)
    const kept = middlewares['keep-the-token'].headers.customRequestHeaders
    expect(kept).toMatchObject({ Authorization: '', Apitoken: '' })
    const [before, decides, after] = guide('traefik.yaml').http.routers.enterprise.middlewares
    expect([before, decides, after]).toEqual(['only-what-came', 'stagedoor', 'keep-the-token'])
  })
})

describe('Envoy, by its documented requests', () => {
  let world: DecidingWorld
  let token: string
  const manager = guide('envoy.yaml').static_resources.listeners[0].filter_chains[0].filters[0].typed_config
  const filter = manager.http_filters[0].typed_config
  const prefix: string = filter.http_service.path_prefix

  beforeAll(async () => {
    world = await startDeciding({ trustedProxies: ['127.0.0.1'], callIn: 'path' })
    ;({ token } = await world.add(MAY_SEARCH))
  })
  afterAll(async () => await world.stop())

  /** envoyproxy.io, ext_authz over HTTP: method, path behind path_prefix, Host, Content-Length 0, and allowed_headers. */
  const ask = (method: string, path: string, further: readonly string[] = []) =>
    send(world, [
      `${method} ${prefix}${path} HTTP/1.1`,
      'host: api.example.org',
      'content-length: 0',
      'x-envoy-internal: true',
      'x-forwarded-for: 203.0.113.7',
      ...further,
    ])
  const bearer = (): string => `authorization: Bearer ${token}`

  it('is told who calls with 200, in headers that its configuration takes over', async () => {
    const raw = await ask('GET', `${EVENTS}?search=All`, [bearer()])
    expect(statusOf(raw), raw).toBe(200)
    const taken: readonly any[] = filter.http_service.authorization_response.allowed_upstream_headers.patterns
    for (const name of [...IDENTITY, 'x-stagedoor-upstream', 'x-request-id']) {
      expect(headerOf(raw, name), name).toBeDefined()
      expect(taken.some(({ exact, prefix }) => exact === name || name.startsWith(prefix ?? '\0'))).toBe(true)
    }
    expect(statusOf(await ask('HEAD', EVENTS, [bearer()]))).toBe(200)
  })

  it('passes on the refusal, with headers that its configuration lets pass', async () => {
    const raw = await ask('DELETE', EVENTS, [bearer()])
    expect(statusOf(raw)).toBe(404)
    expect(raw).toContain('"code":"endpoint_unknown"')
    const told: readonly any[] = filter.http_service.authorization_response.allowed_client_headers.patterns
    for (const name of ['content-type', 'www-authenticate', 'retry-after'])
      expect(told.map(({ exact }) => exact)).toContain(name)
    expect(statusOf(await ask('GET', EVENTS))).toBe(401)
  })

  it.each([
    ['', 404],
    ['*', 404],
    [`/${EVENTS}`, 400],
    ['/../../v1/forward-auth', 400],
    [`/.${EVENTS}`, 400],
    [`/%2e%2e${EVENTS}`, 400],
    [`?x=${EVENTS}`, 404],
  ])('%j behind the prefix is nothing that is allowed', async (path, status) => {
    expect(statusOf(await ask('GET', path, [bearer()]))).toBe(status)
  })

  it('names the call in its path alone', async () => {
    const pairs = [
      ['X-Forwarded-Method: GET', `X-Forwarded-Uri: ${EVENTS}`],
      ['X-Original-Method: GET', `X-Original-URI: ${EVENTS}`],
    ]
    for (const pair of pairs) {
      const both = await ask('GET', EVENTS, [bearer(), ...pair])
      expect(statusOf(both)).toBe(400)
      expect(both).toContain('"code":"call_unclear"')
      const head = ['GET /v1/forward-auth HTTP/1.1', 'host: x', bearer(), ...pair]
      const alone = await send(world, head)
      expect(statusOf(alone)).toBe(404)
    }
  })

  it('fails closed, keeps its own names for a call, and the token from the API', () => {
    expect(filter).toMatchObject({ failure_mode_allow: false, clear_route_cache: true })
    expect(filter.http_service).not.toHaveProperty('path_override')
    expect(filter.http_service).not.toHaveProperty('method_override')
    const removed = manager.route_config.virtual_hosts[0].request_headers_to_remove
    for (const name of ['authorization', 'apitoken', 'x-stagedoor-target', 'x-http-method-override'])
      expect(removed).toContain(name)
    const told = filter.allowed_headers.patterns.map(({ exact, prefix }: any) => exact ?? prefix)
    // What an OData service reads before it knows what a call reaches.
    for (const name of ['authorization', 'apitoken', 'if-match', 'prefer', 'odata-', 'x-http-method'])
      expect(told).toContain(name)
  })
})

describe('X-Original-Method and X-Original-URI, where they are configured', () => {
  it('name the call, and the other pair none', async () => {
    const world = await startDeciding({ trustedProxies: ['127.0.0.0/8'], callIn: 'x-original' })
    const { token } = await world.add(MAY_SEARCH)
    const ask = (...lines: readonly string[]) =>
      send(world, ['GET /v1/forward-auth HTTP/1.1', 'Host: x', `Apitoken: ${token}`, ...lines])
    const original = ['X-Original-Method: GET', `X-Original-URI: ${EVENTS}`]
    const forwarded = ['X-Forwarded-Method: GET', `X-Forwarded-Uri: ${EVENTS}`]
    expect(statusOf(await ask(...original))).toBe(200)
    for (const lines of [forwarded, [...original, ...forwarded], [...original, `X-Original-URL: ${EVENTS}`]])
      expect(await ask(...lines)).toContain('"code":"call_unclear"')
    await world.stop()
  })
})

describe('who may ask', () => {
  it.each([
    ['nobody where nothing is configured', {}],
    ['only the addresses that are', { trustedProxies: ['127.0.0.2', '10.0.0.0/8', '::1', 'fd00::/8'] }],
  ])('is %s', async (_, decisions) => {
    const world = await startDeciding(decisions)
    const { token } = await world.add('all')
    const call = ['X-Forwarded-Method: GET', `X-Forwarded-Uri: ${EVENTS}`, `Apitoken: ${token}`]
    for (const path of ['/v1/forward-auth', '/v1/forward-auth/refusal', '/nowhere']) {
      const raw = await send(world, [`GET ${path} HTTP/1.1`, 'Host: x', 'X-Forwarded-For: 10.0.0.1', ...call])
      expect(statusOf(raw)).toBe(403)
      expect(raw).toContain('"code":"proxy_not_trusted"')
      expect(headerOf(raw, 'x-stagedoor-credential')).toBeUndefined()
    }
    const narrow = await send(world, ['GET /v1/forward-auth/nginx HTTP/1.1', 'Host: x', ...call])
    expect(statusOf(narrow)).toBe(403)
    expect(headerOf(narrow, 'x-stagedoor-code')).toBe('proxy_not_trusted')
    const json = await fetch(`${world.decisionsUrl}/v1/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ method: 'GET', target: EVENTS, token }),
    })
    expect(json.status).toBe(403)
    await world.stop()
  })
})
