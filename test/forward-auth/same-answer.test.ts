import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DecidingWorld, GRANTED, startDeciding } from '../support/decisions.ts'
import { type Lines, pair, sendLines, type Told } from '../support/lines.ts'

// Bytes on sockets: what the port for decisions answers is what the gateway answers to the same call.

const EVENTS = '/enterprise/connect/api/Events/10'
const ODATA = '/enterprise/connect/api/odata'

let world: DecidingWorld
let token: string
let tokenOfAll: string

beforeAll(async () => {
  world = await startDeciding()
  ;({ token } = await world.add(GRANTED))
  ;({ token: tokenOfAll } = await world.add('all'))
})
afterAll(async () => await world.stop())

const bearer = (): string => `Authorization: Bearer ${token}`

/** Sends these lines to the port for decisions. */
const send = (path: string, lines: Lines, method = 'GET'): Promise<Told> =>
  sendLines(world.decisionsUrl, { method, target: path, lines })

/** What the gateway answers to a call, and what it has asked the API for. */
async function throughGateway(method: string, target: string, lines: Lines) {
  const before = world.api.received.length
  const told = await sendLines(world.door.gatewayUrl, { method, target, lines })
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
    // Some bytes get through a request line and not through a header's value, or the other way: then both refuse, each in
    // its words.
    const isUnread = decided.status === 400 && decided.code === undefined && decided.body === ''
    const readsAlike = gateway.code !== 'request_malformed' && !isUnread
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
    '/',
    '//',
    '.',
    '..',
    '/.',
    '/..',
    '%20',
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
    '?a=1&a=2',
    '?=',
    '?&',
    '?a;b',
    '?a=b?c',
    '?access_token=1',
    '?ApiToken=1',
    '?a=sd_api_01234567',
    '?search=All%7c',
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
    `//stagedoor${path}`,
    `\\${path}`,
    `${path}?${'x'.repeat(8_200)}`,
  ]
})

describe('the same call has the same answer as at the gateway', () => {
  it.each(ALIASES)('GET %j', async (target) => {
    await expectSame('GET', target, [bearer()])
  })

  it.each(['http://stagedoor', 'https://evil.example', 'http://127.0.0.1:4003', 'stagedoor:80'])(
    'but for an absolute target, which a proxy turns into its path: %s',
    async (authority) => {
      const decided = await send('/v1/forward-auth', [...pair('GET', authority + EVENTS), bearer()])
      expect(decided).toMatchObject({ status: 400, code: 'target_malformed' })
    },
  )

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
