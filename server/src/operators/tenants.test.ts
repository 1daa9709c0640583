import { describe, expect, it } from 'vitest'
import {
  type Bench,
  CONTEXT,
  EMAIL,
  fastHasher,
  OTHER_PASSWORD,
  OTHER_TENANT,
  openBench,
  TENANT,
} from './test/console.ts'

const LAST = { outcome: 'refused', code: 'last_customer_admin' }
const EVE = { email: 'eve@example.com', name: 'Eve', role: 'user', tenantId: TENANT, ...CONTEXT } as const

async function open(): Promise<Bench & { ada: string }> {
  const bench = await openBench({ hasher: fastHasher })
  return { ...bench, ada: await bench.first() }
}

/** Adds an operator who has accepted the invitation. */
async function join(
  { operators }: Bench,
  more: Partial<typeof EVE> | { role: 'customer_admin' } = {},
): Promise<string> {
  const added = await operators.addOperator({ ...EVE, ...more })
  if (added.outcome !== 'added') throw new Error('not added')
  const code = added.invitation?.code ?? ''
  await operators.acceptInvitation({
    code,
    name: 'Eve',
    password: OTHER_PASSWORD,
    tenantIds: [],
    requestId: 'r',
  })
  return added.operator.id
}

describe('adding an operator', () => {
  it('answers the operator and a code, and writes who did it', async () => {
    const { operators, db } = await open()
    const added = await operators.addOperator({ ...EVE, email: ' EVE@Example.COM ' })
    expect(added).toEqual({
      outcome: 'added',
      operator: {
        id: expect.stringMatching(/^opr_[0-9a-f]{24}$/),
        name: 'Eve',
        email: 'eve@example.com',
        role: 'user',
        addedAt: Date.now(),
        pending: true,
        invitationExpiresAt: Date.now() + 7 * 24 * 60 * 60 * 1000,
        twoFactorEnabled: false,
      },
      invitation: { code: expect.stringMatching(/^sd_inv_/), expiresAt: expect.any(Number) },
    })
    const event = await db.snapshot(undefined, (trx) =>
      trx
        .selectFrom('audit_events')
        .selectAll()
        .where('action', '=', 'operator_added')
        .executeTakeFirstOrThrow(),
    )
    expect(event).toMatchObject({ tenant_id: TENANT, actor: CONTEXT.actor, request_id: CONTEXT.requestId })
    expect(JSON.parse(event.detail)).toEqual({ role: 'user', invited: true })
  })

  it('takes whoever has the address already, under the name they have, and gives no code for them', async () => {
    const bench = await open()
    const { operators, browser } = bench
    const eve = await join(bench)
    expect(await operators.addOperator({ ...EVE, email: 'EVE@example.com' })).toEqual({
      outcome: 'refused',
      code: 'operator_exists',
    })
    const added = await operators.addOperator({
      ...EVE,
      tenantId: OTHER_TENANT,
      name: 'Somebody',
      role: 'customer_admin',
    })
    expect(added).toMatchObject({
      outcome: 'added',
      operator: { id: eve, name: 'Eve', role: 'customer_admin' },
    })
    expect(added).toHaveProperty('invitation', undefined)
    const session = browser()
    await session.signIn('eve@example.com', OTHER_PASSWORD)
    const { roles } = (await operators.findSession(session.headers())) ?? {}
    expect(Object.fromEntries(roles ?? [])).toEqual({ [TENANT]: 'user', [OTHER_TENANT]: 'customer_admin' })
  })

  it('gives no second tenant a code with which it could become the operator of the first', async () => {
    const { operators } = await open()
    const first = await operators.addOperator(EVE)
    const second = await operators.addOperator({ ...EVE, tenantId: OTHER_TENANT })
    if (first.outcome !== 'added' || second.outcome !== 'added') throw new Error('not added')
    const operatorId = first.operator.id
    expect(second.operator).toMatchObject({ id: operatorId, pending: true })
    expect(second.invitation).toBeUndefined()
    expect(await operators.renewInvitation({ ...CONTEXT, tenantId: OTHER_TENANT, operatorId })).toEqual({
      outcome: 'refused',
      code: 'invitation_not_open',
    })
    expect(await operators.checkInvitation(first.invitation?.code ?? '')).toBeDefined()
    await operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId })
    expect(await operators.renewInvitation({ ...CONTEXT, tenantId: OTHER_TENANT, operatorId })).toMatchObject(
      {
        outcome: 'renewed',
      },
    )
    expect(await operators.checkInvitation(first.invitation?.code ?? '')).toBeUndefined()
  })

  it.each([
    [{ email: 'eve' }, '/email'],
    [{ email: `${'e'.repeat(250)}@example.com` }, '/email'],
    [{ name: '' }, '/name'],
  ])('of %j is refused', async (fields, field) => {
    const { operators, db } = await open()
    const refused = await operators.addOperator({ ...EVE, ...fields })
    expect(refused).toMatchObject({ outcome: 'refused', code: 'validation_failed', errors: [{ field }] })
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operators').select('id').execute()),
    ).toHaveLength(1)
  })

  it('twenty times at once adds one', async () => {
    const { operators, db } = await open()
    const answers = await Promise.all(Array.from({ length: 20 }, () => operators.addOperator(EVE)))
    expect(answers.filter(({ outcome }) => outcome === 'added')).toHaveLength(1)
    expect(
      await db.snapshot(undefined, (trx) => trx.selectFrom('operators').select('id').execute()),
    ).toHaveLength(2)
  })
})

describe('the last customer admin of a tenant', () => {
  it('is neither demoted nor removed, until another one has accepted', async () => {
    const bench = await open()
    const { operators, ada } = bench
    const own = { ...CONTEXT, tenantId: TENANT, operatorId: ada }
    await operators.addOperator({ ...EVE, email: 'pending@example.com', role: 'customer_admin' })
    expect(await operators.setRole({ ...own, role: 'user' })).toEqual(LAST)
    expect(await operators.removeFromTenant(own)).toEqual(LAST)
    const eve = await join(bench, { role: 'customer_admin' })
    expect(await operators.setRole({ ...own, role: 'user' })).toMatchObject({
      outcome: 'set',
      operator: { role: 'user' },
    })
    expect(await operators.removeFromTenant({ ...own, operatorId: eve })).toEqual(LAST)
    expect(await operators.removeFromTenant(own)).toEqual({ outcome: 'removed' })
    expect(await operators.removeFromTenant({ ...own, tenantId: OTHER_TENANT })).toEqual(LAST)
  })

  it('is left when two remove each other at once', async () => {
    const bench = await open()
    const { operators, ada } = bench
    const eve = await join(bench, { role: 'customer_admin' })
    const answers = await Promise.all(
      [ada, eve].map((operatorId) =>
        operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId }),
      ),
    )
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual(['refused', 'removed'])
    expect(await operators.listOperators(TENANT)).toHaveLength(1)
  })

  it('may be one who has not accepted, where nobody has', async () => {
    const { operators } = await openBench({ hasher: fastHasher })
    const added = await operators.addOperator({ ...EVE, role: 'customer_admin' })
    const operatorId = added.outcome === 'added' ? added.operator.id : ''
    expect(await operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId })).toEqual(LAST)
    await operators.addOperator({ ...EVE, email: 'other@example.com', role: 'customer_admin' })
    expect(await operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId })).toEqual({
      outcome: 'removed',
    })
  })
})

describe('a role', () => {
  it('set to what it is changes nothing and is not written', async () => {
    const { operators, ada, db } = await open()
    const command = { ...CONTEXT, tenantId: TENANT, operatorId: ada, role: 'customer_admin' } as const
    expect(await operators.setRole(command)).toMatchObject({ outcome: 'set', operator: { email: EMAIL } })
    const events = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('audit_events').selectAll().where('action', '=', 'operator_role_set').execute(),
    )
    expect(events).toEqual([])
  })

  it('of somebody who is not in the tenant cannot be set or taken', async () => {
    const bench = await open()
    const eve = await join(bench)
    const command = { ...CONTEXT, tenantId: OTHER_TENANT, operatorId: eve }
    const refused = { outcome: 'refused', code: 'not_found' }
    expect(await bench.operators.setRole({ ...command, role: 'user' })).toEqual(refused)
    expect(await bench.operators.removeFromTenant(command)).toEqual(refused)
  })
})

describe('an operator in no tenant any more', () => {
  it('cannot accept the invitation any more', async () => {
    const { operators } = await open()
    const added = await operators.addOperator(EVE)
    if (added.outcome !== 'added') throw new Error('not added')
    const code = added.invitation?.code ?? ''
    expect(await operators.checkInvitation(code)).toBeDefined()
    await operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId: added.operator.id })
    expect(await operators.checkInvitation(code)).toBeUndefined()
  })

  it('keeps existing, is signed out and sees nothing; each step is written', async () => {
    const bench = await open()
    const { operators, browser, db } = bench
    const eve = await join(bench)
    const session = browser()
    await session.signIn('eve@example.com', OTHER_PASSWORD)
    await operators.setRole({ ...CONTEXT, tenantId: TENANT, operatorId: eve, role: 'customer_admin' })
    await operators.removeFromTenant({ ...CONTEXT, tenantId: TENANT, operatorId: eve })
    expect(await operators.findSession(session.headers())).toBeUndefined()
    await session.signIn('eve@example.com', OTHER_PASSWORD)
    expect((await operators.findSession(session.headers()))?.roles.size).toBe(0)
    const events = await db.snapshot(undefined, (trx) =>
      trx.selectFrom('audit_events').selectAll().where('subject_id', '=', eve).execute(),
    )
    expect(events.map(({ action }) => action)).toEqual([
      'operator_added',
      'invitation_accepted',
      'operator_role_set',
      'operator_removed',
    ])
    const again = await operators.addOperator(EVE)
    expect(again).toMatchObject({ outcome: 'added', operator: { id: eve, pending: false } })
    expect(again).toHaveProperty('invitation', undefined)
  })
})
