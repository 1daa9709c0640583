import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { valuesOf, type WireAnswer } from '../support/wire-answers.ts'
import { openCaller } from '../support/wire-caller.ts'
import { startWireScene, type WireScene } from '../support/wire-scene.ts'
import { arrived, fillIn, newTag, statusAndCode } from '../support/wire-talk.ts'
import type { WireRequest } from '../support/wire-upstream.ts'

// Guarantee (security.md ): another name for a path, a method, a header or a token is refused, or is
// the very thing that was decided. The credential may call one endpoint, so that every other path would be a breach.

let scene: WireScene
beforeAll(async () => {
  scene = await startWireScene({
    allowedEndpoints: { kind: 'only', endpoints: ['enterprise:GET:/events/{}'] },
  })
})
afterAll(() => scene.stop())

type Asked = { readonly answer: WireAnswer; readonly request: WireRequest | undefined }

/** Sends one request; `{tag}` lines are needed to see it arrive. */
async function ask(text: string, method = 'GET'): Promise<Asked> {
  const tag = newTag()
  const caller = await openCaller(scene.url)
  caller.send(fillIn(scene, text, tag).replaceAll('{token}', scene.token).replaceAll('{tag}', tag))
  const answer = await caller.answer(method)
  caller.destroy()
  const [request, ...others] = arrived(scene, tag)
  expect(others).toEqual([])
  expect(answer.status, JSON.stringify(answer)).toBeGreaterThanOrEqual(200)
  // Whatever arrives does so without the token, at the one endpoint.
  // An encoded slash is none to us and may be one to the upstream.
  const [path = '', ...query] = (request?.target ?? '/api/v1/Events/10').split('?')
  expect(decodeURIComponent(path)).toMatch(/^\/api\/v1\/Events\/[^/?;\\#%\0-\x1f]+$/)
  expect(query.length).toBeLessThan(3)
  expect(request?.head ?? '').not.toContain(scene.token)
  expect(answer.status === 200).toBe(request !== undefined)
  return { answer, request }
}

const M = '/enterprise/connect/api'

const ALIASES: readonly string[] = [
  `/${M}/Events/10`,
  `${M}//Events/10`,
  `${M}/Events//10`,
  `${M}/Events/10//`,
  `///${M}/Events/10`,
  `${M}/./Events/10`,
  `${M}/Events/./10`,
  `${M}/Events/10/.`,
  `${M}/x/../Events/10`,
  `${M}/Events/10/x/..`,
  `${M}/%2e/Events/10`,
  `${M}/x/%2e%2e/Events/10`,
  `${M}/x/%2E%2E/Events/10`,
  `${M}/x/.%2e/Events/10`,
  `${M}/x/%252e%252e/Events/10`,
  `${M}/x/..;/Events/10`,
  `${M}/x/..%00/Events/10`,
  `${M}/x/..%2fEvents/10`,
  `${M}/x/..%5cEvents/10`,
  `${M}/x/..\\Events/10`,
  `${M}\\Events\\10`,
  `${M}/Events%2f10`,
  `${M}/Events%2F10`,
  `${M}/Events%252f10`,
  `${M}/Events%5c10`,
  `${M}/Events%5C10`,
  `${M}/Events\\10`,
  `${M}/Events/10%00`,
  `${M}/Events%00/10`,
  `${M}/Events/10%0a`,
  `${M}/Events/10%0d%0aX:y`,
  `${M}/Events/10%09`,
  `${M}/Events/10%7f`,
  `${M}/Events/10%1f`,
  `${M}/Events/%0110`,
  `${M}/Events;x=1/10`,
  `${M}/Events/10;`,
  `${M}/Events/10;a=b`,
  `${M}/Events/10%3b`,
  `${M}/Events/10%3Bx`,
  `${M}/Events/10#`,
  `${M}/Events/10#/../Accounts`,
  `${M}/Events/10%23`,
  `${M}/Events/10%3f`,
  `${M}/Events/10%3Fa=b`,
  `${M}/Events/10.`,
  `${M}/Events./10`,
  `${M}/Events/10%20`,
  `${M}/Events%20/10`,
  `${M}/Events/10%2e`,
  `${M}/%45vents/10`,
  `${M}/Event%73/10`,
  `${M}/Events/1%30`,
  `${M}/%65vents/10`,
  `${M}/Events/%31%30`,
  `/%65nterprise/connect/api/Events/10`,
  `${M}/Events/10\x80`,
  `${M}/\xc3\xa9vents/10`,
  `${M}/Events\xa0/10`,
  `${M}/Events/10\x00`,
  `${M}/Events/10\t`,
  `${M}/Events/10\x0b`,
  `${M}/%c0%ae%c0%ae/Events/10`,
  `${M}/%c0%afEvents/10`,
  `${M}/Events%c0%af10`,
  `${M}/Events/10%c0%80`,
  `${M}/Events%e0%80%af10`,
  `${M}/%u002e%u002e/Events/10`,
  `${M}/Events%u002f10`,
  `${M}/Events/10%`,
  `${M}/Events/10%2`,
  `${M}/Events/10%zz`,
  `${M}/Events/10%ff`,
  `${M}/Events%ef%bc%8f10`,
  `${M}/\uff25vents/10`,
  `${M}/Events/10%ed%a0%80`,
  `${M}/Events/%f4%90%80%80`,
  `${M}/Events/10<`,
  `${M}/Events/10"`,
  `${M}/Events/10^`,
  `${M}/Events/10\``,
  `${M}/Events/10{}`,
  `${M}/Event\u017f/10`,
  `${M}/Event%c5%bf/10`,
  `${M}/Even%e2%80%8bts/10`,
  `${M}/Events/10%c2%85`,
  `${M.slice(1)}/Events/10`,
  `.${M}/Events/10`,
  `?${M}/Events/10`,
  `http:${M}/Events/10`,
  `http://${M}/Events/10`,
  `http:///${M}/Events/10`,
]

/** Roads from what is allowed to what is not. */
const ESCAPES: readonly string[] = [
  `${M}/Events/../Accounts/10`,
  `${M}/Events/10/../../Accounts/10`,
  `${M}/Events/10/..%2f..%2fAccounts/10`,
  `${M}/Events/..%5c..%5cAccounts%5c10`,
  `${M}/Events/10;/../../Accounts/10`,
  `${M}/Events/%2e%2e%2fAccounts`,
  `${M}/Events/10%2f..%2f..%2fAccounts%2f10`,
  `${M}/Events/10?/../../Accounts/10`,
  `${M}/Events/10%3f/../Accounts`,
  `${M}/Events/10/7`,
  `${M}/Events/10/`,
  `${M}/Accounts/10`,
  `${M}/Events`,
  `${M}/Events/`,
  `${M}/`,
  '/',
  M,
  `${M}/Events/10%0d%0aGET%20/api/v1/Accounts/10`,
  `/api/v1/Accounts/10`,
  `/api/v1/Events/10`,
  `${M}/v2/Accounts`,
  `${M}/Events/10,11`,
  `${M}/Events/*`,
  `${M}/Events/$ref`,
  `${M}/odata/Events`,
  `${M}/odata/Accounts`,
  `${M}/odata/$batch`,
]

describe('A-04: another name for a path', () => {
  it.each(ALIASES)('%j is refused', async (target) => {
    const { answer, request } = await ask(`GET ${target} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n`)
    expect([400, 404], JSON.stringify(answer)).toContain(answer.status)
    expect(request).toBeUndefined()
  })

  it.each(ESCAPES)('%j leads nowhere else', async (target) => {
    const { answer } = await ask(`GET ${target} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n`)
    expect([200, 400, 403, 404, 405], JSON.stringify(answer)).toContain(answer.status)
  })

  it.each([`${M}/Events/10`, `${M}/events/10`, `${M}/EVENTS/10`, M.toUpperCase() + '/Events/10'])(
    '%j is the same, in the spelling of the catalog',
    async (target) => {
      const { request } = await ask(`GET ${target} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n`)
      expect(request?.target).toBe('/api/v1/Events/10')
    },
  )

  it.each([
    ['?', ''],
    ['?a=b', '?a=b'],
    ['?a=b&&c', '?a=b&c'],
    ["?$filter=a%20eq%20'b'", "?$filter=a%20eq%20'b'"],
    ['?a=x+y', '?a=x%20y'],
    ['?a=%2f%3F', '?a=/?'],
    ['?%61=%62', '?a=b'],
    ['?a=%26%3d%23', '?a=%26%3D%23'],
  ])('the query %j arrives in one form', async (query, canonical) => {
    const { request } = await ask(`GET ${M}/Events/10${query} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n`)
    expect(request?.target).toBe(`/api/v1/Events/10${canonical}`)
  })
})

const OVERRIDES = [
  'X-HTTP-Method-Override',
  'X-Method-Override',
  'X-HTTP-Method',
  '_method',
  'X-Original-Method',
  'X-Forwarded-Method',
]
const IDENTITY = [
  ...['For', 'Host', 'Proto', 'Port', 'Prefix', 'Server', 'User', 'Uri', 'Scheme', 'Ssl'].map(
    (each) => `X-Forwarded-${each}`,
  ),
  ...['URL', 'URI', 'Host', 'Path', 'Remote-Addr'].map((each) => `X-Original-${each}`),
  ...['User', 'Token', 'Request-User', 'Request-Email', 'Key'].map((each) => `X-Auth-${each}`),
  ...['Tenant', 'Credential', 'Token', 'Endpoint', 'Anything'].map((each) => `X-Stagedoor-${each}`),
  'Forwarded',
  'X-Real-IP',
  'X-Rewrite-URL',
  'X-Client-IP',
  'True-Client-IP',
  'X-Cluster-Client-IP',
  'X-Request-Id',
  'Via',
  'Cookie',
  'Ocp-Apim-Subscription-Key',
]
const SPELLINGS: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.toUpperCase(),
  (name) => name.replaceAll('-', '_').toLowerCase(),
  (name) => name.replaceAll('-', '.'),
  (name) => name.replace('-', '_'),
  (name) => name.replace('-', '--'),
  (name) => name.replace('-', '_-.'),
]

describe('A-04: another name for who calls, and for what', () => {
  it.each([...OVERRIDES, ...IDENTITY])("%s of a caller's does not arrive, in no spelling", async (name) => {
    for (const spell of SPELLINGS) {
      const { answer, request } = await ask(
        `GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n${spell(name)}: planted\r\n\r\n`,
      )
      expect([200, 400], spell(name)).toContain(answer.status)
      expect(request?.head ?? '', spell(name)).not.toContain('planted')
      expect(request?.method ?? 'GET').toBe('GET')
    }
  })

  it('who calls is always said, once', async () => {
    const { request } = await ask('GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n')
    for (const name of ['tenant', 'credential', 'token', 'endpoint'].map((each) => `x-stagedoor-${each}`)) {
      const [value, ...others] = valuesOf(request?.fields ?? [], name)
      expect([value === undefined || value === '', others], name).toEqual([false, []])
    }
    expect(valuesOf(request?.fields ?? [], 'x-forwarded-for')).toEqual(['127.0.0.1'])
  })

  it('HEAD is GET to the allow-list, and arrives as HEAD', async () => {
    const { request } = await ask('HEAD {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n', 'HEAD')
    expect(request?.method).toBe('HEAD')
  })

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is another matter', async (method) => {
    const { request } = await ask(`${method} {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n\r\n`, method)
    expect(request).toBeUndefined()
  })
})

type Token = readonly [what: string, lines: string, ...answers: readonly string[]]
const TOKENS: readonly Token[] = [
  ['as it should be', 'Authorization: Bearer {token}', '200'],
  ['without a space after the colon', 'Authorization:Bearer {token}', '200'],
  ['a tab after the colon', 'Authorization:\tBearer {token}', '200'],
  ['two spaces after the colon', 'Authorization:  Bearer {token}', '200'],
  ['blanks at the end', 'Authorization: Bearer {token} \t ', '200'],
  ['another case of the header', 'AUTHORIZATION: Bearer {token}', '200'],
  ['another case of the scheme', 'Authorization: bEARER {token}', '200'],
  ['two spaces before the token', 'Authorization: Bearer  {token}', '200', '401 token_malformed'],
  ['in the header of its own', 'ApiToken: {token}', '200'],
  ['a tab before the token', 'Authorization: Bearer\t{token}', '401 token_missing', '401 token_malformed'],
  ['no space before the token', 'Authorization: Bearer{token}', '401 token_missing', '401 token_malformed'],
  ['no scheme', 'Authorization: {token}', '401 token_missing', '401 token_malformed'],
  ['no token', 'Authorization: Bearer', '401 token_malformed', '401 token_missing'],
  ['nothing', 'Authorization:', '401 token_missing', '401 token_malformed'],
  [
    'twice the same',
    'Authorization: Bearer {token}\r\nAuthorization: Bearer {token}',
    '400 header_ambiguous',
  ],
  [
    'two headers, the good one first',
    'Authorization: Bearer {token}\r\nAuthorization: Basic YTpi',
    '400 header_ambiguous',
  ],
  [
    'two headers, the good one last',
    'Authorization: Basic YTpi\r\nauthorization: Bearer {token}',
    '400 header_ambiguous',
  ],
  ['in both headers', 'Authorization: Bearer {token}\r\napitoken: {token}', '400 token_presented_twice'],
  ['twice in its own', 'apitoken: {token}\r\nApiToken: {token}', '400 header_ambiguous'],
  ['a list', 'Authorization: Bearer {token}, Bearer {token}', '401 token_malformed'],
  [
    'a list of schemes',
    'Authorization: Basic YTpi, Bearer {token}',
    '401 token_missing',
    '401 token_malformed',
  ],
  ['a comma behind', 'Authorization: Bearer {token},', '401 token_malformed'],
  ['something behind', 'Authorization: Bearer {token} x', '401 token_malformed'],
  ['in quotes', 'Authorization: Bearer "{token}"', '401 token_malformed'],
  ['as a parameter', 'Authorization: Bearer token={token}', '401 token_malformed'],
  ['as Basic', 'Authorization: Basic {token}', '401 token_missing', '401 token_malformed'],
  [
    'octets outside of US-ASCII behind',
    'Authorization: Bearer {token}\xa0',
    '401 token_malformed',
    '400 request_malformed',
  ],
  ['a NUL behind', 'Authorization: Bearer {token}\0', '400 request_malformed'],
  ['a space before the colon', 'Authorization : Bearer {token}', '400 request_malformed'],
  ['a folded line', 'Authorization: Bearer\r\n {token}', '400 request_malformed'],
  [
    'that Connection names',
    'Connection: authorization\r\nAuthorization: Bearer {token}',
    '400 header_ambiguous',
  ],
  [
    'that Connection names in another case',
    'Connection: close, AUTHORIZATION\r\nAuthorization: Bearer {token}',
    '400 header_ambiguous',
  ],
  ['whose own header Connection names', 'Connection: ApiToken\r\napitoken: {token}', '400 header_ambiguous'],
  ['for a proxy', 'Proxy-Authorization: Bearer {token}', '401 token_missing'],
  ['in X-Authorization', 'X-Authorization: Bearer {token}', '401 token_missing'],
  ['in X-Forwarded-Authorization', 'X-Forwarded-Authorization: Bearer {token}', '401 token_missing'],
  ['in a cookie', 'Cookie: apitoken={token}; Authorization=Bearer {token}', '401 token_missing'],
  ['in api_token', 'api_token: {token}', '401 token_missing', '400 header_ambiguous'],
  ['in Api-Token', 'Api-Token: {token}', '401 token_missing', '400 header_ambiguous'],
]
const LOOK_ALIKES = [
  'Content_Length: 0',
  'Content.Length: 0',
  'Content--Length: 0',
  'CONTENT_LENGTH: 5',
  'Transfer_Encoding: chunked',
  'Transfer.Encoding: chunked',
  'Transfer--Encoding: chunked',
  'transfer_encoding: x',
  'Content_Type: a/b',
  'Content.Encoding: gzip',
  'Content-Type: a/b\r\nContent-Type: c/d',
  'Content-Encoding: gzip\r\nContent-Encoding: br',
]

describe('A-05: another form of a header', () => {
  it.each(TOKENS)('the token %s', async (_, lines, ...answers) => {
    const { answer } = await ask(`GET {get} HTTP/1.1\r\nHost: door\r\nX-Tag: {tag}\r\n${lines}\r\n\r\n`)
    expect(answers).toContain(statusAndCode(answer))
    expect(answer.body).not.toContain(scene.token)
  })

  it.each(LOOK_ALIKES)('%j is refused', async (lines) => {
    const { answer } = await ask(`GET {get} HTTP/1.1\r\nHost: door\r\n{auth}\r\n${lines}\r\n\r\n`)
    expect(statusAndCode(answer)).toBe('400 header_ambiguous')
  })
})
