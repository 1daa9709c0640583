import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, EVENT, NODE_TOKEN, startCluster } from './support/cluster.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from './support/postgres.ts'

// Callers have one address for everything: gateways hand what is asked of the OAuth endpoints to a control plane.

sayWhetherPostgres('the OAuth endpoints at gateways')

const PASSWORD = 'kettle & lantern: 100% ü+'
const METADATA = '/.well-known/oauth-authorization-server'

type OAuthAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly json: Readonly<Record<string, string>>
}

describe.skipIf(POSTGRES_BIN === undefined)('the OAuth endpoints at a gateway', () => {
  let cluster: Cluster
  let id = ''
  beforeAll(async () => {
    cluster = await startCluster({ controls: 2, gateways: 2 })
    const body = {
      title: 'Through gateways',
      authenticationMethod: 'oauth',
      email: 'a@b.example',
      password: PASSWORD,
    }
    id = (await cluster.admin('POST', '/credentials', { body })).json.credential.id
  })
  afterAll(async () => await cluster?.close())

  const ask = async (
    path: string,
    form?: Record<string, string> | string,
    more: Record<string, string> = {},
  ) => {
    const headers = {
      authorization: `Basic ${Buffer.from(`${id}:${encodeURIComponent(PASSWORD)}`).toString('base64')}`,
    }
    const body = typeof form === 'object' ? new URLSearchParams(form) : form
    const answer = await fetch(`${cluster.gateways[0]?.url}${path}`, {
      headers: { ...(form !== undefined && headers), ...more },
      ...(body !== undefined && { method: 'POST', body }),
    })
    return {
      status: answer.status,
      headers: answer.headers,
      json: (await answer.json()) as OAuthAnswer['json'],
    }
  }
  const grant = (): Promise<OAuthAnswer> => ask('/oauth/token', { grant_type: 'client_credentials' })
  const statusAt = async (index: number, token: string): Promise<number> => {
    const gateway = cluster.gateways[index]
    return gateway ? (await cluster.call(gateway, token, EVENT)).status : 0
  }

  it('give tokens that work at every gateway when the answer is there, and end them everywhere', async () => {
    const { status, json, headers } = await grant()
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store'])
    const token = json['access_token'] ?? ''
    expect([await statusAt(0, token), await statusAt(1, token)]).toEqual([200, 200])
    expect((await ask('/oauth/revoke', { token })).status).toBe(200)
    expect([await statusAt(0, token), await statusAt(1, token)]).toEqual([401, 401])
  })

  it("say the gateways' address of themselves, and refuse in their own words", async () => {
    const { status, json } = await ask(METADATA)
    expect([status, json['token_endpoint']]).toEqual([200, `${cluster.gateways[0]?.url}/oauth/token`])
    const wrong = await ask('/oauth/token', { grant_type: 'implicit' })
    expect([wrong.status, wrong.json['error']]).toEqual([400, 'unsupported_grant_type'])
    const long = await ask('/oauth/token', `grant_type=${'x'.repeat(200_000)}`)
    expect([long.status, long.json['error']]).toEqual([413, 'invalid_request'])
  })

  it('believe no caller who says from where he comes', async () => {
    const attempt = (address: string): Promise<OAuthAnswer> =>
      ask(
        '/oauth/token',
        { grant_type: 'client_credentials' },
        {
          authorization: `Basic ${Buffer.from(`${id}:wrong`).toString('base64')}`,
          'stagedoor-caller-address': address,
        },
      )
    const statuses: number[] = []
    for (let last = 1; last <= 12; last += 1) statuses.push((await attempt(`192.0.2.${last}`)).status)
    expect(statuses).toContain(429)
  })

  it('are answered by another control plane where one is away, and 503 where all are', async () => {
    const [first, second] = cluster.controls
    await first?.kill9()
    // The account's delay of the test before is over, or a 429 says that a control plane answered.
    expect([200, 429]).toContain((await grant()).status)
    await second?.kill9()
    const { status, json, headers } = await grant()
    expect([status, json['error'], headers.get('retry-after')]).toEqual([503, 'temporarily_unavailable', '1'])
    expect(JSON.stringify(json)).not.toMatch(/127\.0\.0\.1|ECONN/)
    for (const { output } of cluster.gateways) {
      expect(output()).not.toContain(NODE_TOKEN)
      expect(output()).not.toContain(PASSWORD)
    }
    await first?.start()
    expect([200, 429]).toContain((await grant()).status)
  })
})
