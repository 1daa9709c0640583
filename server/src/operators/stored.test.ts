import { describe, expect, it } from 'vitest'
import { dumpOf, EMAIL, fastHasher, openBench, PASSWORD, SECRET, turnTwoFactorOn } from './test/console.ts'

describe('what is stored and logged', () => {
  it('holds no password, no token and no code, and the log no address either', async () => {
    const { first, browser, db, log, operators } = await openBench()
    const code = (await operators.firstOperatorCode()) ?? ''
    await first()
    const ada = browser()
    await ada.signIn()
    const { uri, backupCodes } = await turnTwoFactorOn(ada)
    await ada.post('/sign-out')
    await ada.signIn()
    await browser().signIn(EMAIL, 'not the password at all')
    await browser().signIn('nobody@example.com', PASSWORD)
    const eve = { tenantId: 'tnt_harbour', email: 'Eve@Example.com', name: 'Eve', role: 'user' } as const
    const added = await operators.addOperator({ ...eve, actor: 'test', requestId: 'req_1' })
    if (added.outcome !== 'added' || !added.invitation) throw new Error('not invited')
    const tokens = [...ada.cookies.values()].map((value) => decodeURIComponent(value).split('.')[0] ?? '')
    const secrets = [PASSWORD, code, added.invitation.code, SECRET, ...tokens, ...backupCodes]
    secrets.push(new URL(uri).searchParams.get('secret') ?? '')
    const stored = await dumpOf(db)
    expect(stored).toContain('eve@example.com')
    for (const secret of secrets) {
      expect(secret.length).toBeGreaterThan(8)
      expect(stored).not.toContain(secret)
      expect(log.join('')).not.toContain(secret)
    }
    expect(log.join('')).not.toMatch(/@example/i)
    expect(log.join('')).toContain('an operator signed in')
  })

  it('are integers for instants and for yes and no', async () => {
    const { first, browser, db } = await openBench({ hasher: fastHasher })
    await first()
    const ada = browser()
    await ada.signIn()
    await turnTwoFactorOn(ada)
    await ada.post('/sign-out')
    await ada.signIn()
    const numbers = [
      'created_at',
      'updated_at',
      'last_used_at',
      'expires_at',
      'signed_in_at',
      'added_at',
      'verified',
    ]
    const rows = (JSON.parse(await dumpOf(db)) as Record<string, unknown>[][]).flat()
    for (const [name, value] of rows.flatMap((row) => Object.entries(row)))
      if (numbers.includes(name) || /_verified$|_enabled$/.test(name))
        expect(value, name).toBeTypeOf('number')
    expect(
      await db.snapshot(undefined, (trx) =>
        trx.selectFrom('operators').select('two_factor_enabled').execute(),
      ),
    ).toEqual([{ two_factor_enabled: 1 }])
  })
})
