import { type DenyReason, REFUSALS } from '@stagedoor/core/decision.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Answer, type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { storedBytes } from './support/stored-bytes.ts'

// The article of the product, step by step, through the public doors: "Add a New Credential" to "Delete a Credential".

const ENTERPRISE = '/api/v1/tenants/tnt_harbourview'
const ELITE = '/api/v1/tenants/tnt_northlight'
const EVENTS = '/enterprise/connect/api/Events/10?search=All'
const ACCOUNTS = '/enterprise/connect/api/Accounts/10?search=All'
const PASSWORD = 'canary-password-do-not-store-me'

let door: Stagedoor
const secrets: string[] = [PASSWORD]

beforeAll(async () => {
  door = await startStagedoor()
  secrets.push(door.token)
})
afterAll(async () => {
  await door.stop()
})

/** What the upstream has been asked since the last look. */
async function upstreamRequests(): Promise<
  { method: string; path: string; headers: unknown; authorizationKind: string }[]
> {
  const requests = await (await fetch(`${door.sandboxUrl}/sandbox/requests`)).json()
  await fetch(`${door.sandboxUrl}/sandbox/requests`, { method: 'DELETE' })
  return Array.isArray(requests)
    ? requests.filter(({ path }) => !path.startsWith('/sandbox'))
    : requests.requests
}

function expectRefusal(
  answer: Answer,
  expected: { status: number; code: DenyReason; challenge?: RegExp | null },
): void {
  const { title, detail } = REFUSALS[expected.code]
  expect(answer.json).toEqual({
    type: `urn:stagedoor:error:${expected.code}`,
    title,
    status: expected.status,
    detail: expect.stringContaining(detail),
    code: expected.code,
    requestId: answer.headers.get('x-request-id'),
    ...(expected.code === 'endpoint_not_allowed' && {
      endpoint: expect.objectContaining({ path: expect.any(String) }),
    }),
    ...(expected.code === 'endpoint_unknown' && { methods: [] }),
  })
  expect(answer.status).toBe(expected.status)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  if (expected.challenge === null) expect(answer.headers.get('www-authenticate')).toBeNull()
  else if (expected.challenge) expect(answer.headers.get('www-authenticate')).toMatch(expected.challenge)
  for (const secret of secrets) expect(answer.text).not.toContain(secret)
}

const INVALID_TOKEN = /^Bearer realm="Stagedoor", error="invalid_token"/
const INSUFFICIENT = /^Bearer realm="Stagedoor", error="insufficient_scope"/

type Method = {
  name: string
  tenant: string
  body: object
  search: string
  allowed: string
  other: string
  otherOperation: string
  endpoint: string
}

const WAYS: readonly Method[] = [
  {
    name: 'Enterprise, API token',
    tenant: ENTERPRISE,
    body: { title: 'Day board', authenticationMethod: 'api_token' },
    search: 'GetEventList',
    endpoint: 'enterprise:GET:/events/{}',
    allowed: EVENTS,
    other: ACCOUNTS,
    otherOperation: 'GetAccountList',
  },
  {
    name: 'Enterprise, OAuth',
    tenant: ENTERPRISE,
    body: {
      title: 'Diagrams',
      authenticationMethod: 'oauth',
      email: 'partner@example.org',
      password: PASSWORD,
    },
    search: 'GetEventList',
    endpoint: 'enterprise:GET:/events/{}',
    allowed: EVENTS,
    other: ACCOUNTS,
    otherOperation: 'GetAccountList',
  },
  {
    name: 'Elite, API token',
    tenant: ELITE,
    body: { title: 'Ticketing', authenticationMethod: 'api_token' },
    search: 'GetRooms',
    endpoint: 'elite:GET:/v1/general-setup/rooms',
    allowed: '/elite/connect/api/v1/general-setup/rooms',
    other: '/elite/connect/api/v1/accounts?searchText=a',
    otherOperation: 'SearchAccounts',
  },
]

describe.each(WAYS)('$name', (way) => {
  let id = ''
  let token = ''
  const path = (rest = ''): string => `${way.tenant}/credentials/${id}${rest}`
  const call = (target: string): Promise<Answer> => door.call(target, { token })

  it('adds a credential and displays its secrets once', async () => {
    const answer = await door.admin('POST', `${way.tenant}/credentials`, way.body)
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toContain('no-store')
    const { credential, secrets: shown } = answer.json
    id = credential.id
    token = shown.apiToken ?? shown.accessToken.value
    secrets.push(token, ...(shown.refreshToken ? [shown.refreshToken.value] : []))
    if (shown.accessToken) {
      expect(Date.parse(shown.accessToken.expiresAt)).toBeGreaterThan(Date.now())
      expect(Date.parse(shown.refreshToken.expiresAt)).toBeGreaterThan(
        Date.parse(shown.accessToken.expiresAt),
      )
    } else expect(shown).toEqual({ apiToken: expect.stringMatching(/^sd_api_[0-9A-Za-z]{38}$/) })
    const again = await door.admin('GET', path())
    for (const secret of secrets) expect(again.text).not.toContain(secret)
  })

  it('reaches all endpoints by default, signed in by the gateway and not by the caller', async () => {
    await upstreamRequests()
    expect((await call(way.allowed)).status).toBe(200)
    expect((await call(way.other)).status).toBe(200)
    const requests = await upstreamRequests()
    expect(requests.filter(({ method }) => method === 'GET')).toHaveLength(2)
    expect(JSON.stringify(requests)).not.toContain(token)
    expect(JSON.stringify(requests)).toContain(id)
  })

  it('is narrowed to chosen endpoints, and every other call is refused with the reason', async () => {
    const found = await door.admin('GET', `${way.tenant}/endpoints?search=${way.search}`)
    expect(found.json.items.map((item: { id: string }) => item.id)).toContain(way.endpoint)
    const list = await door.admin('GET', path('/allowed-endpoints'))
    expect(list.json).toEqual({ kind: 'all' })
    const narrowed = await door.admin(
      'PUT',
      path('/allowed-endpoints'),
      { kind: 'only', endpoints: [way.endpoint] },
      { 'if-match': list.headers.get('etag') ?? '' },
    )
    expect(narrowed.status).toBe(200)
    await upstreamRequests()
    expect((await call(way.allowed)).status).toBe(200)
    const refused = await call(way.other)
    expectRefusal(refused, { status: 403, code: 'endpoint_not_allowed', challenge: INSUFFICIENT })
    expect(refused.json.endpoint).toMatchObject({ operation: way.otherOperation, method: 'GET' })
    expect(await upstreamRequests()).toHaveLength(1)
  })

  it('keeps its secret, method, e-mail and password: only title, description and active change', async () => {
    for (const member of ['authenticationMethod', 'email', 'password', 'id', 'tenantId', 'createdAt']) {
      const answer = await door.admin('PATCH', path(), { [member]: 'x' }, { 'if-match': '*' })
      expect(answer.status).toBe(422)
      expect(answer.text).toContain(member)
    }
    const edited = await door.admin(
      'PATCH',
      path(),
      { title: `${id} renamed`, description: 'For the partner' },
      { 'if-match': '*' },
    )
    expect(edited.json).toMatchObject({
      title: `${id} renamed`,
      description: 'For the partner',
      active: true,
    })
  })

  it('is deactivated for a while, and activated again', async () => {
    await door.admin('PATCH', path(), { active: false }, { 'if-match': '*' })
    await upstreamRequests()
    expectRefusal(await call(way.allowed), {
      status: 401,
      code: 'credential_inactive',
      challenge: INVALID_TOKEN,
    })
    expect(await upstreamRequests()).toEqual([])
    await door.admin('PATCH', path(), { active: true }, { 'if-match': '*' })
    expect((await call(way.allowed)).status).toBe(200)
  })

  it('is deleted for good, also when its title is used again', async () => {
    expect((await door.admin('DELETE', path())).json).toMatchObject({
      receipt: { gateways: 1, confirmed: 1, pending: [] },
    })
    await upstreamRequests()
    expectRefusal(await call(way.allowed), { status: 401, code: 'token_revoked', challenge: INVALID_TOKEN })
    expect((await door.admin('GET', path())).status).toBe(404)
    const again = await door.admin('POST', `${way.tenant}/credentials`, {
      ...way.body,
      title: `${id} renamed`,
    })
    expect(again.status).toBe(201)
    const shown = again.json.secrets
    secrets.push(shown.apiToken ?? shown.accessToken.value)
    expectRefusal(await call(way.allowed), { status: 401, code: 'token_revoked' })
    expect(await upstreamRequests()).toEqual([])
  })
})

describe('editions', () => {
  it('offers OAuth to Enterprise only', async () => {
    const answer = await door.admin('POST', `${ELITE}/credentials`, {
      title: 'No',
      authenticationMethod: 'oauth',
      email: 'a@example.org',
      password: PASSWORD,
    })
    expect(answer.status).toBe(422)
    expect(answer.text).not.toContain(PASSWORD)
  })

  it("does not let an Elite credential reach Enterprise, nor hold Enterprise's endpoints", async () => {
    const made = await door.admin('POST', `${ELITE}/credentials`, {
      title: 'Elite only',
      authenticationMethod: 'api_token',
    })
    secrets.push(made.json.secrets.apiToken)
    await upstreamRequests()
    expectRefusal(await door.call(EVENTS, { token: made.json.secrets.apiToken }), {
      status: 404,
      code: 'endpoint_unknown',
      challenge: null,
    })
    expect(await upstreamRequests()).toEqual([])
    const put = await door.admin(
      'PUT',
      `${ELITE}/credentials/${made.json.credential.id}/allowed-endpoints`,
      { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] },
      { 'if-match': '*' },
    )
    expect(put.status).toBe(422)
    expect(put.text).toContain('enterprise:GET:/events/{}')
  })
})

describe('what must not appear', () => {
  it('shows no secret in any log line or stored byte', () => {
    expect(secrets.length).toBeGreaterThan(8)
    const output = door
      .output()
      .replaceAll(door.token, (_, at: number) => (at === door.output().indexOf(door.token) ? '' : door.token))
    // The greeting shows the management token: once in words, once inside the first line to paste.
    const greeting = output.replace(`Bearer ${door.token}`, '')
    for (const secret of secrets) expect(greeting).not.toContain(secret)
    const stored = storedBytes(door.dataDirectory)
    for (const [index, secret] of secrets.entries())
      expect(stored.includes(secret), `the secret of place ${index} is stored`).toBe(false)
  })
})
