import { describe, expect, it } from 'vitest'
import type { Row } from '#row.ts'
import { type Client, createClient } from '#testing/client.ts'

async function send(
  { enterprise }: Client,
  [method, path]: readonly [string, string],
  body?: unknown,
): Promise<Row> {
  const response = await enterprise(path, { method, ...(body !== undefined && { body }) })
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Row
}

const ORG = { OrganizationCode: '10' }

describe('writing', () => {
  it('adds an event that can be read back, with the next number', async () => {
    const client = createClient()
    const added = await send(client, ['POST', '/Events'], {
      Organization: '10',
      Description: 'New',
      Account: '00001001',
    })
    expect(added).toMatchObject({ EventID: 9061, Organization: '10', Description: 'New', Attendance: null })
    expect(await (await client.enterprise('/Events/10/9061')).json()).toEqual(added)
    expect(
      await (await client.odata("/Events(Organization='10',EventID=9061)/Description")).json(),
    ).toMatchObject({
      value: 'New',
    })
  })

  it('keeps the key whatever a change says, and leaves the rest alone', async () => {
    const client = createClient()
    const changed = await send(client, ['PUT', '/Events/10/9001'], {
      EventID: 1,
      Organization: '99',
      Description: 'X',
    })
    expect(changed).toMatchObject({
      EventID: 9001,
      Organization: '10',
      Description: 'X',
      Salesperson: 'MLIND',
    })
  })

  it('deletes once', async () => {
    const client = createClient()
    const remove = (): Promise<Response> =>
      client.enterprise('/Notes/10/ACCOUNT/00001001/1', { method: 'DELETE' })
    const first = await remove()
    expect([first.status, await first.text()]).toEqual([204, ''])
    expect((await remove()).status).toBe(404)
  })

  it('passes over properties that it does not know', async () => {
    const added = await send(createClient(), ['POST', '/Accounts'], { ...ORG, Name: 'N', Colour: 'red' })
    expect(added).toMatchObject({ AccountCode: '00002041', Name: 'N' })
    expect(added).not.toHaveProperty('Colour')
  })

  it('adds and edits in bulk, item by item', async () => {
    const client = createClient()
    const items = [
      { ...ORG, Event: 9001, SequenceNumber: 1, Space: 'BOARD' },
      { ...ORG, Event: 9001, Space: 'QUAY' },
      { ...ORG, Event: 1 },
      { Event: 9001 },
    ]
    expect(await send(client, ['POST', '/Bulk/Bookings'], items)).toMatchObject([
      { Status: 200, Model: { SequenceNumber: 1, Space: 'BOARD', Usage: 'IN' } },
      { Status: 200, Model: { SequenceNumber: 4, Space: 'QUAY' } },
      { Status: 400, ErrorList: [{ Message: expect.stringContaining('Events') }] },
      { Status: 400, ErrorList: [{ Message: expect.stringContaining('OrganizationCode') }] },
    ])
  })

  it.each([
    ['POST', '/Events', '{"Organization":', 400],
    ['POST', '/Events', '[]', 400],
    ['POST', '/Events', '"text"', 400],
    ['POST', '/Events', '', 400],
    ['POST', '/Events', '{"Description":"no organization"}', 400],
    ['POST', '/Events', '{"Organization":"99"}', 400],
    ['POST', '/Events', '{"Organization":"10","EventID":9001}', 400],
    ['POST', '/Events', '{"Organization":"10","EventID":"x"}', 400],
    ['POST', '/Events', '{"Organization":"10","Account":"nobody"}', 400],
    ['POST', '/Events', '{"Organization":"10","StartDate":"soon"}', 400],
    ['POST', '/Spaces', '{"Organization":"10"}', 400],
    ['PUT', '/Events/10/1', '{}', 404],
    ['PUT', '/Events/10/9001', '{"Account":"nobody"}', 400],
    ['POST', '/Bulk/Bookings', '{}', 400],
    ['POST', '/Bulk/Bookings', '[1]', 400],
    ['PUT', '/ServiceOrders/MoveOrder', '{"OrganizationCode":"10","OrderNumber":20001}', 400],
    ['PUT', '/ServiceOrders/MoveOrdersBulk', '{"OrganizationCode":"10","Event":9001}', 400],
    ['POST', '/RegistrationOrders/CalculateTaxes', '{"OrganizationCode":"10","Subtotal":"x"}', 400],
    ['POST', '/Bookings/AvailabilitySearch', '{"OrganizationCode":"10"}', 400],
    ['POST', '/ServiceOrderItems/SaveNewItemToExistingPackage', '{"OrganizationCode":"10"}', 400],
    ['DELETE', '/Events/10/9001', '', 405],
    ['PATCH', '/Events/10/9001', '{}', 405],
    ['PUT', '/Bulk/Bookings', '[]', 405],
  ])('%s %s with %s is %i', async (method, path, body, status) => {
    const response = await createClient().enterprise(path, { method, ...(body !== '' && { body }) })
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({ Status: status, ErrorList: [{ Message: expect.any(String) }] })
  })
})

describe('verbs', () => {
  it('moves an order with its lines and work orders', async () => {
    const client = createClient()
    await send(client, ['PUT', '/ServiceOrders/MoveOrder'], { ...ORG, OrderNumber: 20001, Event: 9002 })
    for (const [subject, property] of [
      ['ServiceOrders', 'OrderNumber'],
      ['ServiceOrderItems', 'OrderNumber'],
      ['WorkOrders', 'Order'],
    ]) {
      const rows = await send(client, ['GET', `/${subject}/10?search=${property} eq 20001`])
      expect(Object.values(rows).map((row) => (row as Row)['Event'])).not.toContain(9001)
    }
  })

  it('completes work orders and their items', async () => {
    const client = createClient()
    const orders = await send(client, ['PUT', '/ServiceOrders/10/20001/CompleteWorkOrders'])
    expect(new Set(Object.values(orders).map((row) => (row as Row)['Status']))).toEqual(
      new Set(['Completed']),
    )
    expect(await send(client, ['GET', '/WorkOrderItems/10/20001/1'])).toMatchObject({ Status: 'Completed' })
  })

  it('finds the spaces that are free', async () => {
    const client = createClient()
    const spaces = await send(client, ['POST', '/Bookings/AvailabilitySearch'], {
      ...ORG,
      StartDate: '2026-01-03T00:00:00',
      EndDate: '2026-01-03T23:00:00',
    })
    const taken = Object.values(spaces).filter((row) => (row as Row)['Available'] === false)
    expect(taken).toMatchObject([{ Space: 'HALL-A' }])
  })

  it('makes events from profiles and from opportunities, and restores cancelled ones', async () => {
    const client = createClient()
    const copy = await send(client, ['POST', '/Events/AddFromProfile'], {
      ...ORG,
      ProfileEventID: 9001,
      Description: 'C',
    })
    expect(copy).toMatchObject({ EventID: 9061, Description: 'C', Account: '00001001' })
    const event = await send(client, ['POST', '/EventOpportunities/10/501/CreateEvent'], {})
    expect(event).toMatchObject({ EventID: 9062, Description: 'Enquiry 1', Status: '10' })
    expect(await send(client, ['GET', '/EventOpportunities/10/501'])).toMatchObject({ Status: 'Won' })
    expect(await send(client, ['PUT', '/Events/Restore'], { ...ORG, EventID: 9012 })).toMatchObject({
      Status: '10',
    })
    expect(await send(client, ['PUT', '/Events/10/9001/AddChecklist'])).toMatchObject({ Checklists: 1 })
  })

  it('inserts functions after and below others', async () => {
    const client = createClient()
    const given = { ...ORG, EventID: 9001, Description: 'Coffee' }
    expect(await send(client, ['POST', '/Functions/InsertAfter/3'], given)).toMatchObject({
      ParentFunction: 2,
      Order: 31,
    })
    expect(await send(client, ['POST', '/Functions/InsertIndented/1'], given)).toMatchObject({
      ParentFunction: 1,
      Order: 11,
    })
  })

  it('calculates taxes, copies users and claims to send mail', async () => {
    const client = createClient()
    const taxed = await send(client, ['POST', '/RegistrationOrders/CalculateTaxes'], {
      ...ORG,
      Subtotal: 200,
    })
    expect(taxed).toMatchObject({ TaxTotal: 50, OrderedTotal: 250 })
    expect(await send(client, ['PUT', '/Users/MLIND/Copy'])).toMatchObject({ ID: 'MLIND-COPY' })
    expect(await send(client, ['PUT', '/Users/TJANS/SendActivateUserEmail'])).toMatchObject({ Sent: true })
  })

  it('edits and deletes webhooks by their number alone', async () => {
    const client = createClient()
    expect(await send(client, ['PUT', '/Webhooks/1'], { Status: 'Inactive' })).toMatchObject({
      Status: 'Inactive',
    })
    expect((await client.enterprise('/Webhooks/1', { method: 'DELETE' })).status).toBe(204)
    expect((await client.enterprise('/Webhooks/1')).status).toBe(404)
  })

  it('reads and edits diagrams under the path of the gateway', async () => {
    const client = createClient()
    expect(await send(client, ['PUT', '/ExternalDiagrams/1'], { Name: 'Rows' })).toMatchObject({
      Name: 'Rows',
      EventID: 9001,
    })
  })
})
