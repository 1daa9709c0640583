import { describe, expect, it } from 'vitest'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import {
  type Bench,
  CONTEXT,
  dumpOf,
  EMAIL,
  fastHasher,
  moveClock,
  OTHER_PASSWORD,
  OTHER_TENANT,
  openBench,
  PASSWORD,
  TENANT,
} from './test/console.ts'

const DAY = 24 * 60 * 60 * 1000
const FIRST = {
  name: 'Ada Quay',
  email: EMAIL,
  password: PASSWORD,
  tenantIds: [TENANT, OTHER_TENANT],
  requestId: 'req_1',
}
const INVALID = { outcome: 'refused', code: 'invitation_invalid' }

async function invite({ operators }: Bench, email = 'eve@example.com', tenantId = TENANT): Promise<string> {
  const added = await operators.addOperator({ ...CONTEXT, tenantId, email, name: 'Eve', role: 'user' })
  if (added.outcome !== 'added' || !added.invitation) throw new Error(`not invited: ${JSON.stringify(added)}`)
  return added.invitation.code
}

describe('the first operator', () => {
  it('is made with the code, as customer admin of every tenant, and then there is no code any more', async () => {
    const { operators, db } = await openBench({ hasher: fastHasher })
    const code = (await operators.firstOperatorCode()) ?? ''
    expect(code).toMatch(/^sd_inv_[\w-]{43}$/)
    expect(await operators.checkInvitation(code)).toEqual({ purpose: 'first_operator' })
    const accepted = await operators.acceptInvitation({ ...FIRST, code, email: ' ADA@Example.com ' })
    expect(accepted).toEqual({
      outcome: 'accepted',
      operatorId: expect.stringMatching(/^opr_/),
      email: EMAIL,
    })
    expect(await operators.listOperators(OTHER_TENANT)).toMatchObject([
      { role: 'customer_admin', pending: false },
    ])
    expect(await operators.firstOperatorCode()).toBeUndefined()
    expect(await operators.checkInvitation(code)).toBeUndefined()
    const events = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('audit_events').selectAll().orderBy('tenant_id').execute(),
    )
    const operatorId = accepted.outcome === 'accepted' ? accepted.operatorId : ''
    const event = { action: 'invitation_accepted', actor: `operator ${operatorId}`, request_id: 'req_1' }
    expect(events).toMatchObject([
      { ...event, tenant_id: OTHER_TENANT, subject_id: operatorId },
      { ...event, tenant_id: TENANT, subject_id: operatorId },
    ])
    expect(JSON.stringify(events)).not.toContain('example.com')
  })

  it('has one code at a time, for a day', async () => {
    const { operators } = await openBench({ hasher: fastHasher })
    const before = (await operators.firstOperatorCode()) ?? ''
    const code = (await operators.firstOperatorCode()) ?? ''
    expect(await operators.acceptInvitation({ ...FIRST, code: before })).toEqual(INVALID)
    moveClock(DAY - 1)
    expect(await operators.checkInvitation(code)).toBeDefined()
    moveClock(1)
    expect(await operators.checkInvitation(code)).toBeUndefined()
    expect(await operators.acceptInvitation({ ...FIRST, code })).toEqual(INVALID)
  })

  it('is no longer the first once somebody else has been added', async () => {
    const bench = await openBench({ hasher: fastHasher })
    const code = (await bench.operators.firstOperatorCode()) ?? ''
    await invite(bench)
    expect(await bench.operators.checkInvitation(code)).toBeUndefined()
    expect(await bench.operators.acceptInvitation({ ...FIRST, code })).toEqual(INVALID)
  })

  it.each([
    [{ name: ' ' }, 'validation_failed', '/name'],
    [{ name: 'x'.repeat(101) }, 'validation_failed', '/name'],
    [{ name: 'Ada\u0000' }, 'validation_failed', '/name'],
    [{ email: undefined }, 'validation_failed', '/email'],
    [{ email: 'ada' }, 'validation_failed', '/email'],
    [{ email: 'ada@localhost' }, 'validation_failed', '/email'],
    [{ password: 'short' }, 'validation_failed', '/password'],
    [{ password: '\ud800'.repeat(15) }, 'validation_failed', '/password'],
    [{ password: 'aaaaaaaaaaaaaaaa' }, 'password_too_common', '/password'],
    [{ password: 'Ada Quay Ada Quay 1' }, 'password_too_common', '/password'],
  ])('is not made of %j, and the code stays good', async (fields, refusal, field) => {
    const { operators } = await openBench({ hasher: fastHasher })
    const code = (await operators.firstOperatorCode()) ?? ''
    const refused = await operators.acceptInvitation({ ...FIRST, ...fields, code })
    expect(refused).toMatchObject({ outcome: 'refused', code: refusal, errors: [{ field }] })
    expect(await operators.acceptInvitation({ ...FIRST, code })).toMatchObject({ outcome: 'accepted' })
  })
})

describe('an invitation', () => {
  it('gives an operator a name and a password, once', async () => {
    const bench = await openBench({ hasher: fastHasher })
    const { operators, browser, db } = bench
    await bench.first()
    const code = await invite(bench)
    expect(await operators.checkInvitation(code)).toEqual({
      purpose: 'invitation',
      email: 'eve@example.com',
      name: 'Eve',
    })
    const acceptance = {
      code,
      name: ' Eve Rigg ',
      password: OTHER_PASSWORD,
      tenantIds: [OTHER_TENANT],
      requestId: 'r',
    }
    // Neither an address nor tenants come with an acceptance: these were decided by who invited.
    const accepted = await operators.acceptInvitation({ ...acceptance, email: 'mallory@example.com' })
    expect(accepted).toMatchObject({ outcome: 'accepted', email: 'eve@example.com' })
    expect((await browser().signIn('eve@example.com', OTHER_PASSWORD)).status).toBe(200)
    expect(await operators.listOperators(TENANT)).toMatchObject([
      { name: 'Ada Quay' },
      { name: 'Eve Rigg', role: 'user', pending: false, invitationExpiresAt: undefined },
    ])
    expect(await operators.listOperators(OTHER_TENANT)).toHaveLength(1)
    expect(await operators.acceptInvitation(acceptance)).toEqual(INVALID)
    expect(await operators.checkInvitation(code)).toBeUndefined()
    expect(await dumpOf(db)).not.toContain(code)
  })

  it('is worth a week, and unknown, used and expired codes are refused alike, without hashing', async () => {
    const bench = await openBench({ hasher: fastHasher })
    const { operators, hashed } = bench
    await bench.first()
    const code = await invite(bench)
    const acceptance = { name: 'Eve', password: OTHER_PASSWORD, tenantIds: [], requestId: 'r' }
    moveClock(7 * DAY - 1)
    expect(await operators.checkInvitation(code)).toBeDefined()
    moveClock(1)
    const before = hashed()
    for (const other of [code, '', 'sd_inv_', `${code}x`, code.toLowerCase()])
      expect(await operators.acceptInvitation({ ...acceptance, code: other })).toEqual(INVALID)
    expect(hashed()).toBe(before)
  })

  it('accepted by twenty at once has one winner', async () => {
    const many = createPasswordHasher((count) => crypto.getRandomValues(new Uint8Array(count)))
    const bench = await openBench({ hasher: many })
    const { operators, browser, db } = bench
    await bench.first()
    const code = await invite(bench)
    const passwords = Array.from({ length: 20 }, (_, at) => `${OTHER_PASSWORD} number ${at}`)
    const answers = await Promise.all(
      passwords.map((password) =>
        operators.acceptInvitation({ code, name: 'Eve', password, tenantIds: [], requestId: 'r' }),
      ),
    )
    const winners = passwords.filter((_, at) => answers[at]?.outcome === 'accepted')
    expect(winners).toHaveLength(1)
    expect(answers.filter(({ outcome }) => outcome === 'refused')).toEqual(
      Array.from({ length: 19 }, () => INVALID),
    )
    expect((await browser().signIn('eve@example.com', winners[0])).status).toBe(200)
    const accepted = await db.snapshot(undefined, (trx) =>
      trx
        .selectFrom('audit_events')
        .selectAll()
        .where('action', '=', 'invitation_accepted')
        .where('subject_id', '!=', '')
        .where('tenant_id', '=', TENANT)
        .execute(),
    )
    expect(accepted).toHaveLength(2)
  })

  it('of the first operator accepted by twenty at once has one winner', async () => {
    const { operators, db } = await openBench({ hasher: fastHasher })
    const code = (await operators.firstOperatorCode()) ?? ''
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        operators.acceptInvitation({ ...FIRST, code, email: `ada${at}@example.com` }),
      ),
    )
    expect(answers.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1)
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operators').select('id').execute()),
    ).toHaveLength(1)
  })

  it('can be renewed until it is accepted, which voids the code before', async () => {
    const bench = await openBench({ hasher: fastHasher })
    const { operators } = bench
    const adaId = await bench.first()
    const before = await invite(bench)
    const eve = (await operators.listOperators(TENANT)).find(({ pending }) => pending)
    const operatorId = eve?.id ?? ''
    moveClock(8 * DAY)
    const renewed = await operators.renewInvitation({ ...CONTEXT, tenantId: TENANT, operatorId })
    if (renewed.outcome !== 'renewed') throw new Error('not renewed')
    expect(renewed.invitation.expiresAt).toBe(Date.now() + 7 * DAY)
    expect(await operators.checkInvitation(before)).toBeUndefined()
    const { code } = renewed.invitation
    await operators.acceptInvitation({
      code,
      name: 'Eve',
      password: OTHER_PASSWORD,
      tenantIds: [],
      requestId: 'r',
    })
    for (const accepted of [operatorId, adaId]) {
      expect(await operators.renewInvitation({ ...CONTEXT, tenantId: TENANT, operatorId: accepted })).toEqual(
        {
          outcome: 'refused',
          code: 'invitation_not_open',
        },
      )
    }
    const elsewhere = await operators.renewInvitation({ ...CONTEXT, tenantId: OTHER_TENANT, operatorId })
    expect(elsewhere).toEqual({ outcome: 'refused', code: 'not_found' })
  })

  it('is refused while too much is hashed, and stays good', async () => {
    let full = true
    const bench = await openBench({
      hasher: {
        ...fastHasher,
        hash: async (password) => (full ? undefined : await fastHasher.hash(password)),
      },
    })
    const code = (await bench.operators.firstOperatorCode()) ?? ''
    expect(await bench.operators.acceptInvitation({ ...FIRST, code })).toEqual({
      outcome: 'refused',
      code: 'overloaded',
    })
    full = false
    expect(await bench.operators.acceptInvitation({ ...FIRST, code })).toMatchObject({ outcome: 'accepted' })
  })
})
