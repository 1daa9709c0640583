import { OData } from '@odata/client'
import { o } from 'o.js'
import odataQuery from 'odata-query'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gate, MOUNT, startGate } from './support/gate.ts'

// Guarantee: programs that were written for any OData service work through the gateway unchanged, as long as they ask for
// what their credential has; and are told what is missing where they do not.

// The package's types are written for CommonJS, what is imported is its module.
const buildQuery = odataQuery as unknown as (typeof odataQuery)['default']

type Row = Readonly<Record<string, any>>
type Named = { ID: number; Name: string; Seats: number; Bookings: { Space: string }[] }

const GRANTS = [
  'GET Events',
  'POST Events',
  'PATCH Events',
  'DELETE Events',
  'GET Bookings',
  'POST Bookings',
  'POST Events/EM.Cancel',
]

let gate: Gate
let root = ''
let headers: Record<string, string> = {}
beforeAll(async () => {
  gate = await startGate()
  root = `${gate.door.gatewayUrl}${MOUNT}/`
  headers = { authorization: `Bearer ${await gate.tokenOf(GRANTS)}` }
})
afterAll(() => gate.stop())

describe('@odata/client', () => {
  const connect = () => OData.New4({ serviceEndpoint: root, commonHeaders: headers })

  it('reads with filter, select, order, expand and count', async () => {
    const client = connect()
    const events = client.getEntitySet<Row>('Events')
    const options = client
      .newOptions()
      .filter(
        client.newFilter().property('ID').lt(10).property('Seats').gt(100).property('Name').ne('Accounts'),
      )
      .select(['ID', 'Name', 'Bookings'])
      .expand('Bookings($select=ID,Space)')
      .orderby('Seats')
      .top(3)
    const found = await events.query(options)
    expect(found).toHaveLength(3)
    expect(Object.keys(found[0] ?? {})).toEqual(expect.arrayContaining(['Bookings', 'ID', 'Name']))
    expect(found[0]).not.toHaveProperty('Seats')
    expect((await events.retrieve(3))['Name']).toBe('x-events-name-3')
    expect(await events.count()).toBe(15)
  })

  it('makes, changes, calls and deletes', async () => {
    const events = connect().getEntitySet<Named>('Events')
    const made = await events.create({ Name: 'Made', Bookings: [{ Space: 'A' }] })
    await events.update(made.ID, { Name: 'Changed' })
    expect((await events.retrieve(made.ID)).Name).toBe('Changed')
    expect((await events.action('EM.Cancel', made.ID, { reason: 'rain' }))['Seats']).toBe(0)
    await events.delete(made.ID)
    await expect(events.retrieve(made.ID)).rejects.toThrow()
  })

  it('is told in words of its own what is missing', async () => {
    const client = connect()
    const events = client.getEntitySet<Row>('Events')
    await expect(events.query(client.newOptions().expand('Account'))).rejects.toThrow(/Accounts/)
    const filter = client.newFilter().property('Account/CreditLimit').gt(1)
    await expect(events.query(filter)).rejects.toThrow(/Accounts/)
  })

  it('sends batches of both kinds', async () => {
    const client = connect()
    const requests = () => [
      client.newBatchRequest<Row>({ collection: 'Events', params: client.newOptions().top(2) }),
      client.newBatchRequest<Row>({ collection: 'Events', method: 'POST', entity: { Name: 'Batched' } }),
    ]
    for (const answers of [
      await client.execBatchRequests(requests()),
      await client.execBatchRequestsJson(requests()),
    ]) {
      expect(answers.map(({ status }) => status)).toEqual([200, 201])
      expect((await answers[0]?.json())?.value).toHaveLength(2)
      expect(await answers[1]?.json()).toMatchObject({ Name: 'Batched' })
    }
    const accounts = client.newBatchRequest<Row>({ collection: 'Accounts' })
    await expect(client.execBatchRequestsJson([...requests(), accounts])).rejects.toThrow()
  })
})

describe('o.js', () => {
  // What is given takes the place of all of its defaults.
  const connect = () =>
    o(root, {
      headers: new Headers({ ...headers, 'Content-Type': 'application/json' }),
      batch: {
        endpoint: '$batch',
        headers: new Headers(headers),
        boundaryPrefix: 'batch_',
        useChangset: false,
        useRelativeURLs: false,
      },
    })

  it('reads, with its own encoding of everything', async () => {
    const found = await connect()
      .get('Events')
      .query({ $filter: "Name ne 'a&b'", $expand: 'Bookings($select=ID)', $top: 2 })
    expect(found).toHaveLength(2)
    expect(found[0].Bookings[0]).toMatchObject({ ID: expect.any(Number) })
    expect((await connect().get('Events(3)').query()).Name).toBe('x-events-name-3')
    expect(await connect().get('Events(3)/Bookings/$count').query()).toEqual(expect.any(Number))
  })

  it('makes, changes and deletes', async () => {
    const made = await connect().post('Events', { Name: 'Made by o.js' }).query()
    await connect().patch(`Events(${made.ID})`, { Name: 'Changed' }).query()
    expect((await connect().get(`Events(${made.ID})`).query()).Name).toBe('Changed')
    await connect().delete(`Events(${made.ID})`).query()
    await expect(connect().get(`Events(${made.ID})`).query()).rejects.toMatchObject({ status: 404 })
  })

  it('is refused what is not granted', async () => {
    await expect(connect().get('Events').query({ $expand: 'Account' })).rejects.toMatchObject({ status: 403 })
    await expect(connect().get('Accounts').query()).rejects.toMatchObject({ status: 403 })
  })

  it('sends batches with absolute addresses of the gateway', async () => {
    const answers = await connect().get('Events?$top=2').get('Events(3)').batch()
    expect(answers.map(({ status }: Row) => status)).toEqual([200, 200])
    expect(answers[0].body).toHaveLength(2)
    expect(answers[1].body.Name).toBe('x-events-name-3')
  })
})

describe('odata-query', () => {
  const ask = (query: object) => fetch(`${root}Events${buildQuery(query)}`, { headers })

  it.each([
    [{ filter: { Bookings: { any: { Seats: { gt: 100 } } } }, top: 3 }],
    [
      {
        filter: { or: [{ Name: { contains: "O'Neil" } }, { ID: { in: [1, 2, 3] } }] },
        orderBy: ['Seats desc'],
      },
    ],
    [
      {
        select: ['ID', 'Name'],
        expand: { Bookings: { select: ['ID'], filter: { Seats: { ge: 1 } }, top: 1 } },
      },
    ],
    [{ count: true, skip: 2, top: 2, filter: { Starts: { gt: new Date('2026-01-01T00:00:00Z') } } }],
    [{ filter: { 'Location/City': { startswith: 'x-events' } }, expand: ['Sessions'] }],
    [
      {
        transform: [
          {
            groupBy: {
              properties: ['Name'],
              transform: [{ aggregate: { Seats: { with: 'max', as: 'Most' } } }],
            },
          },
        ],
      },
    ],
    [{ key: 3, expand: 'Bookings' }],
  ])('%j', async (query) => {
    const answer = await ask(query)
    const text = await answer.text()
    expect([answer.status, text]).toEqual([200, expect.stringContaining('x-events')])
  })

  it('is refused what leads to Accounts', async () => {
    for (const query of [
      { expand: 'Account' },
      { filter: { Account: { CreditLimit: { gt: 1 } } } },
      { filter: { Bookings: { any: { Account: { Name: 'x' } } } } },
      { orderBy: ['Account/Name'] },
    ])
      expect((await ask(query)).status, JSON.stringify(query)).toBe(403)
  })
})
