import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type Gate, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// Rows 29 to 46 and 54 of the threat table: what expressions and options reach.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const ACCOUNTS = ['GET Accounts']
const BOOKINGS = ['GET Bookings']
const BOTH = ['GET Bookings', 'GET Accounts']

type Case = {
  readonly row: number
  /** Query of `/Events`, not percent-encoded. */
  readonly query: string
  readonly missing: readonly string[]
  /** The canonical query, where it is another one. */
  readonly arrives?: string
}

const cases: readonly Case[] = [
  { row: 29, query: '$expand=Account', missing: ACCOUNTS },
  { row: 29, query: '$expand=Parent($expand=Account)', missing: ACCOUNTS },
  { row: 29, query: '$expand=Bookings($expand=Account;$top=1)', missing: BOTH },
  { row: 29, query: '$expand=Location/Venue($expand=Owner)', missing: ['GET Venues', 'GET Accounts'] },
  { row: 29, query: '$expand=Sessions($expand=Speaker)', missing: ['GET Contacts'] },
  { row: 31, query: '$expand=Parent($levels=2;$expand=Account)', missing: ACCOUNTS },
  { row: 32, query: '$expand=Bookings/$ref', missing: BOOKINGS },
  { row: 32, query: '$expand=EM.Gala/Sponsor/$ref', missing: ACCOUNTS },
  { row: 32, query: "$expand=Bookings/$count($filter=Account/Name eq 'x')", missing: BOTH },
  { row: 33, query: "$filter=startswith(Account/Email,'a')", missing: ACCOUNTS },
  { row: 33, query: '$filter=Parent/Account/CreditLimit gt 5', missing: ACCOUNTS },
  { row: 34, query: '$filter=Bookings/any(b:b/Account/CreditLimit gt 1)', missing: BOTH },
  { row: 34, query: '$filter=Bookings/any()', missing: BOOKINGS },
  { row: 34, query: '$filter=Bookings/all(Bookings:Bookings/Seats gt 1)', missing: BOOKINGS },
  { row: 35, query: '$orderby=Bookings/$count', missing: BOOKINGS },
  { row: 35, query: '$filter=Bookings/$count gt 2', missing: BOOKINGS },
  { row: 36, query: '$filter=Account ne null', missing: ACCOUNTS },
  { row: 36, query: '$filter=isof(Account,EM.Account)', missing: ACCOUNTS },
  { row: 36, query: '$filter=Account/ID in (1,2)', missing: ACCOUNTS },
  { row: 37, query: '$orderby=Account/CreditLimit desc', missing: ACCOUNTS },
  { row: 38, query: '$select=ID,Account/Email', missing: ACCOUNTS },
  { row: 38, query: '$select=Account', missing: ACCOUNTS },
  { row: 39, query: '$compute=Account/Email as x&$select=x', missing: ACCOUNTS },
  { row: 40, query: '$apply=groupby((Account/Email))', missing: ACCOUNTS },
  { row: 40, query: '$apply=aggregate(Account/CreditLimit with max as m)', missing: ACCOUNTS },
  { row: 40, query: '$apply=filter(Account/CreditLimit gt 1)/groupby((ID))', missing: ACCOUNTS },
  { row: 42, query: '$filter=ID eq $root/Accounts(1)/ID', missing: ACCOUNTS },
  { row: 43, query: '$expand=Bookings($filter=Account/ID eq $it/Account/ID)', missing: BOTH },
  { row: 43, query: '$filter=$it/Account/ID eq 1', missing: ACCOUNTS },
  { row: 44, query: "$filter=@p eq 'x'&@p=Account/Name", missing: ACCOUNTS },
  {
    row: 45,
    query: "$filter=$it/EM.Organiser()/Name eq 'x'",
    missing: ['GET Events/EM.Organiser', 'GET Accounts'],
  },
]

function encoded(query: string): string {
  return query.replaceAll(' ', '%20').replaceAll("'", '%27')
}

describe('what options reach', () => {
  it.each(cases.map((each) => [each.row, each.query, each] as const))(
    'row %i: %s',
    async (_row, query, each) => {
      const path = `/Events?${encoded(query)}`
      const refused = await expectRefused(gate, path, { missing: each.missing })
      // The place is the option that says it, or the alias whose value says it.
      expect(refused.json.error.target).toMatch(/^(?:\$(?:expand|filter|orderby|select|compute|apply)|@p)$/)
      await expectForwarded(gate, path, {
        grants: ['GET Events', ...each.missing],
        arrives: `GET /Events?${each.arrives ?? query}`,
      })
    },
  )

  it('row 30: * is written as what it means, and touches all of it', async () => {
    const every = ['GET Accounts', 'GET Bookings']
    const refused = await expectRefused(gate, '/Events?$expand=*', { missing: every })
    expect(refused.json.touches.length).toBeGreaterThan(1)
    const reply = await expectForwarded(gate, '/Events?$expand=*', {
      grants: ['GET Events', ...every],
      arrives: 'GET /Events?$expand=Account,Bookings,Sessions,Parent,Children,EM.Gala/Sponsor',
    })
    expect(reply.status, reply.text).toBe(200)
  })

  it('row 30: */$ref and *($levels=2) touch the same, and never go on as stars', async () => {
    for (const query of ['$expand=*/$ref', '$expand=*($levels=2)']) {
      const refused = await expectRefused(gate, `/Events?${query}`, { status: 403 })
      expect(JSON.stringify(refused.json.missing)).toContain('em:GET:/Accounts')
      gate.arrived()
      await gate.ask('all', `/Events?${query}`)
      for (const line of gate.arrived()) expect(line).not.toContain('*')
    }
  })

  it('row 31: the same set again, level by level, with a limit', async () => {
    await expectForwarded(gate, '/Events?$expand=Parent($levels=3)', {
      grants: EVENTS,
      arrives: 'GET /Events?$expand=Parent($levels=3)',
    })
    const reply = await gate.ask(EVENTS, '/Events?$expand=Parent($levels=max)')
    for (const line of gate.arrived()) expect(line).not.toContain('max')
    expect([200, 400], reply.text).toContain(reply.status)
    await expectRefused(gate, '/Events?$expand=Parent($levels=99)', { grants: 'all', says: /level/i })
  })

  it.each([
    'join(Bookings as b)',
    'outerjoin(Bookings as b)',
    'nest(Bookings as b)',
    'descendants($root/Events,Tree,ID,filter(ID eq 1))',
    'ancestors($root/Events,Tree,ID,filter(ID eq 1))',
    'from(Bookings)',
    'EM.Custom()',
  ])('row 40: %s is forwarded for nobody', async (transformation) => {
    await expectRefused(gate, `/Events?$apply=${encoded(transformation)}`, { grants: 'all' })
  })

  it('row 41: $search may look anywhere, unless the set says that it does not', async () => {
    await expectRefused(gate, '/Events?$search=Acme', {
      status: 403,
      code: 'odata_reach_unknown',
      says: /\$search/,
    })
    await expectForwarded(gate, '/Events?$search=Acme', {
      grants: 'all',
      arrives: 'GET /Events?$search=Acme',
    })
    await expectForwarded(gate, '/Venues?$search=hall', {
      grants: ['GET Venues'],
      arrives: 'GET /Venues?$search=hall',
    })
  })

  it.each([
    '@p=1',
    "$filter=@p eq 'x'",
    "$filter=@p eq 'x'&@p=1&@p=2",
    '$filter=@p eq 1&@p=@p',
    '$filter=@p eq 1&@p=@q&@q=@p',
  ])('row 44: %s is refused for everybody: an alias is given once, used, and ends', async (query) => {
    await expectRefused(gate, `/Events?${encoded(query)}`, { grants: 'all' })
  })

  it.each([
    '$filter=@Core.Messages/any(m:m ne null)',
    '$expand=@EM.Ann',
    '$select=@Core.Messages',
    '$orderby=@EM.Ann/Name',
  ])('row 46: %s is refused for everybody', async (query) => {
    await expectRefused(gate, `/Events?${encoded(query)}`, { grants: 'all' })
  })

  it('row 54: what comes along unasked counts as asked for', async () => {
    await expectRefused(gate, '/Invoices', { grants: ['GET Invoices'], missing: BOOKINGS })
    const reply = await expectForwarded(gate, '/Invoices?$top=1', {
      grants: ['GET Invoices', 'GET Bookings'],
      arrives: 'GET /Invoices?$top=1',
    })
    expect(reply.status, reply.text).toBe(200)
  })

  it('what stays inside of the set is forwarded for who has the set', async () => {
    const query =
      "$filter=Seats gt 5 and contains(Name,'x')&$orderby=Starts desc&$select=ID,Name&$top=3&$skip=1&$count=true"
    const reply = await expectForwarded(gate, `/Events?${encoded(query)}`, {
      grants: EVENTS,
      arrives: `GET /Events?${query}`,
    })
    expect(reply.status, reply.text).toBe(200)
    expect(reply.text).not.toContain('x-accounts')
  })
})
