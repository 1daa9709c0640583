import { pino } from 'pino'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { openPostgres } from '#storage/postgres.ts'
import { closeSharedPostgres, POSTGRES_OPTIONS, sharedPostgres } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../../../test/support/postgres.ts'
import { createOperators, type Operators } from './operators.ts'
import { CONTEXT, fastHasher, ORIGIN, OTHER_PASSWORD, OTHER_TENANT, SECRET, TENANT } from './test/console.ts'

// What an operator is belongs to no tenant, so a tenant's lock does not decide here. Each round is drawn by the database.

const ROUNDS = 15

sayWhetherPostgres('operators who are changed by two control planes at once')
afterAll(closeSharedPostgres)

describe.skipIf(POSTGRES_BIN === undefined)('two control planes over one PostgreSQL', () => {
  let storages: readonly Storage[]
  let planes: readonly [Operators, Operators]
  beforeEach(async () => {
    const { url } = await (await sharedPostgres()).freshDatabase()
    const open = (): Promise<Storage> => openPostgres({ ...POSTGRES_OPTIONS, url })
    storages = await Promise.all([open(), open()])
    const [one, other] = storages.map(({ db }) =>
      createOperators({
        db,
        now: Date.now,
        randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
        log: pino({ level: 'silent' }),
        hasher: fastHasher,
        secret: SECRET,
        origins: [ORIGIN],
      }),
    )
    if (!one || !other) throw new Error('two were opened')
    planes = [one, other]
  })
  afterEach(async () => void (await Promise.all(storages.map((each) => each.close()))))

  const ACCEPTING = { name: 'Ada', password: OTHER_PASSWORD, requestId: 'r' } as const
  const first = { ...ACCEPTING, tenantIds: [TENANT, OTHER_TENANT] }
  let added = 0

  async function admin(tenantId: string): Promise<string> {
    added += 1
    const email = `admin${added}@example.com`
    const result = await planes[0].addOperator({
      ...CONTEXT,
      tenantId,
      email,
      name: 'A',
      role: 'customer_admin',
    })
    if (result.outcome !== 'added') throw new Error('not added')
    const code = result.invitation?.code ?? ''
    const accepted = await planes[0].acceptInvitation({ ...ACCEPTING, code, tenantIds: [] })
    expect(accepted.outcome).toBe('accepted')
    return result.operator.id
  }

  it('make one first operator, whichever of their codes are tried', async () => {
    const codes = await Promise.all(planes.map((plane) => plane.firstOperatorCode()))
    const results = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        planes[at % 2 === 0 ? 0 : 1].acceptInvitation({
          ...first,
          code: codes[at % 3 === 0 ? 0 : 1] ?? '',
          email: `ada${at}@example.com`,
        }),
      ),
    )
    expect(results.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1)
    expect(await planes[1].firstOperatorCode()).toBeUndefined()
  })

  it('never leave a tenant without a customer admin, where two take each other away', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const tenantId = `tnt_${round}`
      const [one, other] = [await admin(tenantId), await admin(tenantId)]
      const results = await Promise.all([
        planes[0].removeFromTenant({ ...CONTEXT, tenantId, operatorId: other }),
        planes[1].setRole({ ...CONTEXT, tenantId, operatorId: one, role: 'user' }),
      ])
      expect(results.filter(({ outcome }) => outcome === 'refused')).toHaveLength(1)
      const left = (await planes[0].listOperators(tenantId)).filter(({ role }) => role === 'customer_admin')
      expect(left).toHaveLength(1)
    }
  })

  it('make one operator of one address, with a code for one tenant alone', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = { ...CONTEXT, email: `eve${round}@example.com`, name: 'Eve', role: 'user' } as const
      const results = await Promise.all([
        planes[0].addOperator({ ...asked, tenantId: TENANT }),
        planes[1].addOperator({ ...asked, tenantId: OTHER_TENANT }),
      ])
      const made = results.flatMap((result) => (result.outcome === 'added' ? [result] : []))
      expect(new Set(made.map(({ operator }) => operator.id)).size).toBe(1)
      expect(made).toHaveLength(2)
      expect(made.filter(({ invitation }) => invitation !== undefined)).toHaveLength(1)
    }
  })

  it('give the code of somebody who was in no tenant any more to one tenant alone', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const asked = { ...CONTEXT, email: `noa${round}@example.com`, name: 'Noa', role: 'user' } as const
      const before = await planes[0].addOperator({ ...asked, tenantId: 'tnt_before' })
      if (before.outcome !== 'added') throw new Error('not added')
      const operatorId = before.operator.id
      await planes[0].removeFromTenant({ ...CONTEXT, tenantId: 'tnt_before', operatorId })
      const results = await Promise.all([
        planes[0].addOperator({ ...asked, tenantId: TENANT }),
        planes[1].addOperator({ ...asked, tenantId: OTHER_TENANT }),
      ])
      const codes = results.flatMap((result) => (result.outcome === 'added' ? [result.invitation] : []))
      expect(codes.filter((code) => code !== undefined)).toHaveLength(1)
      expect(codes).toHaveLength(2)
    }
  })

  it('do not renew a code and accept the one before at once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const email = `mia${round}@example.com`
      const result = await planes[0].addOperator({
        ...CONTEXT,
        tenantId: TENANT,
        email,
        name: 'Mia',
        role: 'user',
      })
      if (result.outcome !== 'added') throw new Error('not added')
      const operatorId = result.operator.id
      const [renewed, accepted] = await Promise.all([
        planes[0].renewInvitation({ ...CONTEXT, tenantId: TENANT, operatorId }),
        planes[1].acceptInvitation({ ...ACCEPTING, code: result.invitation?.code ?? '', tenantIds: [] }),
      ])
      expect([renewed.outcome, accepted.outcome].filter((outcome) => outcome === 'refused')).toHaveLength(1)
      // A code that is open belongs to somebody who cannot sign in yet.
      if (renewed.outcome !== 'renewed') continue
      const later = await planes[0].acceptInvitation({
        ...ACCEPTING,
        code: renewed.invitation.code,
        tenantIds: [],
      })
      expect(later.outcome).toBe('accepted')
    }
  })
})
