import { describe, expect, it } from 'vitest'
import type { Json, Row } from '#row.ts'
import { type Client, createClient, eliteToken } from '#testing/client.ts'

async function ok(
  { elite }: Client,
  [method, path]: readonly [string, string],
  body?: unknown,
): Promise<Json> {
  const response = await elite(path, { method, ...(body !== undefined && { body }) })
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Json
}

async function ids(
  client: Client,
  call: readonly [string, string],
  body?: unknown,
): Promise<readonly Json[]> {
  return ((await ok(client, call, body)) as readonly Row[]).map((row) => row['id'] ?? null)
}

const EVENT = '/events/event-12176-A'

describe('sign-in to Elite', () => {
  const right = { clientId: 'sandbox-client', clientSecret: 'sandbox-only-not-a-secret' }

  it('gives a token for the right id and secret, and takes it until it expires', async () => {
    const { call, clock } = createClient()
    const response = await call('/elite/token', { method: 'POST', body: right })
    expect(await response.json()).toEqual({
      accessToken: expect.any(String),
      expiresIn: 3600,
      tokenType: 'Bearer',
    })
    const headers = { Authorization: `Bearer ${await eliteToken(call)}` }
    clock.milliseconds += 3_599_000
    expect((await call('/elite/v1/accounts', { headers })).status).toBe(200)
    clock.milliseconds += 1000
    const late = await call('/elite/v1/accounts', { headers })
    expect([late.status, await late.json()]).toEqual([401, { message: expect.stringContaining('expired') }])
    await eliteToken(call)
  })

  it.each([
    ['a wrong secret', { ...right, clientSecret: 'guess' }, 401],
    ['a wrong id', { ...right, clientId: 'guess' }, 401],
    ['no secret', { clientId: 'sandbox-client' }, 400],
    ['a list', [], 400],
    ['no JSON', '{', 400],
    ['nothing', undefined, 400],
  ])('refuses %s', async (_, body, status) => {
    const response = await createClient().call('/elite/token', {
      method: 'POST',
      ...(body !== undefined && { body }),
    })
    expect(response.status).toBe(status)
    expect(await response.json()).toHaveProperty('message')
  })

  it('refuses calls without a token of its own, and other methods at /token', async () => {
    const { call } = createClient()
    for (const headers of [{}, { Authorization: 'Bearer sd_api_abc' }, { Authorization: 'Basic YTpi' }])
      expect((await call('/elite/v1/accounts', { headers })).status).toBe(401)
    expect((await call('/elite/token')).status).toBe(405)
  })
})

describe('reading', () => {
  const client = createClient()

  it('searches and pages lists', async () => {
    expect(await ids(client, ['GET', '/accounts?searchText=SALTMARSH'])).toEqual(['account-1076'])
    expect(await ids(client, ['GET', '/accounts?pageSize=8&pageNumber=3'])).toHaveLength(4)
    expect(await ids(client, ['GET', '/accounts?includeExhibitor=false'])).toHaveLength(15)
    expect(await ids(client, ['GET', '/contacts/account/account-1076'])).toEqual([
      'contact-501',
      'contact-521',
    ])
  })

  it('lets a literal path beat an id', async () => {
    expect(await ids(client, ['GET', '/functions/item-allocations?functionId=function-9001-A'])).toEqual([
      'allocation-1',
    ])
    expect(await ok(client, ['GET', '/functions/function-9001-A'])).toMatchObject({
      eventId: 'event-12176-A',
    })
  })

  it('queries events by POST', async () => {
    expect(await ids(client, ['POST', '/events/query'], { searchText: 'blades', pageSize: 3 })).toHaveLength(
      3,
    )
    const range = { startDate: '2026-01-15', endDate: '2026-01-24' }
    expect(await ids(client, ['POST', '/events/query-by-date-range'], range)).toEqual([
      'event-12177-A',
      'event-12178-A',
    ])
    expect(await ids(client, ['POST', '/events/all'], { venueIds: ['venue-662-A'] })).toHaveLength(40)
    expect(await ids(client, ['POST', '/events/all'], { venueIds: ['venue-663-A'] })).toEqual([])
  })

  it('serves the setup lists, and money by its several keys', async () => {
    expect(await ids(client, ['GET', '/general-setup/venues'])).toEqual(['venue-662-A', 'venue-663-A'])
    expect(await ids(client, ['GET', '/event-setup/event-types'])).toHaveLength(4)
    expect(await ok(client, ['GET', '/invoices/unique-number/I-2001'])).toMatchObject({
      id: 'invoice-3002-A',
    })
    expect(await ids(client, ['GET', '/payments/event/event-12176-A'])).toEqual(['payment-4001-A'])
    expect(await ids(client, ['GET', '/refunds/account/account-1076'])).toEqual(['refund-6001-A'])
  })
})

describe('writing', () => {
  it('creates with the next id, updates, and reads back', async () => {
    const client = createClient()
    const given = {
      name: 'Encore',
      venueIds: ['venue-662-A'],
      startDate: '2026-12-30',
      endDate: '2026-12-30',
    }
    expect(await ok(client, ['POST', '/events/create'], given)).toMatchObject({
      id: 'event-12216-A',
      ...given,
      notes: [],
    })
    await ok(client, ['PUT', '/events/event-12216-A/update'], { name: 'Encore 2', id: 'stolen' })
    expect(await ok(client, ['GET', '/events/event-12216-A'])).toMatchObject({
      id: 'event-12216-A',
      name: 'Encore 2',
    })
  })

  it.each([
    ['cancel', 'isCanceled', true],
    ['uncancel', 'isCanceled', false],
    ['finalize', 'isFinalized', true],
    ['unfinalize', 'isFinalized', false],
  ])('%s sets %s', async (verb, property, value) => {
    expect(await ok(createClient(), ['PUT', `${EVENT}/${verb}`])).toMatchObject({ [property]: value })
  })

  it('changes what hangs on an event', async () => {
    const client = createClient()
    await ok(client, ['POST', `${EVENT}/contact`], { contactId: 'contact-502', role: 'Billing' })
    await ok(client, ['POST', `${EVENT}/event-note`], { text: 'Dock 2' })
    await ok(client, ['PUT', `${EVENT}/set-attendance`], { actualAttendance: 10 })
    expect(await ok(client, ['GET', EVENT])).toMatchObject({
      contactRoles: [
        {},
        { contactId: 'contact-502', role: 'Billing', email: expect.stringContaining('@example.com') },
      ],
      notes: [{ id: 'row-1', text: 'Dock 2' }],
      actualAttendance: 10,
    })
  })

  it('adds price schedules in the plural and removes them in the singular', async () => {
    const client = createClient()
    await ok(client, ['POST', `${EVENT}/price-schedules/price-schedule-2`])
    expect(await ids(client, ['GET', `${EVENT}/price-schedules`])).toEqual([
      'price-schedule-1',
      'price-schedule-2',
    ])
    const remove = (path: string): Promise<Response> => client.elite(`${EVENT}/${path}`, { method: 'DELETE' })
    expect((await remove('price-schedules/price-schedule-1')).status).toBe(405)
    expect((await remove('price-schedule/price-schedule-1')).status).toBe(204)
    expect((await remove('price-schedule/price-schedule-1')).status).toBe(404)
    await ok(client, ['POST', `${EVENT}/change-price-schedule`], { priceScheduleId: 'price-schedule-3' })
    expect(await ids(client, ['GET', `${EVENT}/price-schedules`])).toEqual(['price-schedule-3'])
  })

  it('keeps removed spaces among the removed ones', async () => {
    const client = createClient()
    const path = '/booked-spaces/event-12176-A'
    expect((await client.elite(`${path}/booked-space-7001-A`, { method: 'DELETE' })).status).toBe(204)
    expect(await ids(client, ['GET', path])).toEqual(['booked-space-7002-A'])
    expect(await ids(client, ['GET', `${path}/removed-spaces`])).toEqual(['booked-space-7001-A'])
    expect((await client.elite(`${path}/booked-space-7001-A`, { method: 'DELETE' })).status).toBe(404)
  })

  it('keeps item allocations', async () => {
    const client = createClient()
    const path = '/functions/function-9001-A'
    await ok(
      client,
      ['POST', `${path}/add-item-allocations`],
      [
        { name: 'A', quantity: 1 },
        { name: 'B', quantity: 2 },
      ],
    )
    const list = '/functions/item-allocations?functionId=function-9001-A'
    expect(await ids(client, ['GET', list])).toEqual(['allocation-1', 'allocation-121', 'allocation-122'])
    await ok(client, ['PUT', `${path}/change-item-allocations`], {
      allocations: [{ id: 'allocation-1', quantity: 9 }],
    })
    await client.elite(`${path}/remove-item-allocations`, { method: 'DELETE', body: ['allocation-121'] })
    expect(await ok(client, ['GET', list])).toMatchObject([{ quantity: 9 }, { name: 'B' }])
    await client.elite(`${path}/remove-item-allocations`, { method: 'DELETE' })
    expect(await ids(client, ['GET', list])).toEqual([])
  })

  it('lets the balance of an invoice follow its allocations', async () => {
    const client = createClient()
    const path = '/invoices/invoice-3001-A'
    await ok(client, ['PUT', `${path}/payment-allocation`], { paymentId: 'payment-4001-A', amount: 500 })
    await ok(client, ['PUT', `${path}/credit-allocation`], { creditId: 'credit-5001-A', amount: 100 })
    expect(await ok(client, ['GET', path])).toMatchObject({ total: 18_500, balance: 17_900 })
    await ok(client, ['PUT', `${path}/payment-allocation`], { paymentId: 'payment-4001-A', amount: 18_400 })
    expect(await ok(client, ['GET', path])).toMatchObject({ balance: 0 })
  })

  it('keeps external ids, with any key and value', async () => {
    const client = createClient()
    await ok(client, ['PUT', `${EVENT}/external-id`], { key: 'crm/id', value: 'A B' })
    expect(await ok(client, ['GET', '/events/external-id/crm%2Fid/A%20B'])).toMatchObject({
      id: 'event-12176-A',
    })
    expect((await client.elite(`${EVENT}/external-id/crm%2Fid`, { method: 'DELETE' })).status).toBe(204)
    expect((await client.elite('/events/external-id/crm%2Fid/A%20B')).status).toBe(404)
  })

  it('keeps tasks', async () => {
    const client = createClient()
    expect(await ok(client, ['POST', '/tasks'], { name: 'Ring' })).toMatchObject({
      id: 'task-613',
      isComplete: false,
    })
    expect(await ok(client, ['PUT', '/tasks/task-613/complete'])).toMatchObject({ isComplete: true })
    expect((await client.elite('/tasks/task-613', { method: 'DELETE' })).status).toBe(204)
  })
})

describe('refusals', () => {
  it.each([
    ['GET', '/nothing', undefined, 404],
    ['GET', '/events/event-1-A', undefined, 404],
    ['GET', '/invoices/unique-number/nope', undefined, 404],
    ['PUT', '/contacts/contact-1/active?activeStatus=true', undefined, 404],
    ['DELETE', '/accounts/account-1076', undefined, 405],
    ['PATCH', '/events/query', {}, 405],
  ])('%s %s is %4$i', async (method, path, body, status) => {
    const response = await createClient().elite(path, { method, ...(body !== undefined && { body }) })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ message: expect.any(String) })
  })

  it.each([
    ['POST', '/events/all', {}, ['venueIds']],
    ['POST', '/events/all', { venueIds: [] }, ['venueIds']],
    ['POST', '/events/all', { venueIds: 'venue-662-A' }, ['venueIds']],
    ['POST', '/events/query-by-date-range', {}, ['startDate', 'endDate']],
    ['POST', '/events/query', { startDate: 'soon' }, ['startDate']],
    ['POST', '/events/query', { pageSize: 0 }, ['pageSize']],
    ['POST', '/events/create', {}, ['name', 'venueIds', 'startDate', 'endDate']],
    ['POST', '/events/create', '{', []],
    ['POST', '/events/create', [], []],
    ['POST', '/accounts/create', { name: 1 }, ['name']],
    ['POST', '/contacts/create', { accountId: 'account-1', firstName: 'A', lastName: 'B' }, ['accountId']],
    ['PUT', `${EVENT}/update`, { accountId: 'account-1' }, ['accountId']],
    ['PUT', `${EVENT}/set-attendance`, { actualAttendance: -1 }, ['actualAttendance']],
    ['POST', '/functions/function-9001-A/add-item-allocations', [{ name: 'A' }], ['quantity']],
    ['DELETE', '/functions/function-9001-A/remove-item-allocations', { ids: 1 }, []],
    ['GET', '/accounts?pageSize=many', undefined, ['pageSize']],
    ['GET', '/functions', undefined, ['startDate', 'endDate']],
    ['GET', '/functions/item-allocations', undefined, ['functionId']],
    ['PUT', '/contacts/contact-501/active', undefined, ['activeStatus']],
  ])('%s %s with %j is 400 and names the fields', async (method, path, body, fields) => {
    const response = await createClient().elite(path, { method, ...(body !== undefined && { body }) })
    expect(response.status).toBe(400)
    expect(await response.json()).toEqual({
      message: expect.any(String),
      errorType: expect.any(String),
      requestErrors: fields.map((field) => ({ field, message: expect.any(String) })),
      referenceIds: [],
    })
  })
})
