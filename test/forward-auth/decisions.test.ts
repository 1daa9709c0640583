import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DecidingWorld, startDeciding } from '../support/decisions.ts'
import { PLAIN } from '../support/plain-config.ts'
import { sendRaw, statusOf } from '../support/raw.ts'

// Bytes on sockets: what the port for decisions answers, and that it is what the gateway answers to the same call.

const EVENTS = '/enterprise/connect/api/Events/10'
const ODATA = '/enterprise/connect/api/odata'
const GRANTED = [
  'enterprise:GET:/events/{}',
  'enterprise:GET:/events/{}/{}',
  'enterprise:POST:/events',
  'odata:GET:/Events',
  'pets:GET:/Pets',
  'pets:POST:/Pets',
  'pets:DELETE:/Pets',
]

let world: DecidingWorld
let token: string
let tokenOfAll: string

beforeAll(async () => {
  world = await startDeciding()
  ;({ token } = await world.add(GRANTED))
  ;({ token: tokenOfAll } = await world.add('all'))
})
afterAll(async () => await world.stop())

type Lines = readonly string[]

type Told = {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly code: string | undefined
  readonly body: string
}

function read(raw: string): Told {
  const [head = '', body = ''] = raw.split('\r\n\r\n', 2)
  const lines = head.split('\r\n').slice(1)
  const headers = new Map(
    lines.map((line) => {
      const at = line.indexOf(':')
      return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
    }),
  )
  return { status: statusOf(raw), headers, code: /"code":"(\w+)"/.exec(body)?.[1], body }
}

/** Sends these lines as they are to the port for decisions. */
async function send(path: string, lines: Lines, method = 'GET'): Promise<Told> {
  const head = [`${method} ${path} HTTP/1.1`, 'Host: stagedoor', ...lines, 'Connection: close']
  return read(await sendRaw(world.decisionsUrl, `${head.join('\r\n')}\r\n\r\n`))
}

const bearer = (): string => `Authorization: Bearer ${token}`
const pair = (method: string, target: string): Lines => [
  `X-Forwarded-Method: ${method}`,
  `X-Forwarded-Uri: ${target}`,
]

/** What the gateway answers to a call, and what it has asked the API for. */
async function throughGateway(method: string, target: string, lines: Lines) {
  const before = world.api.received.length
  const head = [`${method} ${target} HTTP/1.1`, 'Host: stagedoor', ...lines, 'Connection: close']
  const told = read(await sendRaw(world.door.gatewayUrl, `${head.join('\r\n')}\r\n\r\n`))
  return { ...told, asked: world.api.received.slice(before).map(({ url }) => url) }
}

/** Asks about a call, and expects the gateway's own answer to it. */
async function expectSame(method: string, target: string, lines: Lines): Promise<'allowed' | 'refused'> {
  const gateway = await throughGateway(method, target, lines)
  const decided = await send('/v1/forward-auth', [...pair(method, target), ...lines])
  const narrow = await send('/v1/forward-auth/nginx', [...pair(method, target), ...lines])
  const about = `${method} ${target} ${lines.join(' | ')}: ${decided.status} ${decided.body}`
  const [asked] = gateway.asked
  if (asked === undefined) {
    expect(decided.status, about).toBe(gateway.status)
    // Some bytes do not get through a request line, and get through a header's value: then both refuse, each in its words.
    const readsAlike = gateway.code !== 'request_malformed'
    if (readsAlike && method !== 'HEAD') expect(decided.code, about).toBe(gateway.code)
    for (const name of ['www-authenticate', 'allow', 'retry-after'])
      if (readsAlike) expect(decided.headers.get(name), about).toBe(gateway.headers.get(name))
    expect(decided.headers.has('x-stagedoor-target'), about).toBe(false)
    // No program's own words where Node itself has refused the bytes.
    if (decided.code === undefined) return 'refused'
    expect(narrow.status, about).toBe(gateway.status === 401 ? 401 : 403)
    expect(narrow.headers.get('x-stagedoor-status'), about).toBe(String(gateway.status))
    expect(narrow.headers.get('x-stagedoor-code'), about).toBe(decided.code)
    return 'refused'
  }
  expect(decided.status, about).toBe(200)
  expect(narrow.status, about).toBe(200)
  expect(decided.headers.get('x-stagedoor-target'), about).toBe(asked)
  expect(decided.headers.get('x-stagedoor-upstream'), about).toBe(world.api.url)
  return 'allowed'
}

/** GW-01: other spellings of an allowed path, and of a refused one. */
const ALIASES: readonly string[] = [EVENTS, '/enterprise/connect/api/Accounts/10'].flatMap((path) => {
  const at = path.lastIndexOf('/')
  const [front, last] = [path.slice(0, at), path.slice(at + 1)]
  const between = [
    '//',
    '/./',
    '/../api/',
    '/%2e/',
    '/%2e%2e/',
    '/%252e%252e/',
    '/..%2f',
    '/\\',
    '%2f',
    '%5c',
    '/;/',
  ]
  const behind = [
    ...[
      '/',
      '//',
      '.',
      '..',
      '/.',
      '/..',
      '%20',
      ' ',
      '%09',
      '%00',
      ';',
      ';a=b',
      ';jsessionid=1',
      '%3b',
      '%3f',
      '?',
      '#',
      '#a',
    ],
    ...[
      '%23',
      '%c0%ae',
      '%u002e',
      '%ff',
      '\u00e9',
      '%c3%a9',
      '%',
      '%1',
      '%zz',
      '%25',
      '%2525',
      '~',
      '%7e',
      '*',
      '..;/',
      '\x00',
    ],
    ...[
      '%0a',
      '%0d%0aX:y',
      '.json',
      '.',
      '%2e',
      '/10',
      '/10/',
      "'",
      "('1')",
      '(1)',
      ',1',
      '$',
      '?a=%',
      '?a=%00',
      '?a=%c0',
    ],
    ...[
      '?a=1&a=2',
      '?=',
      '?&',
      '?a;b',
      '?a=b?c',
      '?access_token=1',
      '?ApiToken=1',
      '?a=sd_api_01234567',
      '?search=All%7c',
    ],
  ]
  return [
    path,
    ...between.map((text) => `${front}${text}${last}`),
    ...behind.map((text) => path + text),
    path.toLowerCase(),
    path.toUpperCase(),
    path.replace('api', '%61pi'),
    path.replace('10', '%31%30'),
    path.replace('enterprise', 'enterprise%2fconnect'),
    path.replace('/', '//'),
    path.replace('/', '/x/../'),
    path.replace('/', ''),
    `http://stagedoor${path}`,
    `https://evil.example${path}`,
    `//stagedoor${path}`,
    `\\${path}`,
    `${path}?${'x'.repeat(8_200)}`,
  ]
})

describe('the same call has the same answer as at the gateway', () => {
  it.each(ALIASES)('GET %j', async (target) => {
    await expectSame('GET', target, [bearer()])
  })

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s', async (method) => {
    for (const target of [EVENTS, '/enterprise/connect/api/Events', '/nowhere', '/', '*'])
      await expectSame(method, target, [bearer()])
  })

  it.each(['get', 'TRACE', 'PURGE', 'GET,POST', 'GE T', 'GET\t', 'QUERY'])(
    'or is refused, as the method %j is nobody’s',
    async (method) => {
      const decided = await send('/v1/forward-auth', [...pair(method, EVENTS), bearer()])
      // White space around a value is not part of it (RFC 9110 5.5).
      expect(decided.status).toBe(method.trim() === 'GET' ? 200 : 405)
    },
  )

  it('and its token is read alike', async () => {
    const unknown = 'sd_api_0123456789012345678901234567890123456789'
    const outcomes: string[] = []
    for (const lines of [
      [],
      [`authorization: bearer ${token}`],
      [`Authorization: BEARER    ${token}`],
      [`Authorization: Bearer\t${token}`],
      [`Authorization:Bearer ${token}`],
      [`Authorization: Bearer ${token}, Bearer ${token}`],
      [`Authorization: Bearer ${token} x`],
      [`Authorization: Bearer`],
      [`Authorization: Basic ${token}`],
      [`Authorization: Bearer ${token}x`],
      [`Authorization: Bearer ${unknown}`],
      [bearer(), bearer()],
      [bearer(), `Apitoken: ${token}`],
      [`apitoken: ${token}`],
      [`apitoken: ${token}`, `apitoken: ${token}`],
      [`apitoken: ${token.replace('sd_api_', 'sd_ref_')}`],
      [bearer(), 'Content_Length: 1'],
      [bearer(), 'Transfer_Encoding: chunked'],
      [bearer(), 'Content-Type: a', 'Content-Type: b'],
    ])
      outcomes.push(await expectSame('GET', EVENTS, lines))
    expect(outcomes.filter((outcome) => outcome === 'allowed')).toHaveLength(4)
  })

  it('of an OData service too, by its target', async () => {
    const targets = [
      '/Events',
      '/Events?$select=ID',
      '/Events?%24filter=ID%20eq%201',
      '/Events?$expand=Account',
      '/Events(1)/Account',
      '/Accounts',
      '/Events/$count',
      '/Events?$filter=Account/Name%20eq%20%27x%27',
      '/Unheard',
      '/Events?$unheard=1',
      '/Events(',
      '/Events?$top=1&$top=2',
      '/$entity?$id=Accounts(1)',
      '/Events/../Accounts',
      '/events',
      '/$all',
    ]
    for (const target of targets) {
      await expectSame('GET', ODATA + target, [bearer()])
      await expectSame('GET', ODATA + target, [`Apitoken: ${tokenOfAll}`])
    }
    for (const line of [
      'X-HTTP-Method: DELETE',
      'Prefer: track-changes',
      'OData-Version: 9',
      'Content-Encoding: gzip',
    ])
      await expectSame('GET', `${ODATA}/Events`, [bearer(), line])
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      await expectSame(method, `${ODATA}/Events(1)`, [bearer()])
    for (const target of ['/Pets', '/Pets(1)', '/Pets(1)/Owner', '/Pets?$expand=Owner', '/Owners'])
      for (const method of ['GET', 'HEAD', 'DELETE']) await expectSame(method, `/pets${target}`, [bearer()])
    // That one must not insert is said by a header.
    for (const lines of [[], ['If-Match: *'], ['If-Match: "1"']])
      await expectSame('PATCH', '/pets/Owners(1)', [bearer(), ...lines])
  })
})

describe('which call it is', () => {
  const path = '/v1/forward-auth'
  const allowed = pair('GET', EVENTS)

  it('stands in the configured pair', async () => {
    const answer = await send(path, [...allowed, bearer()])
    expect(answer).toMatchObject({ status: 200, body: '' })
    expect([...answer.headers.keys()].filter((name) => name.startsWith('x-')).toSorted()).toEqual([
      'x-request-id',
      'x-stagedoor-credential',
      'x-stagedoor-endpoint',
      'x-stagedoor-target',
      'x-stagedoor-tenant',
      'x-stagedoor-token',
      'x-stagedoor-upstream',
    ])
  })

  const unclear: readonly (readonly [string, Lines])[] = [
    ['neither header', []],
    ['no target', ['X-Forwarded-Method: GET']],
    ['no method', [`X-Forwarded-Uri: ${EVENTS}`]],
    ['an empty target', ['X-Forwarded-Method: GET', 'X-Forwarded-Uri:']],
    ['an empty method', ['X-Forwarded-Method:', `X-Forwarded-Uri: ${EVENTS}`]],
    ['two targets', [...allowed, `X-Forwarded-Uri: ${EVENTS}`]],
    ['two targets that differ', [...allowed, 'X-Forwarded-Uri: /elsewhere']],
    ['two methods', [...allowed, 'X-Forwarded-Method: GET']],
    ['the target of the other pair', [...allowed, `X-Original-URI: ${EVENTS}`]],
    ['the method of the other pair', [...allowed, 'X-Original-Method: GET']],
    ['both pairs', [...allowed, 'X-Original-Method: GET', `X-Original-URI: ${EVENTS}`]],
    ['the other pair alone', ['X-Original-Method: GET', `X-Original-URI: ${EVENTS}`]],
    ['X-Original-URL', [...allowed, `X-Original-URL: ${EVENTS}`]],
    ['a look-alike with _', [...allowed, `X_Forwarded_Uri: ${EVENTS}`]],
    ['a look-alike with .', [...allowed, `X.Forwarded.Method: GET`]],
    ['a look-alike with --', [...allowed, `X-Forwarded--Uri: ${EVENTS}`]],
    ['a look-alike in place of the header', ['X-Forwarded-Method: GET', `X_Forwarded-Uri: ${EVENTS}`]],
    ['a look-alike of an identity header', [...allowed, 'X_Stagedoor_Tenant: x']],
    ['a look-alike of an address', [...allowed, 'X.Forwarded.For: x']],
    ['a look-alike of a token', [...allowed, 'X_Auth_User: x']],
  ]

  it.each(unclear)('is refused where there is %s, also for who may call everything', async (_, lines) => {
    for (const presented of [bearer(), `Authorization: Bearer ${tokenOfAll}`]) {
      // Its own path, also one that would be allowed, is taken for nothing.
      expect(await send(path, [...lines, presented])).toMatchObject({ status: 400, code: 'call_unclear' })
      const own = await send(EVENTS, [...lines, presented])
      expect(own).toMatchObject({ status: 404, code: 'not_found' })
      const narrow = await send('/v1/forward-auth/nginx', [...lines, presented])
      expect(narrow).toMatchObject({ status: 403, body: '' })
      expect(narrow.headers.get('x-stagedoor-status')).toBe('400')
      expect(await send('/v1/forward-auth/refusal', [...lines, presented])).toMatchObject({ status: 400 })
    }
  })

  it('is not read from a path of its own, where that is not configured', async () => {
    const answer = await send(`/v1/forward-auth/path${EVENTS}`, [bearer()])
    expect(answer).toMatchObject({ status: 404, code: 'not_found' })
    expect(await send(`/v1/forward-auth/path${EVENTS}`, [...allowed, bearer()])).toMatchObject({
      status: 404,
    })
  })

  it('does not depend on how the proxy asks', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'DELETE'])
      expect((await send(`${path}?search=All`, [...allowed, bearer()], method)).status).toBe(200)
    const withBody = await send(path, [...allowed, bearer(), 'Content-Length: 1000'], 'POST')
    expect(withBody.status).toBe(200)
  })
})

describe('a refusal that is fetched', () => {
  it('is the same one, and lets nobody in', async () => {
    const path = '/v1/forward-auth/refusal'
    const refused = await send(path, [...pair('GET', '/enterprise/connect/api/Accounts/10'), bearer()])
    expect(refused).toMatchObject({ status: 403, code: 'endpoint_not_allowed' })
    const allowed = await send(path, [...pair('GET', EVENTS), bearer()])
    expect(allowed).toMatchObject({ status: 503, code: 'decision_changed' })
    expect(allowed.headers.get('retry-after')).toBe('1')
    expect(allowed.headers.has('x-stagedoor-credential')).toBe(false)
  })
})

describe('what only the gateway can carry out', () => {
  const cases: readonly (readonly [string, string, string, 'all' | 'some' | 'nobody'])[] = [
    ['a batch', 'POST', '/$batch', 'nobody'],
    ['what an address can do', 'OPTIONS', '/Pets', 'nobody'],
    ['the description of the service', 'GET', '/$metadata', 'all'],
    ['the service document', 'GET', '/', 'all'],
    ['options in a body', 'POST', '/Pets/$query', 'all'],
    ['a change with a body', 'POST', '/Pets', 'all'],
    ['a change without one', 'DELETE', '/Pets(1)', 'some'],
    ['a read', 'GET', '/Pets?$select=ID', 'some'],
  ]

  it.each(cases)('%s: %s %s is allowed to %s', async (_, method, target, whom) => {
    const lines = pair(method, `/pets${target}`)
    const some = await send('/v1/forward-auth', [...lines, bearer()])
    const all = await send('/v1/forward-auth', [...lines, `Apitoken: ${tokenOfAll}`])
    const needed = { status: 403, code: 'gateway_needed' }
    expect(some).toMatchObject(whom === 'some' ? { status: 200 } : needed)
    expect(all).toMatchObject(whom === 'nobody' ? needed : { status: 200 })
  })
})

describe('a decision as JSON', () => {
  const post = async (body: unknown, init: RequestInit = {}) => {
    const answer = await fetch(`${world.decisionsUrl}/v1/decisions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...init,
    })
    return { status: answer.status, json: (await answer.json()) as any }
  }

  it('says who calls and what is reached', async () => {
    const { status, json } = await post({ method: 'GET', target: `${EVENTS}?search=All`, token })
    expect(status).toBe(200)
    expect(json).toEqual({
      outcome: 'allow',
      requestId: expect.stringMatching(/^req_/),
      tenant: 'tnt_plain',
      credential: expect.stringMatching(/^cred_/),
      token: expect.stringMatching(/^tok_/),
      endpoints: ['enterprise:GET:/events/{}'],
      upstream: world.api.url,
      target: '/api/v1/Events/10?search=All',
    })
  })

  it('says why not, with what the caller is to be told', async () => {
    const refused = await post({ method: 'GET', target: '/enterprise/connect/api/Accounts/10', token })
    expect(refused).toMatchObject({
      status: 200,
      json: {
        outcome: 'deny',
        credential: expect.stringMatching(/^cred_/),
        status: 403,
        headers: { 'www-authenticate': expect.stringContaining('insufficient_scope') },
        problem: { code: 'endpoint_not_allowed', endpoint: { id: 'enterprise:GET:/accounts/{}' } },
      },
    })
    const codeOf = async (body: object): Promise<string> => (await post(body)).json.problem.code
    expect(await codeOf({ method: 'GET', target: EVENTS })).toBe('token_missing')
    expect(await codeOf({ method: 'GET', target: `/${EVENTS}`, token })).toBe('target_malformed')
    const twice = { method: 'GET', target: EVENTS, token, headers: { authorization: `Bearer ${token}` } }
    expect(await codeOf(twice)).toBe('token_presented_twice')
    const changes = { method: 'GET', target: `${ODATA}/Events`, token, headers: { Prefer: 'track-changes' } }
    expect(await codeOf(changes)).toBe('odata_reach_unknown')
  })

  it('is not given for what it cannot read', async () => {
    const good = { method: 'GET', target: EVENTS, token }
    const refusals = [
      [await post('{"method"'), 400, 'json_malformed'],
      [await post({ ...good, more: 1 }), 422, 'validation_failed'],
      [await post({ ...good, token: 1 }), 422, 'validation_failed'],
      [await post([]), 422, 'validation_failed'],
      [await post(good, { headers: { 'content-type': 'text/plain' } }), 415, 'unsupported_media_type'],
      [await post({ ...good, headers: { a: 'x'.repeat(70_000) } }), 413, 'body_too_large'],
      [await post(good, { method: 'PUT' }), 405, 'method_not_allowed'],
    ] as const
    for (const [answer, status, code] of refusals) expect(answer).toMatchObject({ status, json: { code } })
    expect(JSON.stringify(refusals)).not.toContain(token)
  })
})

describe('what is asked', () => {
  it('counts as calls of the credential, once', async () => {
    const { id, token: counted } = await world.add(['enterprise:GET:/events/{}', 'pets:GET:/Pets'])
    const lines = [`Apitoken: ${counted}`]
    for (const path of ['', '/nginx', '/refusal']) {
      await send(`/v1/forward-auth${path}`, [...pair('GET', EVENTS), ...lines])
      await send(`/v1/forward-auth${path}`, [...pair('GET', '/enterprise/connect/api/Accounts/10'), ...lines])
    }
    await send('/v1/forward-auth', [...pair('POST', '/pets/$batch'), ...lines])
    const { json } = await world.door.admin('GET', `${PLAIN}/credentials/${id}/usage`)
    const counts = json.endpoints.map((row: any) => [row.endpointId, row.outcome, row.calls])
    expect(counts.toSorted()).toEqual([
      // One that only the gateway could carry out.
      ['', 'odata_reach_unknown', 1],
      ['enterprise:GET:/accounts/{}', 'endpoint_not_allowed', 2],
      ['enterprise:GET:/events/{}', 'allowed', 2],
    ])
  })
})
