import { once } from 'node:events'
import { type ClientRequest, type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { type Stagedoor, startStagedoor } from './support/stagedoor.ts'
import { startUpstream, type TestUpstream } from './support/upstream.ts'

// Guarantee: a receipt holds for calls that have begun too. Whoever sends half of a body, is
// refused, and sends the rest has nothing carried out by it.

let upstream: TestUpstream
let door: Stagedoor
beforeAll(async () => {
  upstream = await startUpstream()
  door = await startStagedoor({
    config: plainConfig({
      enterprise: { baseUrl: upstream.url },
      odata: { baseUrl: `${upstream.url}/odata` },
    }),
  })
})
afterAll(async () => {
  await door.stop()
  await upstream.close()
})
beforeEach(() => {
  upstream.received.length = 0
})

type Begun = {
  readonly call: ClientRequest
  readonly id: string
  readonly answer: Promise<{ readonly status: number | undefined; readonly body: string }>
}

/** A call of which half of the body is there. */
async function begin(
  title: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  half = '{"Name":',
): Promise<Begun> {
  const made = await door.admin('POST', `${PLAIN}/credentials`, { title, authenticationMethod: 'api_token' })
  expect(made.status, made.text).toBe(201)
  const call = request(door.gatewayUrl + path, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      expect: '100-continue',
      authorization: `Bearer ${made.json.secrets.apiToken}`,
    },
  })
  const answered = once(call, 'response') as Promise<[IncomingMessage]>
  const answer = answered.then(async ([response]) => ({
    status: response.statusCode,
    body: await text(response),
  }))
  answer.catch(() => undefined)
  call.flushHeaders()
  await Promise.race([once(call, 'continue'), answer.then((early) => expect.fail(JSON.stringify(early)))])
  call.write(half)
  return { call, id: made.json.credential.id, answer }
}

const EVENTS = '/enterprise/connect/api/Events'
const BATCH_HALF = '{"requests":[{"id":"1","method":"GET","url":"Events"}],"x":'
const LENGTH = { 'content-length': String('{"Name":"x"}'.length) }
const REST = '"x"}'

it.each([
  ['a plain body', EVENTS, LENGTH],
  ['a streamed body', EVENTS, { 'transfer-encoding': 'chunked' }],
  ['a batch', '/enterprise/connect/api/odata/$batch', { 'transfer-encoding': 'chunked' }, BATCH_HALF],
])('%s that ends after the receipt is carried out by nobody', async (title, path, headers, half?: string) => {
  const { call, id, answer } = await begin(title, path, headers, half)
  const { status, json } = await door.admin(
    'PATCH',
    `${PLAIN}/credentials/${id}`,
    { active: false },
    { 'if-match': '*' },
  )
  expect([status, json.receipt]).toMatchObject([200, { gateways: 1, confirmed: 1 }])
  call.end(REST)
  const refused = await answer
  expect(refused.status).toBe(401)
  expect(refused.body).toContain('credential_inactive')
  expect(upstream.received).toEqual([])
})

it.each([
  ['a plain one', EVENTS, LENGTH],
  ['a streamed one', EVENTS, { 'transfer-encoding': 'chunked' }],
])('%s is carried out where nothing has changed', async (title, path, headers) => {
  const { call, answer } = await begin(title, path, headers)
  call.end(REST)
  expect(await answer).toMatchObject({ status: 200 })
  expect(upstream.received.map(({ body }) => body)).toEqual(['{"Name":"x"}'])
})

it('what was taken from a credential meanwhile is refused too', async () => {
  const { call, id, answer } = await begin('narrowed', EVENTS, LENGTH)
  const allowed = { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] }
  const narrowed = await door.admin('PUT', `${PLAIN}/credentials/${id}/allowed-endpoints`, allowed, {
    'if-match': '*',
  })
  expect(narrowed.status, narrowed.text).toBe(200)
  call.end(REST)
  expect((await answer).status).toBe(403)
  expect(upstream.received).toEqual([])
})
