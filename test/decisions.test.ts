import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import vectors from '@stagedoor/core/corpus/decisions.json' with { type: 'json' }
import { mintToken } from '@stagedoor/core/token.ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'
import { unusedPort } from './support/unused-port.ts'
import { startUpstream, type TestUpstream } from './support/upstream.ts'

// The vectors that the core runs, through the running gateway: the two cannot disagree.

const folder = temporaryFolder()
const tokens: (string | undefined)[] = []
let upstream: TestUpstream
let door: Stagedoor
let decisionsPort: number

type Vector = (typeof vectors)[number]

async function prepare(first: Stagedoor, vector: Vector, index: number): Promise<string | undefined> {
  if (vector.token === 'missing') return undefined
  if (vector.token === 'malformed') return `sd_api_${'0'.repeat(38)}`
  if (vector.token === 'unknown') return mintToken('api', randomBytes)
  const oauth = ['access', 'refresh', 'expired'].includes(vector.token)
  const made = await first.admin('POST', `${PLAIN}/credentials`, {
    title: `vector ${index}`,
    ...(oauth
      ? { authenticationMethod: 'oauth', email: 'a@example.org', password: 'a password of enough length' }
      : { authenticationMethod: 'api_token' }),
  })
  const { credential, secrets } = made.json
  const path = `${PLAIN}/credentials/${credential.id}`
  if (typeof vector.allowed !== 'string') {
    const list = {
      kind: 'only',
      endpoints: vector.allowed,
      ...(vector.allowed.length === 0 && { confirmEmpty: true }),
    }
    expect((await first.admin('PUT', `${path}/allowed-endpoints`, list, { 'if-match': '*' })).status).toBe(
      200,
    )
  }
  if (!vector.active) await first.admin('PATCH', path, { active: false }, { 'if-match': '*' })
  if (vector.token === 'revoked') await first.admin('DELETE', path)
  if (vector.token === 'refresh') return secrets.refreshToken.value
  return oauth ? secrets.accessToken.value : secrets.apiToken
}

beforeAll(async () => {
  upstream = await startUpstream()
  const config = plainConfig({ enterprise: { baseUrl: upstream.url }, odata: { baseUrl: upstream.url } })
  const first = await startStagedoor({ folder, config })
  for (const [index, vector] of vectors.entries()) tokens.push(await prepare(first, vector, index))
  await first.stop()
  // An hour is too long for a test: the access tokens of these vectors are made old while nothing runs.
  const database = new DatabaseSync(join(folder, 'data', 'stagedoor.sqlite'))
  const titles = vectors.flatMap((vector, index) => (vector.token === 'expired' ? [`vector ${index}`] : []))
  for (const title of titles) {
    database
      .prepare(
        'update tokens set expires_at = ? where credential_id = (select id from credentials where title = ?)',
      )
      .run(Date.now() - 1, title)
  }
  database.close()
  decisionsPort = await unusedPort()
  const env = { STAGEDOOR_DECISIONS_PORT: String(decisionsPort) }
  const decisions = { trustedProxies: ['127.0.0.1'] }
  door = await startStagedoor({ folder, config: { ...config, decisions }, env })
})
afterAll(async () => {
  await door.stop()
  await upstream.close()
  rmSync(folder, { recursive: true, force: true })
})

// That two readings of a request differ cannot be asked for: it would be a fault. Nor can this process lose its own
// control plane: what a gateway without one answers is in the tests of several processes.
const callable = vectors.flatMap((vector, index) =>
  vector.call === '' || vector.knowledge !== undefined ? [] : [[vector.name, vector, index] as const],
)

describe('the corpus, through the gateway', () => {
  it.each(callable)('%s', async (_, vector, index) => {
    const [method = '', target = ''] = vector.call.split(' ')
    const before = upstream.received.length
    const token = tokens[index]
    const answer = await door.call(target, { method, ...(token !== undefined && { token }) })
    expect(answer.status === 200 ? 'allow' : answer.json.code, answer.text).toBe(vector.expect)
    // What a service says of itself is said by the gateway.
    const asked = vector.expect === 'allow' && vector.addressed !== 'description'
    expect(upstream.received.length - before).toBe(asked ? 1 : 0)
    if (vector.expect !== 'endpoint_not_allowed' || vector.addressed === 'description') return
    const ids = new Set(vector.missing ?? [vector.addressed])
    expect(answer.json.endpoint.id).toBe(vector.missing?.[0] ?? vector.addressed)
    if (vector.missing) expect(new Set(answer.json.missing.map(({ id }: { id: string }) => id))).toEqual(ids)
  })
})

describe('the corpus, through a proxy that asks', () => {
  it.each(callable)('%s', async (_, vector, index) => {
    const [method = '', target = ''] = vector.call.split(' ')
    const token = tokens[index]
    const answer = await fetch(`http://127.0.0.1:${decisionsPort}/v1/forward-auth`, {
      headers: {
        'x-forwarded-method': method,
        'x-forwarded-uri': target,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
    })
    const text = await answer.text()
    const code = answer.status === 200 ? 'allow' : JSON.parse(text).code
    // What a service says of itself is only for who may call everything: the service would say it all.
    const isHalf = vector.addressed === 'description' && vector.allowed !== 'all' && vector.expect === 'allow'
    // And no batch is decided here, whatever its body.
    const isElsewhere = isHalf || (vector.expect === 'odata_body_type' && target.includes('$batch'))
    expect(code, text).toBe(isElsewhere ? 'gateway_needed' : vector.expect)
    expect(upstream.received.filter(({ headers }) => headers['x-forwarded-uri'] !== undefined)).toEqual([])
  })
})
