import { describe, expect, it } from 'vitest'
import {
  type Bench,
  type Browser,
  EMAIL,
  expectProblem,
  fastHasher,
  moveClock,
  openBench,
  PASSWORD,
  totp,
  turnTwoFactorOn,
} from './test/console.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND

type WithTwoFactor = Bench & { ada: Browser; operatorId: string; uri: string; backupCodes: string[] }

async function open(): Promise<WithTwoFactor> {
  const bench = await openBench({ hasher: fastHasher })
  const operatorId = await bench.first()
  const ada = bench.browser()
  await ada.signIn()
  return { ...bench, ada, operatorId, ...(await turnTwoFactorOn(ada)) }
}

function wrongCode(uri: string): string {
  const near = [-60, -30, 0, 30, 60].map((seconds) => totp(uri, Date.now() + seconds * SECOND))
  return (
    Array.from({ length: 6 }, (_, digit) => String(digit).repeat(6)).find((code) => !near.includes(code)) ??
    ''
  )
}

describe('turning the second factor on', () => {
  it('takes the password and the first code, and ends the other sessions', async () => {
    const { first, browser, operators } = await openBench({ hasher: fastHasher })
    await first()
    const [ada, other] = [browser(), browser()]
    await ada.signIn()
    await other.signIn()
    expectProblem(await ada.post('/two-factor/enable', { password: 'not it' }), 403, 'password_wrong')
    const { totpURI: uri, backupCodes } = (await ada.post('/two-factor/enable', { password: PASSWORD })).json
    expect(uri).toContain('otpauth://totp/Stagedoor:ada%40example.com?')
    expect(backupCodes).toHaveLength(10)
    expect((await operators.findSession(ada.headers()))?.twoFactorEnabled).toBe(false)
    expectProblem(
      await ada.post('/two-factor/verify-totp', { code: wrongCode(uri) }),
      403,
      'two_factor_code_wrong',
    )
    expect(await operators.findSession(other.headers())).toBeDefined()
    const before = ada.headers()
    const answer = await ada.post('/two-factor/verify-totp', { code: totp(uri) })
    expect(answer.text).toBe('{}')
    expect((await operators.findSession(ada.headers()))?.twoFactorEnabled).toBe(true)
    expect(await operators.findSession(other.headers())).toBeUndefined()
    expect(await operators.findSession(before)).toBeUndefined()
    expectProblem(await ada.post('/two-factor/enable', { password: PASSWORD }), 409, 'two_factor_on')
  })

  it('needs a session', async () => {
    const { first, browser, hashed } = await openBench({ hasher: fastHasher })
    await first()
    const before = hashed()
    for (const path of ['enable', 'disable', 'generate-backup-codes', 'get-totp-uri'])
      expectProblem(
        await browser().post(`/two-factor/${path}`, { password: PASSWORD }),
        401,
        'unauthenticated',
      )
    for (const path of ['verify-totp', 'verify-backup-code'])
      expectProblem(
        await browser().post(`/two-factor/${path}`, { code: '123456' }),
        401,
        'two_factor_expired',
      )
    expect(hashed()).toBe(before)
  })
})

describe('signing in with the second factor', () => {
  it('takes a code after the password, and no session is there before', async () => {
    const { browser, operators, uri, operatorId } = await open()
    const eve = browser()
    const answer = await eve.signIn()
    expect(answer.json).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
    expect([...eve.cookies.keys()]).toEqual(['stagedoor_two_factor'])
    expect(await operators.findSession(eve.headers())).toBeUndefined()
    expect(await operators.listSessions(operatorId)).toHaveLength(1)
    const verified = await eve.post('/two-factor/verify-totp', {
      code: ` ${totp(uri).slice(0, 3)} ${totp(uri).slice(3)}`,
    })
    expect(verified.status, verified.text).toBe(200)
    expect([...eve.cookies.keys()]).toEqual(['stagedoor_session'])
    expect(await operators.findSession(eve.headers())).toMatchObject({ operatorId, twoFactorEnabled: true })
  })

  it('takes a code once, even within its half minute, and even from two browsers at once', async () => {
    const { browser, uri } = await open()
    const [one, other] = [browser(), browser('198.51.100.1')]
    await one.signIn()
    await other.signIn()
    const code = totp(uri)
    const answers = await Promise.all(
      [one, other].map((each) => each.post('/two-factor/verify-totp', { code })),
    )
    expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['200', '403'])
    expectProblem(await other.post('/two-factor/verify-totp', { code }), 403, 'two_factor_code_wrong')
    moveClock(30 * SECOND)
    expect((await other.post('/two-factor/verify-totp', { code: totp(uri) })).status).toBe(200)
  })

  it('takes a backup code once', async () => {
    const { browser, backupCodes, operators } = await open()
    const [code = ''] = backupCodes
    const one = browser()
    await one.signIn()
    expect((await one.post('/two-factor/verify-backup-code', { code })).status).toBe(200)
    expect(await operators.findSession(one.headers())).toBeDefined()
    const other = browser()
    await other.signIn()
    expectProblem(await other.post('/two-factor/verify-backup-code', { code }), 403, 'two_factor_code_wrong')
    expect((await other.post('/two-factor/verify-backup-code', { code: backupCodes[1] })).status).toBe(200)
  })

  it('does not remember the browser', async () => {
    const { browser, uri } = await open()
    const eve = browser()
    await eve.signIn()
    await eve.post('/two-factor/verify-totp', { code: totp(uri), trustDevice: true })
    expect([...eve.cookies.keys()]).toEqual(['stagedoor_session'])
    await eve.post('/sign-out')
    expect((await eve.signIn()).json).toMatchObject({ twoFactorRedirect: true })
  })

  it('waits ten minutes for the code, and after five wrong ones for the password again', async () => {
    const { browser, operators, operatorId, uri } = await open()
    const eve = browser()
    await eve.signIn()
    moveClock(10 * MINUTE + 1)
    expectProblem(await eve.post('/two-factor/verify-totp', { code: totp(uri) }), 401, 'two_factor_expired')
    moveClock(MINUTE)
    await eve.signIn()
    const kept = new Map(eve.cookies)
    for (let count = 0; count < 5; count += 1) {
      expectProblem(
        await eve.post('/two-factor/verify-totp', { code: wrongCode(uri) }),
        403,
        'two_factor_code_wrong',
      )
      moveClock(90 * SECOND)
    }
    expectProblem(await eve.post('/two-factor/verify-totp', { code: totp(uri) }), 401, 'two_factor_expired')
    for (const [name, value] of kept) eve.cookies.set(name, value)
    moveClock(30 * SECOND)
    expectProblem(await eve.post('/two-factor/verify-totp', { code: totp(uri) }), 401, 'two_factor_expired')
    expect(await operators.listSessions(operatorId)).toHaveLength(1)
  })

  it('looks at ten wrong codes in a quarter of an hour, from wherever, and throws the sign-in away', async () => {
    const { browser, db, uri, backupCodes } = await open()
    for (let network = 0; network < 3; network += 1) {
      const mallory = browser(`203.0.113.${network}`)
      await mallory.signIn()
      for (let count = 0; count < (network === 2 ? 2 : 4); count += 1)
        expectProblem(
          await mallory.post('/two-factor/verify-backup-code', { code: `guess-${count}` }),
          403,
          'two_factor_code_wrong',
        )
    }
    const eve = browser()
    await eve.signIn()
    const refused = await eve.post('/two-factor/verify-totp', { code: totp(uri) })
    expectProblem(refused, 429, 'too_many_attempts')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(14 * 60)
    expectProblem(
      await eve.post('/two-factor/verify-backup-code', { code: backupCodes[0] }),
      401,
      'two_factor_expired',
    )
    moveClock(15 * MINUTE)
    await eve.signIn()
    expect((await eve.post('/two-factor/verify-totp', { code: totp(uri) })).status).toBe(200)
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operator_sessions').select('id').execute()),
    ).toHaveLength(2)
  })

  it('is no other sign-in than the one that waits', async () => {
    const { browser, operators, operatorId, uri } = await open()
    const eve = browser()
    await eve.signIn()
    const value = eve.cookies.get('stagedoor_two_factor') ?? ''
    eve.cookies.set('stagedoor_two_factor', `${value.slice(0, value.lastIndexOf('.'))}.AAAA`)
    expectProblem(await eve.post('/two-factor/verify-totp', { code: totp(uri) }), 401, 'two_factor_expired')
    eve.cookies.set('stagedoor_two_factor', 'nothing')
    expectProblem(await eve.post('/two-factor/verify-totp', { code: '123456' }), 401, 'two_factor_expired')
    expect(await operators.listSessions(operatorId)).toHaveLength(1)
  })
})

describe('with the second factor on', () => {
  it('the codes can be made anew and the address be shown again, for the password', async () => {
    const { ada, browser, backupCodes, uri } = await open()
    expectProblem(
      await ada.post('/two-factor/generate-backup-codes', { password: 'x' }),
      403,
      'password_wrong',
    )
    expectProblem(await ada.post('/two-factor/get-totp-uri', { password: 'x' }), 403, 'password_wrong')
    const fresh = await ada.post('/two-factor/generate-backup-codes', { password: PASSWORD })
    expect(fresh.json.backupCodes).toHaveLength(10)
    expect((await ada.post('/two-factor/get-totp-uri', { password: PASSWORD })).json).toEqual({
      totpURI: uri,
    })
    const eve = browser()
    await eve.signIn()
    expectProblem(
      await eve.post('/two-factor/verify-backup-code', { code: backupCodes[0] }),
      403,
      'two_factor_code_wrong',
    )
    expect(
      (await eve.post('/two-factor/verify-backup-code', { code: fresh.json.backupCodes[0] })).status,
    ).toBe(200)
  })

  it('can be turned off for the password, which ends the other sessions', async () => {
    const { ada, browser, operators, uri } = await open()
    const other = browser()
    await other.signIn()
    await other.post('/two-factor/verify-totp', { code: totp(uri) })
    expectProblem(await ada.post('/two-factor/disable', { password: 'x' }), 403, 'password_wrong')
    expect((await ada.post('/two-factor/disable', { password: PASSWORD })).json).toEqual({ status: true })
    expect(await operators.findSession(ada.headers())).toMatchObject({ twoFactorEnabled: false })
    expect(await operators.findSession(other.headers())).toBeUndefined()
    expect((await browser().signIn(EMAIL)).json).toEqual({ redirect: false })
    expectProblem(await ada.post('/two-factor/get-totp-uri', { password: PASSWORD }), 409, 'two_factor_off')
  })
})
