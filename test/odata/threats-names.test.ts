import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVENTS, type Gate, startGate } from './support/gate.ts'
import { expectForwarded, expectRefused } from './support/outcomes.ts'

// Rows 47 to 53 of the threat table: how options are spelled, and options that mean another query.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const ACCOUNTS = ['GET Accounts']

describe('how options are spelled', () => {
  it.each([
    'expand=Account',
    '$EXPAND=Account',
    '$Expand=Account',
    '%24expand=Account',
    '%65xpand=Account',
    '%24%45xpand=Account',
  ])('row 47: %s is $expand, and goes on as that', async (query) => {
    await expectRefused(gate, `/Events?${query}`, { missing: ACCOUNTS })
    await expectForwarded(gate, `/Events?${query}`, {
      grants: ['GET Events', ...ACCOUNTS],
      arrives: 'GET /Events?$expand=Account',
    })
  })

  it.each([
    '$expand=account',
    '$expand=ACCOUNT',
    '$filter=account/name%20eq%20null',
    '$expand=%EF%BC%A1ccount',
  ])('row 47: identifiers are exact: %s is refused for everybody', async (query) => {
    await expectRefused(gate, `/Events?${query}`, { grants: 'all' })
  })

  it.each([
    '$filter=ID%20eq%201&filter=ID%20eq%202',
    '$expand=Parent&$expand=Children',
    '$top=1&%24TOP=2',
    '$select=ID&select=Name',
  ])('row 48: %s says the same option twice, and is refused for everybody', async (query) => {
    await expectRefused(gate, `/Events?${query}`, { grants: 'all', code: 'odata_malformed' })
  })

  it.each([
    'x=1%26$expand=Account',
    'sap-client=1%26$expand=Account',
    '$format=json%26$expand=Account',
    '$skiptoken=1%26$expand=Account',
    '$search=x%26$expand=Account',
    "$filter=@p%20eq%20'x'&@p='x'%26$expand=Account",
    '$filter=ID%20eq%201%23x',
    '$top=1%3B$expand=Account',
    '$top=1%2526$expand=Account',
    '$filter=ID%20eq%201%00',
  ])('row 49: a delimiter hidden in %s is refused for everybody', async (query) => {
    await expectRefused(gate, `/Events?${query}`, { grants: 'all' })
  })

  it('row 49: inside of a quoted literal it is a letter like any other, and goes on as one', async () => {
    const reply = await gate.ask(EVENTS, "/Events?$filter=Name%20eq%20'R%26D%20Account%20%23%201'")
    expect(reply.status, reply.text).toBe(200)
    const arrived = gate.upstream.received.splice(0).map(({ url }) => url)
    expect(arrived).toHaveLength(1)
    expect(arrived[0]).toContain("'R%26D%20Account%20%23%201'")
    // One that would be another option to a server which decodes first is not let through as a literal either.
    await expectRefused(gate, "/Events?$filter=Name%20eq%20'a%26$expand=Account'", { code: 'odata_doubtful' })
  })

  it.each(['sap-client=100', 'debug=1', 'n=2', 'callback=x'])(
    'row 50: the option %s of nobody does not go on, for anybody',
    async (query) => {
      for (const grants of [EVENTS, 'all'] as const) {
        gate.arrived()
        const reply = await gate.ask(grants, `/Events?$top=1&${query}`)
        expect([200, 400], reply.text).toContain(reply.status)
        for (const line of gate.arrived()) expect(line).toBe('GET /Events?$top=1')
      }
    },
  )

  it.each([
    '$schemaversion=2',
    '$id=Accounts(1)',
    '$index=0',
    '$at=2026-01-01',
    '$from=2026-01-01',
    '$whatever=1',
    '$levels=1',
  ])('row 52, row 53: %s has no place there, and is refused for everybody', async (query) => {
    await expectRefused(gate, `/Events?${query}`, { grants: 'all' })
  })
})

describe('row 51: tokens stand for whole queries', () => {
  it('row 51: an upstream’s own token is for who may call everything', async () => {
    await expectRefused(gate, '/Events?$skiptoken=abc', {
      status: 403,
      code: 'odata_reach_unknown',
      says: /skiptoken/,
    })
    await expectForwarded(gate, '/Events?$skiptoken=abc', {
      grants: 'all',
      arrives: 'GET /Events?$skiptoken=abc',
    })
  })

  it.each(['/Events?$deltatoken=abc', '/Events?deltatoken=abc'])('row 51: %s is refused', async (path) => {
    const refused = await expectRefused(gate, path, { status: 403, code: 'odata_reach_unknown' })
    expect(refused.json.detail).toMatch(/deltatoken/)
  })

  it('row 51: changes are not tracked for who is restricted', async () => {
    for (const prefer of ['track-changes', 'odata.track-changes']) {
      const init = { headers: { prefer } }
      await expectRefused(gate, '/Events', {
        init,
        status: 403,
        code: 'odata_reach_unknown',
        says: /track-changes/,
      })
    }
  })

  it('row 51: a next link carries a token of the gateway’s, which opens for the same credential and query only', async () => {
    const both = ['GET Events', 'GET Accounts']
    const first = await gate.ask(both, '/Events?$expand=Account')
    const link: string = first.json['@odata.nextLink']
    expect(link).toMatch(new RegExp(`^${gate.door.gatewayUrl}/em/Events\\?.*skiptoken=gw\\.`))
    const next = link.slice(`${gate.door.gatewayUrl}/em`.length)
    gate.arrived()
    const second = await gate.ask(both, next)
    expect(second.status, second.text).toBe(200)
    expect(gate.arrived().join()).not.toContain('gw.')
    expect(second.json.value[0].ID).not.toBe(first.json.value[0].ID)
    // Another credential with the same endpoints, and one with fewer, get nowhere with it.
    await expectRefused(gate, next, {
      grants: ['GET Accounts', 'GET Events'],
      status: 403,
      code: 'odata_reach_unknown',
    })
    await expectRefused(gate, next, { status: 403 })
    const narrowed = next.replace('$expand=Account&', '').replace('&$expand=Account', '')
    await expectRefused(gate, narrowed, { status: 403 })
    await expectRefused(gate, `${next}x`, { grants: both, status: 403, code: 'odata_reach_unknown' })
  })
})
