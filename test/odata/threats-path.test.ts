import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Gate, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// Rows 1 to 28 of the threat table (design of OData): what a path reaches. The event service behind the gateway gives all of it.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const JSON_BODY = (value: object) => ({ method: 'POST', body: JSON.stringify(value) })
const EVENTS_AND = (...more: string[]) => ['GET Events', ...more]

type Case = {
  readonly row: number
  readonly path: string
  readonly missing: readonly string[]
  /** What arrives once these are granted too; GET unless it says otherwise. */
  readonly arrives: string
  readonly method?: string
  readonly body?: object
  readonly grants?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

const EVENTS = ['GET Events']
const ACCOUNTS = ['GET Accounts']

const cases: readonly Case[] = [
  { row: 1, path: '/Events(1)/Account', missing: ACCOUNTS, arrives: '/Events(1)/Account' },
  { row: 2, path: '/Events/1/Account', missing: ACCOUNTS, arrives: '/Events(1)/Account' },
  {
    row: 3,
    path: '/Events(1)/Account/Email/$value',
    missing: ACCOUNTS,
    arrives: '/Events(1)/Account/Email/$value',
  },
  { row: 3, path: '/Events(1)/Account/Email', missing: ACCOUNTS, arrives: '/Events(1)/Account/Email' },
  { row: 4, path: '/Events(1)/Account/$ref', missing: ACCOUNTS, arrives: '/Events(1)/Account/$ref' },
  {
    row: 5,
    path: '/Events(1)/Account',
    method: 'DELETE',
    missing: ['DELETE Accounts'],
    arrives: '/Events(1)/Account',
  },
  {
    row: 5,
    path: '/Events(1)/Account',
    method: 'PATCH',
    headers: { 'if-match': '*' },
    body: { Name: 'x' },
    missing: ['PATCH Accounts'],
    arrives: '/Events(1)/Account',
  },
  {
    row: 6,
    path: '/Accounts(1)/Events',
    method: 'POST',
    body: { ID: 900, Name: 'x' },
    missing: ['GET Accounts', 'POST Events'],
    arrives: '/Accounts(1)/Events',
  },
  {
    row: 7,
    path: '/Events(1)/Bookings/$ref',
    method: 'POST',
    body: { '@odata.id': 'Bookings(9)' },
    missing: ['PATCH Events', 'PATCH Bookings'],
    arrives: '/Events(1)/Bookings/$ref',
  },
  {
    row: 8,
    path: '/Events(1)/Bookings/$count',
    missing: ['GET Bookings'],
    arrives: '/Events(1)/Bookings/$count',
  },
  { row: 8, path: '/Accounts/$count', missing: ACCOUNTS, arrives: '/Accounts/$count' },
  { row: 9, path: '/Events(4)/EM.Gala/Sponsor', missing: ACCOUNTS, arrives: '/Events(4)/EM.Gala/Sponsor' },
  {
    row: 10,
    path: '/Events(1)/Sessions(2)/Speaker',
    missing: ['GET Contacts'],
    arrives: '/Events(1)/Sessions(2)/Speaker',
  },
  {
    row: 11,
    path: '/Events(1)/Location/Venue',
    missing: ['GET Venues'],
    arrives: '/Events(1)/Location/Venue',
  },
  { row: 12, path: '/Me', missing: ['GET Me'], arrives: '/Me' },
  {
    row: 12,
    path: '/Me/Invoices',
    // An invoice brings its booking along: Core.AutoExpand.
    missing: ['GET Me', 'GET Invoices', 'GET Bookings'],
    arrives: '/Me/Invoices',
  },
  {
    row: 13,
    path: '/Events(1)/EM.Organiser()',
    missing: ['GET Events/EM.Organiser', 'GET Accounts'],
    arrives: '/Events(1)/EM.Organiser()',
  },
  {
    row: 13,
    path: '/Events(1)/Organiser',
    missing: ['GET Events/EM.Organiser', 'GET Accounts'],
    arrives: '/Events(1)/EM.Organiser',
  },
  {
    row: 14,
    path: '/TopAccounts(n=2)',
    missing: ['GET TopAccounts', 'GET Accounts'],
    arrives: '/TopAccounts(n=2)',
  },
  {
    row: 14,
    path: '/TopAccounts(n=@n)?@n=2',
    missing: ['GET TopAccounts', 'GET Accounts'],
    arrives: '/TopAccounts(n=@n)?@n=2',
  },
  {
    row: 15,
    path: '/Events(1)/EM.Cancel',
    method: 'POST',
    body: { reason: 'rain' },
    missing: ['POST Events/EM.Cancel'],
    arrives: '/Events(1)/EM.Cancel',
  },
  {
    row: 15,
    path: '/MergeAccounts',
    method: 'POST',
    body: { from: 1, into: 2 },
    missing: ['POST MergeAccounts', 'GET Accounts'],
    arrives: '/MergeAccounts',
  },
  {
    row: 16,
    path: '/Events/$filter(@f)/$each/EM.Cancel?@f=Account/Name eq %27x%27'.replaceAll(' ', '%20'),
    method: 'POST',
    body: {},
    missing: ['POST Events/EM.Cancel', 'GET Accounts'],
    arrives: "/Events/$filter(@f)/$each/EM.Cancel?@f=Account/Name eq 'x'",
  },
  {
    row: 17,
    path: '/Events/$filter(@f)/$each?@f=Account/Name%20eq%20%27x%27',
    method: 'DELETE',
    missing: ['DELETE Events', 'GET Accounts'],
    arrives: "/Events/$filter(@f)/$each?@f=Account/Name eq 'x'",
  },
  {
    row: 18,
    path: '/Events/$filter(@f)/$count?@f=Account/CreditLimit%20gt%205',
    missing: ACCOUNTS,
    arrives: '/Events/$filter(@f)/$count?@f=Account/CreditLimit gt 5',
  },
  { row: 19, path: '/$entity?$id=Accounts(1)', missing: ACCOUNTS, arrives: '/$entity?$id=Accounts(1)' },
  {
    row: 20,
    path: '/$crossjoin(Events,Venues)',
    missing: ['GET Venues'],
    arrives: '/$crossjoin(Events,Venues)',
  },
  {
    row: 22,
    path: '/Events/$query',
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    missing: ACCOUNTS,
    arrives: '/Events/$query',
  },
  { row: 23, path: '/Invoices(1)/$value', missing: ['GET Invoices'], arrives: '/Invoices(1)/$value' },
  {
    row: 23,
    path: '/Events(1)/Banner',
    grants: ['GET Venues'],
    missing: EVENTS,
    arrives: '/Events(1)/Banner',
  },
  {
    row: 23,
    path: '/Events(1)/Banner',
    method: 'PUT',
    headers: { 'content-type': 'image/png' },
    missing: ['PATCH Events'],
    arrives: '/Events(1)/Banner',
  },
  { row: 24, path: "/Events(Code='E1')/Account", missing: ACCOUNTS, arrives: "/Events(Code='E1')/Account" },
  { row: 24, path: '/Events(ID=@k)/Account?@k=1', missing: ACCOUNTS, arrives: '/Events(ID=@k)/Account?@k=1' },
  {
    row: 25,
    path: '/Events(1)/Tags/0',
    grants: ['GET Venues'],
    missing: EVENTS,
    arrives: '/Events(1)/Tags/0',
  },
]

function initOf({ method = 'GET', body, headers = {}, path }: Case) {
  const text = path.endsWith('/$query') ? '$expand=Account' : body && JSON.stringify(body)
  return { method, headers, ...(text !== undefined && { body: text }) }
}

describe('what a path reaches', () => {
  it.each(cases.map((each) => [each.row, each.method ?? 'GET', each.path, each] as const))(
    'row %i: %s %s',
    async (_row, method, path, each) => {
      const init = initOf(each)
      const grants = each.grants ?? EVENTS
      await expectRefused(gate, path, { init, grants, missing: each.missing })
      await expectForwarded(gate, path, {
        init,
        grants: [...new Set([...grants, ...each.missing])],
        arrives: `${method} ${each.arrives}`,
      })
    },
  )

  it('row 7: unlinking names what is unlinked inside of the service only', async () => {
    const path = (id: string): string => `/Events(1)/Bookings/$ref?$id=${id}`
    const init = { method: 'DELETE' }
    await expectRefused(gate, path('Bookings(9)'), { init, missing: ['PATCH Events', 'PATCH Bookings'] })
    for (const foreign of [
      'http://evil.example/em/Bookings(9)',
      '//evil.example/em/Bookings(9)',
      '../../x/Bookings(9)',
    ])
      await expectRefused(gate, path(foreign), { init, grants: 'all' })
    const grants = EVENTS_AND('PATCH Events', 'PATCH Bookings')
    const arrives = 'DELETE /Events(1)/Bookings/$ref?$id=Bookings(9)'
    for (const id of ['Bookings(9)', `${gate.door.gatewayUrl}/em/Bookings(9)`])
      await expectForwarded(gate, path(id), { init, grants, arrives })
  })

  it('row 9: a cast to a type that is neither derived nor base is refused for everybody', async () => {
    await expectRefused(gate, '/Events/EM.Venue', { grants: 'all' })
    await expectForwarded(gate, '/Events/EM.Gala', { grants: EVENTS, arrives: 'GET /Events/EM.Gala' })
  })

  it('row 14: an implicit parameter alias is refused for everybody', async () => {
    await expectRefused(gate, '/TopAccounts?n=2', { grants: 'all' })
  })

  it('row 17: a delta of a whole set touches all that it changes', async () => {
    const body = {
      value: [
        { '@removed': { reason: 'deleted' }, '@id': 'Events(2)' },
        { ID: 1, Name: 'x' },
      ],
    }
    const init = { ...JSON_BODY(body), method: 'PATCH' }
    await expectRefused(gate, '/Events', { init, missing: ['PATCH Events', 'POST Events'] })
    const grants = EVENTS_AND('PATCH Events', 'POST Events')
    await expectRefused(gate, '/Events', { init, grants, missing: ['DELETE Events'] })
  })

  it('row 19: an entity-id of another origin is refused for everybody, one of this gateway is read', async () => {
    await expectRefused(gate, '/$entity?$id=http://evil.example/em/Accounts(1)', { grants: 'all' })
    await expectRefused(gate, `/$entity?$id=${gate.door.gatewayUrl}/em/Accounts(1)`, { missing: ACCOUNTS })
    await expectRefused(gate, '/$entity/EM.Account?$id=Accounts(1)', { missing: ACCOUNTS })
  })

  it('row 21: everything at once is for nobody who is restricted', async () => {
    const every = ['Events', 'Bookings', 'Accounts', 'Invoices', 'Venues', 'Contacts', 'Me'].map(
      (set) => `GET ${set}`,
    )
    for (const path of ['/$all', '/$all/EM.Account'])
      await expectRefused(gate, path, {
        grants: every,
        status: 403,
        code: 'odata_reach_unknown',
        says: /\$all/,
      })
    await expectForwarded(gate, '/$all', { grants: 'all', arrives: 'GET /$all' })
  })

  it('row 22: options of the address and of the body are read together, and go on in one form', async () => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '$select=ID&%24filter=ID%20eq%201',
    }
    await expectForwarded(gate, '/Events/$query', { init, grants: EVENTS, arrives: 'POST /Events/$query' })
    const twice = { ...init, body: '$top=1&$select=ID' }
    await expectRefused(gate, '/Events/$query?$top=1', { init: twice, code: 'odata_malformed' })
    await expectRefused(gate, '/Events/$query', {
      init: { ...init, headers: { 'content-type': 'application/json' } },
      status: 415,
      code: 'odata_body_type',
    })
  })

  it('row 24: a key whose alias is an expression over another set touches that set', async () => {
    const path = '/Events(@k)?@k=$root/Accounts(1)/ID'
    await expectRefused(gate, path, { missing: ACCOUNTS })
    await expectForwarded(gate, path, { grants: EVENTS_AND('GET Accounts'), arrives: `GET ${path}` })
  })

  it.each(['/EM.Accounts', '/Container.Accounts', '/EM.Container/Accounts', '/Container/Accounts'])(
    'row 26: %s is no address, for nobody',
    async (path) => {
      await expectRefused(gate, path, { code: 'odata_unknown_name' })
      await expectRefused(gate, path, { grants: 'all', code: 'odata_unknown_name' })
    },
  )

  it.each(['/Whatever', '/Events(1)/Whatever', '/events', '/Events(1)/account', '/Events(1)/Name/Whatever'])(
    'row 27: %s names nothing that is published, and is refused for everybody',
    async (path) => {
      await expectRefused(gate, path, { says: /no |nothing|expected/i, code: 'odata_unknown_name' })
      await expectRefused(gate, path, { grants: 'all', code: 'odata_unknown_name' })
    },
  )

  it('row 28: a redirect is never followed; inside of the service it is turned, outside it is not passed on', async () => {
    const inside = `${gate.upstream.url}/events-odata/Events(1)`
    gate.answerNext({ status: 301, headers: { location: inside } })
    const turned = await expectForwarded(gate, "/Events(Code='E1')", {
      grants: EVENTS,
      arrives: "GET /Events(Code='E1')",
    })
    expect(turned.status).toBe(301)
    expect(turned.headers.location).toBe(`${gate.door.gatewayUrl}/em/Events(1)`)
    for (const location of [
      'http://evil.example/x',
      `${gate.upstream.url}/other/Accounts(1)`,
      '/events-odata/../x',
    ]) {
      gate.answerNext({ status: 307, headers: { location }, body: '{"secret":"x-accounts-name-1"}' })
      const kept = await gate.ask(EVENTS, '/Events(1)')
      expect(kept.status, location).toBe(502)
      expect(kept.headers.location).toBeUndefined()
      expect(kept.text).not.toMatch(/x-accounts|evil/)
    }
  })
})
