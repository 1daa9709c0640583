import { describe, expect, it } from 'vitest'
import {
  type Browser,
  EMAIL,
  expectProblem,
  fastHasher,
  openBench,
  PASSWORD,
  turnTwoFactorOn,
} from './test/console.ts'

describe('a cookie', () => {
  it.each([
    ['https://stagedoor.example', '__Host-stagedoor_session', true],
    ['http://127.0.0.1:4000', 'stagedoor_session', false],
  ])('of %s is %s', async (origin, name, secure) => {
    const { first, browser } = await openBench({ hasher: fastHasher, origins: [origin] })
    await first()
    const ada = browser()
    const line = (await ada.signIn()).headers.getSetCookie().find((each) => each.startsWith(`${name}=`)) ?? ''
    const attributes = line.split('; ').slice(1).toSorted()
    expect(attributes).toEqual(
      ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax', ...(secure ? ['Secure'] : [])].toSorted(),
    )
    const all = [...(await turnOn(ada)), ...(await ada.post('/sign-out')).headers.getSetCookie()]
    for (const other of all) {
      expect(other).toMatch(/; HttpOnly/)
      expect(other).toMatch(/; SameSite=Lax/)
      expect(other).not.toMatch(/domain/i)
      expect(other.startsWith('__Host-') && other.includes('; Secure')).toBe(secure)
    }
  })
})

describe('a request from elsewhere', () => {
  it.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['an origin that cannot be told', { origin: 'null' }],
    ['no origin', { origin: '' }],
    ['no origin and another site', { origin: '', 'sec-fetch-site': 'cross-site' }],
    ['no origin and another host of the site', { origin: '', 'sec-fetch-site': 'same-site' }],
    ['no header of the console', { 'x-stagedoor-console': '' }],
    ['the header with another value', { 'x-stagedoor-console': 'true' }],
  ])('with %s is refused before the password is looked at', async (_, headers) => {
    const { first, browser, hashed } = await openBench({ hasher: fastHasher })
    await first()
    const before = hashed()
    const body = { email: EMAIL, password: PASSWORD }
    expectProblem(
      await browser().ask('POST', '/api/auth/sign-in/email', { body, headers }),
      403,
      'cross_origin',
    )
    expect(hashed()).toBe(before)
  })

  it.each([
    ['the other origin', { origin: 'http://localhost:4000' }],
    ['no origin, from the same one', { origin: '', 'sec-fetch-site': 'same-origin' }],
  ])('with %s is none', async (_, headers) => {
    const { first, browser } = await openBench({ hasher: fastHasher })
    await first()
    const body = { email: EMAIL, password: PASSWORD }
    const answer = await browser().ask('POST', '/api/auth/sign-in/email', { body, headers })
    expect(answer.status, answer.text).toBe(200)
  })
})

describe('what Better Auth could do besides', () => {
  it.each([
    ['POST', '/sign-up/email'],
    ['POST', '/update-user'],
    ['GET', '/list-sessions'],
    ['POST', '/delete-user'],
    ['GET', '/delete-user/callback'],
    ['GET', '/get-session'],
    ['POST', '/revoke-session'],
    ['POST', '/revoke-sessions'],
    ['POST', '/change-email'],
    ['POST', '/set-password'],
    ['POST', '/request-password-reset'],
    ['POST', '/reset-password'],
    ['POST', '/verify-password'],
    ['GET', '/verify-email'],
    ['POST', '/send-verification-email'],
    ['POST', '/link-social'],
    ['POST', '/unlink-account'],
    ['GET', '/list-accounts'],
    ['POST', '/get-access-token'],
    ['POST', '/refresh-token'],
    ['GET', '/account-info'],
    ['POST', '/update-session'],
    ['POST', '/two-factor/send-otp'],
    ['POST', '/two-factor/verify-otp'],
    ['GET', '/ok'],
    ['GET', '/error'],
    ['POST', '/sign-in/social'],
    ['GET', '/callback/sso'],
    ['GET', '/callback/google'],
    ['POST', '/sign-in/email/'],
    ['POST', '//sign-in/email'],
    ['POST', '/sign-in%2Femail'],
    ['POST', '/SIGN-IN/email'],
    ['POST', '/sign-out/../sign-up/email'],
    ['GET', ''],
  ])('%s %s is not there', async (method, path) => {
    const { first, browser } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    const init =
      method === 'POST' ? { body: { email: 'eve@example.com', password: PASSWORD, name: 'Eve' } } : {}
    const answer = await ada.ask(method, `/api/auth${path}`, init)
    expectProblem(answer, 404, 'not_found')
    expect(answer.headers.getSetCookie()).toEqual([])
  })

  it('answers another method with the one there is', async () => {
    const { browser } = await openBench()
    const answer = await browser().ask('GET', '/api/auth/sign-in/email')
    expectProblem(answer, 405, 'method_not_allowed')
    expect(answer.headers.get('allow')).toBe('POST')
  })

  it('gets only the fields that the console sends', async () => {
    const { first, browser } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    const more = { rememberMe: false, callbackURL: 'https://evil.example' }
    const answer = await ada.post('/sign-in/email', { email: EMAIL, password: PASSWORD, ...more })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('location')).toBeNull()
    expect(answer.json).toEqual({ redirect: false })
    expect([...ada.cookies.keys()]).toEqual(['stagedoor_session'])
  })
})

describe('a body', () => {
  it.each([
    [{ raw: '{' }, 400, 'json_malformed'],
    [{ raw: '' }, 400, 'json_malformed'],
    [{ raw: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported_media_type'],
    [{ raw: '{"email":1}' }, 422, 'validation_failed'],
    [{ raw: '[]' }, 422, 'validation_failed'],
    [{ raw: JSON.stringify({ email: 'x'.repeat(20_000) }) }, 413, 'body_too_large'],
  ])('%j is refused', async (init, status, code) => {
    const { browser } = await openBench()
    const answer = await browser().ask('POST', '/api/auth/sign-in/email', init)
    expectProblem(answer, status, code)
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

async function turnOn(ada: Browser): Promise<string[]> {
  await turnTwoFactorOn(ada)
  await ada.post('/sign-out')
  return (await ada.signIn()).headers.getSetCookie()
}
