import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type DecidingWorld, GRANTED, startDeciding } from '../support/decisions.ts'
import { type Lines, pair, sendLines, type Told } from '../support/lines.ts'
import { PLAIN } from '../support/plain-config.ts'

// Bytes on sockets: which call is decided, and what is answered.

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
    return { status: answer.status, json: await answer.json() }
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
