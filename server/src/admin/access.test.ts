import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { OPERATIONS, PUBLIC_OPERATIONS } from './operations.ts'
import { addPerson, firstOperator, type Person, signIn } from './test/people.ts'
import { type Answer, auditOf, ELITE, ENTERPRISE, expectProblem, type Served, serve } from './test/serve.ts'

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-access-'))
let storage: Storage
let door: Served
let admin: Person
let user: Person
/** Customer Admin, but of another tenant. */
let stranger: Person
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db, { now: Date.now })
  admin = await firstOperator(door)
  user = await addPerson(door, admin, { tenant: ENTERPRISE, email: 'grace@example.com', role: 'user' })
  stranger = await addPerson(door, admin, { tenant: ELITE, email: 'eve@example.com', role: 'customer_admin' })
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

/** Every operation of a tenant, with ids that lead nowhere. */
const OF_A_TENANT = OPERATIONS.map(({ route }) => ({ method: route.method.toUpperCase(), path: route.path }))
  .filter(({ path }) => path.startsWith('/api/v1/tenants/'))
  .map(({ method, path }) => ({
    method,
    path: path.replace('/api/v1/tenants/{tenantId}', '').replaceAll(/\{[^}]+\}/g, 'nothing'),
  }))

async function askWith(person: Person, method: string, path: string): Promise<Answer> {
  return await person.ask(method, path, method === 'GET' ? {} : { body: {}, headers: { 'if-match': '*' } })
}

describe('who may do what', () => {
  it('knows every operation there is', () => {
    expect(OF_A_TENANT.length).toBeGreaterThanOrEqual(17)
    expect(PUBLIC_OPERATIONS.map(({ route }) => route.path)).toEqual([
      '/api/v1/console',
      '/api/v1/welcome/check',
      '/api/v1/welcome',
    ])
  })

  it('shows what all tenants together have counted to who has a role in all of them', async () => {
    expect((await admin.ask('GET', '/api/v1/metrics')).status).toBe(200)
    for (const person of [user, stranger])
      expectProblem(await person.ask('GET', '/api/v1/metrics'), 403, 'role_missing')
  })

  it('lists the gateways, which serve all tenants, to who has a role in all of them, and tells each which they are', async () => {
    expect((await admin.ask('GET', '/api/v1/gateways')).status).toBe(200)
    expect((await admin.ask('GET', '/api/v1/me')).json.seesGateways).toBe(true)
    for (const person of [user, stranger]) {
      expectProblem(await person.ask('GET', '/api/v1/gateways'), 403, 'role_missing')
      expect((await person.ask('GET', '/api/v1/me')).json.seesGateways).toBe(false)
    }
  })

  it.each(OF_A_TENANT)(
    '$method $path: nobody 401, User looks only, others see no tenant',
    async (operation) => {
      const { method, path } = operation
      const anonymous = await door.ask(method, ENTERPRISE + path, {
        headers: { authorization: 'Bearer nothing' },
      })
      expectProblem(anonymous, 401, 'unauthenticated')
      const cookieless = await door.ask(method, ENTERPRISE + path, {
        headers: { cookie: 'stagedoor_session=x' },
      })
      expectProblem(cookieless, 401, 'unauthenticated')

      const asUser = await askWith(user, method, ENTERPRISE + path)
      if (method === 'GET') expect([200, 404]).toContain(asUser.status)
      else expectProblem(asUser, 403, 'role_missing')

      const asAdmin = await askWith(admin, method, ENTERPRISE + path)
      expect([401, 403]).not.toContain(asAdmin.status)

      const asStranger = await askWith(stranger, method, ENTERPRISE + path)
      expectProblem(asStranger, 404, 'not_found')
      const ofNoTenant = await askWith(stranger, method, `/api/v1/tenants/tnt_none${path}`)
      const { requestId: _a, ...theirs } = asStranger.json
      const { requestId: _b, ...missing } = ofNoTenant.json
      expect(theirs, 'a tenant of others and one that is not there look alike').toEqual(missing)
    },
  )

  it('refuses a change by cookie that another site sends, and one without the header of the console', async () => {
    const path = `${ENTERPRISE}/credentials`
    const body = { title: 'Forged', authenticationMethod: 'api_token' }
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'x-stagedoor-console': '0' },
      { origin: 'http://127.0.0.1:4000.evil.example' },
    ]) {
      expectProblem(await admin.ask('POST', path, { body, headers }), 403, 'cross_origin')
    }
    const { json } = await admin.ask('GET', path)
    expect(json.items).toEqual([])
  })

  it('writes into the audit who it was', async () => {
    const added = await admin.ask('POST', `${ENTERPRISE}/credentials`, {
      body: { title: 'Of an operator', authenticationMethod: 'api_token' },
    })
    expect(added.status).toBe(201)
    const events = await auditOf(storage.db)
    expect(events.at(-1)).toMatchObject({ action: 'credential_added' })
    expect(events.at(-1)?.actor).toMatch(/^operator opr_[0-9a-f]{24}$/)
  })

  it('takes a role away with the next request', async () => {
    const list = (await admin.ask('GET', `${ENTERPRISE}/operators`)).json.items
    const grace = list.find(({ email }: { email: string }) => email === 'grace@example.com')
    const address = `${ENTERPRISE}/operators/${grace.id}`
    expect((await admin.ask('PATCH', address, { body: { role: 'customer_admin' } })).status).toBe(200)
    expect((await user.ask('GET', '/api/v1/me')).json.tenants).toMatchObject([{ role: 'customer_admin' }])
    expect((await admin.ask('DELETE', address)).status).toBe(204)
    // Whoever is left without any tenant is signed out.
    expectProblem(await user.ask('GET', '/api/v1/me'), 401, 'unauthenticated')
    const body = { email: 'grace@example.com', name: 'Grace', role: 'user' }
    expect((await admin.ask('POST', `${ENTERPRISE}/operators`, { body })).status).toBe(201)
    user = await signIn(door, 'grace@example.com')
  })
})

describe('management tokens', () => {
  it('reach their tenant alone, with their role, until they are revoked', async () => {
    const made = await admin.ask('POST', `${ENTERPRISE}/management-tokens`, {
      body: { title: 'Nightly', role: 'user' },
    })
    expect(made.status).toBe(201)
    const { token, managementToken } = made.json
    expect(managementToken).toMatchObject({
      title: 'Nightly',
      role: 'user',
      everyTenant: false,
      createdBy: 'Ada',
    })
    const ask = (method: string, path: string): Promise<Answer> =>
      door.ask(method, path, {
        headers: { authorization: `Bearer ${token}` },
        ...(method !== 'GET' && { body: {} }),
      })
    expect((await ask('GET', `${ENTERPRISE}/credentials`)).status).toBe(200)
    expectProblem(await ask('POST', `${ENTERPRISE}/credentials`), 403, 'role_missing')
    expectProblem(await ask('GET', `${ELITE}/credentials`), 404, 'not_found')
    expect((await ask('GET', '/api/v1/me')).json).toMatchObject({
      operator: null,
      tenants: [{ role: 'user' }],
    })
    expectProblem(await ask('GET', '/api/v1/me/sessions'), 404, 'not_found')
    const listed = (await admin.ask('GET', `${ENTERPRISE}/management-tokens`)).text
    expect(listed).not.toContain(token)
    expect(JSON.parse(listed).items).toMatchObject([
      { id: 'mgt_from_settings', everyTenant: true },
      { id: managementToken.id, lastUsedAt: expect.any(String) },
    ])
    const foreign = `${ELITE}/management-tokens/${managementToken.id}`
    expectProblem(await stranger.ask('DELETE', foreign), 404, 'not_found')
    expect((await ask('GET', `${ENTERPRISE}/credentials`)).status).toBe(200)
    const own = `${ENTERPRISE}/management-tokens/${managementToken.id}`
    expect((await admin.ask('DELETE', own)).status).toBe(204)
    expectProblem(await ask('GET', `${ENTERPRISE}/credentials`), 401, 'unauthenticated')
    expectProblem(await admin.ask('DELETE', own), 404, 'not_found')
    const actions = (await auditOf(storage.db)).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['management_token_made', 'management_token_revoked']))
    expect(JSON.stringify(await auditOf(storage.db)) + door.log.join('')).not.toContain(token)
  })

  it('of every tenant are not revoked by one', async () => {
    const address = `${ENTERPRISE}/management-tokens/mgt_from_settings`
    expectProblem(await admin.ask('DELETE', address), 404, 'not_found')
    expect((await door.ask('GET', '/api/v1/me')).status).toBe(200)
  })

  it('are not made with a bad title', async () => {
    const body = { title: '  ', role: 'user' }
    expectProblem(
      await admin.ask('POST', `${ENTERPRISE}/management-tokens`, { body }),
      422,
      'validation_failed',
      '/title',
    )
    expect((await auditOf(storage.db)).some(({ detail }) => JSON.parse(detail).title === '')).toBe(false)
  })
})

describe('sessions', () => {
  it('are listed, and ended one by one or all but this', async () => {
    const second = await signIn(door, 'ada@example.com')
    const third = await signIn(door, 'ada@example.com')
    const { items } = (await admin.ask('GET', '/api/v1/me/sessions')).json
    expect(items).toHaveLength(3)
    expect(items.filter(({ current }: { current: boolean }) => current)).toHaveLength(1)
    const theirs = (await third.ask('GET', '/api/v1/me/sessions')).json.items.find(
      ({ current }: { current: boolean }) => current,
    )
    expectProblem(await user.ask('DELETE', `/api/v1/me/sessions/${theirs.id}`), 404, 'not_found')
    expect((await admin.ask('DELETE', `/api/v1/me/sessions/${theirs.id}`)).status).toBe(204)
    expectProblem(await third.ask('GET', '/api/v1/me'), 401, 'unauthenticated')
    expect((await admin.ask('DELETE', '/api/v1/me/sessions')).status).toBe(204)
    expectProblem(await second.ask('GET', '/api/v1/me'), 401, 'unauthenticated')
    expect((await admin.ask('GET', '/api/v1/me')).json.operator).toMatchObject({
      email: 'ada@example.com',
      twoFactorEnabled: false,
      hasPassword: true,
    })
  })
})

describe('a welcome', () => {
  it('says what a code is for, and nothing of one that cannot be used', async () => {
    const added = await admin.ask('POST', `${ELITE}/operators`, {
      body: { email: 'new@example.com', name: 'New', role: 'user' },
    })
    const { code } = added.json.invitation
    const check = async (given: string): Promise<Answer> =>
      await door.ask('POST', '/api/v1/welcome/check', {
        body: { code: given },
        headers: { authorization: '' },
      })
    expect((await check(code)).json).toEqual({ purpose: 'invitation', email: 'new@example.com', name: 'New' })
    expectProblem(await check('sd_inv_nothing'), 422, 'invitation_invalid')
    const renewed = await admin.ask('POST', `${ELITE}/operators/${added.json.operator.id}/invitation`)
    expect(renewed.status).toBe(201)
    expectProblem(await check(code), 422, 'invitation_invalid')
    expect((await check(renewed.json.code)).status).toBe(200)
  })

  it('shows the sign-in page what it needs to know, to anybody', async () => {
    const answer = await door.ask('GET', '/api/v1/console', { headers: { authorization: '' } })
    expect(answer.json).toEqual({ brand: { name: 'Momentus Connect' }, singleSignOn: null })
  })
})
