import { describe, expect, it } from 'vitest'
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from './session-life.ts'
import {
  CONTEXT,
  dumpOf,
  EMAIL,
  expectProblem,
  fastHasher,
  moveClock,
  OTHER_PASSWORD,
  openBench,
  PASSWORD,
  TENANT,
} from './test/console.ts'

const HOUR = 60 * 60 * 1000

describe('a session', () => {
  it('ends twelve hours after it was last used', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const ada = browser()
    await ada.signIn()
    for (let count = 0; count < 3; count += 1) {
      moveClock(SESSION_IDLE_MS - HOUR)
      expect(await operators.findSession(ada.headers())).toBeDefined()
    }
    moveClock(SESSION_IDLE_MS)
    expect(await operators.listSessions(operatorId)).toEqual([])
    expect(await operators.findSession(ada.headers())).toBeUndefined()
    expectProblem(await ada.post('/two-factor/enable', { password: PASSWORD }), 401, 'unauthenticated')
  })

  it('is as good as ended for Better Auth too, whatever it is asked first', async () => {
    for (const [path, body] of [
      ['/change-password', { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }],
      ['/two-factor/enable', { password: PASSWORD }],
      ['/two-factor/verify-totp', { code: '123456' }],
    ] as const) {
      const { first, browser, db } = await openBench({ hasher: fastHasher })
      await first()
      const ada = browser()
      await ada.signIn()
      moveClock(SESSION_IDLE_MS)
      const answer = await ada.post(path, body)
      expect(answer.status, path).toBe(401)
      expect(
        await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').selectAll().execute()),
      ).toEqual([])
    }
  })

  it('ends a week after the sign-in, however much it is used', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    for (let used = HOUR; used < SESSION_LIFE_MS; used += HOUR) {
      moveClock(HOUR)
      expect(await operators.findSession(ada.headers()), `after ${used / HOUR} hours`).toBeDefined()
    }
    moveClock(HOUR)
    expect(await operators.findSession(ada.headers())).toBeUndefined()
  })

  it('is gone from the storage once somebody signs in after its end', async () => {
    const { first, browser, db } = await openBench({ hasher: fastHasher })
    await first()
    await browser().signIn()
    moveClock(SESSION_IDLE_MS)
    await browser().signIn()
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').select('id').execute()),
    ).toHaveLength(1)
  })

  it('needs the cookie as it was signed', async () => {
    const { first, browser, operators, db } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    const value = decodeURIComponent(ada.cookies.get('stagedoor_session') ?? '')
    const [token = '', signature = ''] = value.split('.')
    const { token_digest: digest } = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('operator_sessions').select('token_digest').executeTakeFirstOrThrow(),
    )
    for (const forged of [
      `${token}.`,
      token,
      `${token}.${'A'.repeat(signature.length)}`,
      `${digest}.${signature}`,
    ]) {
      const cookie = `stagedoor_session=${encodeURIComponent(forged)}`
      expect(await operators.findSession(new Headers({ cookie })), forged).toBeUndefined()
    }
  })

  it('has the roles of this moment', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const other = { email: 'eve@example.com', name: 'Eve', role: 'customer_admin', tenantId: TENANT } as const
    const eve = await operators.addOperator({ ...CONTEXT, ...other })
    if (eve.outcome !== 'added' || !eve.invitation) throw new Error('not invited')
    const code = eve.invitation.code
    await operators.acceptInvitation({
      code,
      name: 'Eve',
      password: OTHER_PASSWORD,
      tenantIds: [],
      requestId: 'r',
    })
    const ada = browser()
    await ada.signIn()
    await operators.setRole({ ...CONTEXT, tenantId: TENANT, operatorId, role: 'user' })
    expect((await operators.findSession(ada.headers()))?.roles.get(TENANT)).toBe('user')
    await operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId })
    expect((await operators.findSession(ada.headers()))?.roles.has(TENANT)).toBe(false)
  })
})

describe('the list of sessions', () => {
  it('says when and from where, and never the token', async () => {
    const { first, browser, operators, db } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const ada = browser('192.0.2.1')
    const headers = { 'user-agent': `Browser ${'x'.repeat(1000)}` }
    await ada.ask('POST', '/api/auth/sign-in/email', { body: { email: EMAIL, password: PASSWORD }, headers })
    const signedInAt = Date.now()
    moveClock(HOUR)
    await operators.findSession(ada.headers())
    await browser('198.51.100.1').signIn()
    await ada.ask('GET', '/api/auth/nothing')
    const list = await operators.listSessions(operatorId)
    const session = await operators.findSession(ada.headers())
    expect(list).toHaveLength(2)
    expect(list.find(({ id }) => id === session?.sessionId)).toEqual({
      id: session?.sessionId,
      createdAt: signedInAt,
      lastUsedAt: signedInAt + HOUR,
      ipAddress: '192.0.2.1',
      userAgent: `Browser ${'x'.repeat(248)}`,
    })
    const { token_digest: digest } = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('operator_sessions').select('token_digest').executeTakeFirstOrThrow(),
    )
    expect(await dumpOf(db)).toContain(digest)
    expect(JSON.stringify(list)).not.toContain(digest)
  })

  it('can be ended one by one and all but one, by their operator alone', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const browsers = [browser(), browser(), browser(), browser()]
    for (const each of browsers) await each.signIn()
    const ids = await Promise.all(browsers.map(async (each) => await operators.findSession(each.headers())))
    const [one = '', two = '', three = ''] = ids.map((session) => session?.sessionId)
    expect(await operators.endSession({ operatorId: 'opr_somebodyelse', sessionId: two })).toBe(false)
    expect(await operators.endSession({ operatorId, sessionId: two })).toBe(true)
    expect(await operators.endSession({ operatorId, sessionId: two })).toBe(false)
    await operators.endOtherSessions({ operatorId: 'opr_somebodyelse', sessionId: one })
    expect(await operators.listSessions(operatorId)).toHaveLength(3)
    await operators.endOtherSessions({ operatorId, sessionId: three })
    const left = await Promise.all(browsers.map(async (each) => await operators.findSession(each.headers())))
    expect(left.map((session) => session?.sessionId)).toEqual([undefined, undefined, three, undefined])
  })
})

describe('changing the password', () => {
  const change = { currentPassword: PASSWORD, newPassword: OTHER_PASSWORD }

  it('ends every other session, and goes on with a new one', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    const operatorId = await first()
    const [ada, other] = [browser(), browser()]
    await ada.signIn()
    await other.signIn()
    const before = ada.headers()
    const answer = await ada.post('/change-password', { ...change, revokeOtherSessions: false })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.text).toBe('{}')
    expect(await operators.findSession(other.headers())).toBeUndefined()
    expect(await operators.findSession(before)).toBeUndefined()
    expect(await operators.findSession(ada.headers())).toMatchObject({ operatorId })
    expectProblem(await browser().signIn(), 401, 'sign_in_failed')
    expect((await browser().signIn(EMAIL, OTHER_PASSWORD)).status).toBe(200)
  })

  it.each([
    ['short', 'validation_failed'],
    ['x'.repeat(1025), 'validation_failed'],
    ['passwordpassword', 'password_too_common'],
    [`${EMAIL}2026`, 'password_too_common'],
  ])('to %.20j is refused, and changes nothing', async (newPassword, code) => {
    const { first, browser } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    const answer = await ada.post('/change-password', { ...change, newPassword })
    expectProblem(answer, 422, code)
    expect(answer.json.errors[0].field).toBe('/newPassword')
    expect((await ada.signIn()).status).toBe(200)
  })

  it('needs the current one, ten times in a quarter of an hour', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    for (let count = 0; count < 10; count += 1) {
      const answer = await ada.post('/change-password', {
        ...change,
        currentPassword: 'not the password at all',
      })
      expectProblem(answer, 403, 'password_wrong')
    }
    expectProblem(await ada.post('/change-password', change), 429, 'too_many_attempts')
    expectProblem(await ada.post('/two-factor/enable', { password: PASSWORD }), 429, 'too_many_attempts')
    moveClock(15 * 60 * 1000)
    expect((await ada.post('/change-password', change)).status).toBe(200)
    expect(await operators.findSession(ada.headers())).toBeDefined()
  })

  it('needs a session', async () => {
    const { first, browser, hashed } = await openBench({ hasher: fastHasher })
    await first()
    const before = hashed()
    expectProblem(await browser().post('/change-password', change), 401, 'unauthenticated')
    expect(hashed()).toBe(before)
  })
})
