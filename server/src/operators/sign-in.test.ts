import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import { EMAIL, expectProblem, fastHasher, openBench, PASSWORD } from './test/console.ts'

describe('signing in', () => {
  it('takes the right password, and knows the operator with the roles from then on', async () => {
    const { first, browser, operators } = await openBench()
    const operatorId = await first()
    const ada = browser()
    const answer = await ada.signIn()
    expect(answer.status, answer.text).toBe(200)
    expect(await operators.findSession(ada.headers())).toEqual({
      sessionId: expect.stringMatching(/^ses_[0-9a-f]{24}$/),
      operatorId,
      name: 'Ada Quay',
      email: EMAIL,
      twoFactorEnabled: false,
      hasPassword: true,
      roles: new Map([
        ['tnt_arena', 'customer_admin'],
        ['tnt_harbour', 'customer_admin'],
      ]),
    })
    expect(await operators.findSession(new Headers())).toBeUndefined()
    expect(await operators.findSession(new Headers({ cookie: 'stagedoor_session=abc.def' }))).toBeUndefined()
  })

  it('answers a wrong password and an unknown address alike, at the same cost', async () => {
    const { first, browser, hashed } = await openBench()
    await first()
    const before = hashed()
    const wrong = await browser().signIn(EMAIL, 'not the password at all')
    const between = hashed()
    const unknown = await browser().signIn('nobody@example.com', PASSWORD)
    expect(between - before).toBe(1)
    expect(hashed() - between).toBe(1)
    expectProblem(wrong, 401, 'sign_in_failed')
    expectProblem(unknown, 401, 'sign_in_failed')
    expect({ ...wrong.json, requestId: '' }).toEqual({ ...unknown.json, requestId: '' })
    expect(headersOf(wrong)).toEqual(headersOf(unknown))
    // Nothing that cannot be an address or a password is answered otherwise.
    expectProblem(await browser().signIn('ada', PASSWORD), 401, 'sign_in_failed')
    expectProblem(await browser().signIn(EMAIL, 'x'.repeat(1025)), 401, 'sign_in_failed')
  })

  it('has one operator for every spelling of an address', async () => {
    const { first, browser } = await openBench()
    await first()
    for (const spelling of ['ADA@Example.com', '  ada@example.com ', 'ａｄａ@example.com'])
      expect((await browser().signIn(spelling)).status, spelling).toBe(200)
  })

  it('makes a new session each time, and ends the one that the browser had', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const ada = browser()
    await ada.signIn()
    const before = ada.headers()
    await ada.signIn()
    expect(ada.headers().get('cookie')).not.toBe(before.get('cookie'))
    expect(await operators.findSession(before)).toBeUndefined()
    expect(await operators.listSessions(operatorId)).toHaveLength(1)
  })

  it('says so where too much is hashed already', async () => {
    const real = createPasswordHasher((count) => crypto.getRandomValues(new Uint8Array(count)))
    let full = false
    const { first, browser } = await openBench({
      hasher: {
        hash: async (password) => (full ? undefined : await real.hash(password)),
        verify: async (phc, password) => (full ? undefined : await real.verify(phc, password)),
      },
    })
    await first()
    full = true
    // Nobody has looked at these passwords, so they count for nothing either.
    for (const email of [...Array.from({ length: 10 }, () => EMAIL), 'nobody@example.com']) {
      const answer = await browser().signIn(email)
      expectProblem(answer, 503, 'overloaded')
      expect(answer.headers.get('retry-after')).toBe('1')
    }
    full = false
    expect((await browser().signIn()).status).toBe(200)
  })
})

describe('signing out', () => {
  it('ends the session on the server, whoever still has the cookie', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    const kept = ada.headers()
    const answer = await ada.post('/sign-out')
    expect(answer.json).toEqual({ success: true })
    expect(ada.cookies.size).toBe(0)
    expect(await operators.findSession(kept)).toBeUndefined()
    expect((await ada.post('/sign-out')).status).toBe(200)
  })
})

describe('what breaks', () => {
  it('is answered with a request id that the log has, and with nothing else', async () => {
    const broken = new Error('the inside of the server')
    const { first, browser, log } = await openBench({
      hasher: { ...fastHasher, verify: async () => await Promise.reject(broken) },
    })
    await first()
    const answer = await browser().signIn()
    expectProblem(answer, 500, 'internal_error')
    expect(answer.text).not.toContain('inside')
    expect(answer.headers.get('x-request-id')).toBe(answer.json.requestId)
    const line = log.find((each) => each.includes(answer.json.requestId)) ?? ''
    expect(line).toContain('the inside of the server')
  })
})

function headersOf(answer: { headers: Headers }): object {
  return Object.fromEntries([...answer.headers].filter(([name]) => name !== 'x-request-id'))
}
