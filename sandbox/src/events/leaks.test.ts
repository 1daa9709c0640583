import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { createEventsClient } from '#testing/events-client.ts'
import { makePageToken } from './page-token.ts'

// A gateway is tested against this service. That proves something only where the service really gives what it is asked
// for: each of these brings values of another set than the one that stands first in the address.

const ACCOUNTS = /x-accounts-|@x-accounts-email/
const forged = makePageToken({ start: 0, query: 'Accounts?$orderby=CreditLimit' })

describe('addresses that bring Accounts', () => {
  const { ask } = createEventsClient()

  it.each([
    '/Accounts',
    '/Events(1)/Account',
    '/Events/1/Account',
    '/events(1)/ACCOUNT',
    '/Events(1)/Account/Email',
    '/Events(1)/Account/Email/$value',
    '/Events/EM.Gala/Sponsor',
    '/Events(4)/EM.Gala/Sponsor',
    '/Events(1)/Sessions(2)/Speaker/Account',
    '/Events(1)/Location/Venue/Owner',
    '/Me/Account',
    '/Events(1)/EM.Organiser()',
    '/Events(1)/Organiser',
    '/TopAccounts(n=2)',
    '/TopAccounts(n=@n)?@n=2',
    '/TopAccounts?n=2',
    '/$entity?$id=Accounts(1)',
    '/$crossjoin(Events,Accounts)',
    '/EM.Accounts',
    '/Container.Accounts',
    '//Accounts',
    '/Events/../Accounts',
    '/Events/%2e%2e/Accounts',
    '/Events(1)%2FAccount',
    '/Events%3F$expand=Account',
    "/Events(Code='E1')/Account",
    '/Events/$filter(ID eq 1)/Account',
    '/Events?$expand=Account',
    '/Events?$expand=*',
    '/Events?$expand=Bookings($expand=Account)',
    '/Events?$expand=Parent($levels=2;$expand=Account)',
    '/Events?$expand=EM.Gala/Sponsor',
    '/Events?$expand=Location/Venue($expand=Owner)',
    '/Events?$expand=Sessions($expand=Speaker($expand=Account))',
    '/Events?$select=ID,Account/Email',
    '/Events?$select=Account',
    '/Events?$compute=Account/Email as mail&$select=mail',
    '/Events?$apply=groupby((Account/Email))',
    '/Events?$apply=aggregate(Account/Email with max as mail)',
    '/Events?$apply=filter(ID gt 1)/groupby((Account/Name),aggregate(Seats with sum as seats))',
    '/Events?expand=Account',
    '/Events?$EXPAND=Account',
    '/Events?%24expand=Account',
    '/Events?%65xpand=Account',
    '/Events?$expand=Bookings&$expand=Account',
    '/Events?$expand=Bookings&expand=Account',
    '/Events?sap-client=1%26$expand=Account',
    '/Events?$format=json%26$expand=Account',
    "/Events?@p='x'%26$expand=Account",
    '/Events?$expand=%20Account',
    '/Events?$expand=Account%09',
    '/Events?$expand=Sessions,+Account',
    `/Events?$skiptoken=${forged}`,
    '/Events(13)',
    '/Events?$filter=ID%20eq%2013',
  ])('GET %s', async (target) => {
    const { status, text } = await ask(target)
    expect([status, text]).toEqual([200, expect.stringMatching(ACCOUNTS)])
  })

  it.each(['/Events', '/Events(1)', '/Events?$expand=Bookings', '/Events(1)/Account/$ref', '/Venues', '/Me'])(
    'but not GET %s',
    async (target) => {
      const { status, text } = await ask(target)
      expect([status, text]).toEqual([200, expect.not.stringMatching(ACCOUNTS)])
    },
  )

  it('and /$all page by page', async () => {
    let link = '/$all'
    let all = ''
    for (let page = 0; page < 20 && link !== ''; page++) {
      const { text, json } = await ask(link)
      all += text
      link = json['@odata.nextLink']?.replace(/^.*\/events-odata/, '') ?? ''
    }
    expect(all).toMatch(ACCOUNTS)
  })

  it('so do a method override and a query in a body', async () => {
    const overridden = await ask('/Events(1)/Account', {
      method: 'POST',
      headers: { 'X-HTTP-Method-Override': 'GET' },
    })
    expect(overridden.text).toMatch(ACCOUNTS)
    const body = '$expand=Account'
    expect((await ask('/Events/$query', { method: 'POST', body })).text).toMatch(ACCOUNTS)
    expect((await ask('/Events/$query?$select=ID', { method: 'POST', body })).text).toMatch(ACCOUNTS)
  })
})

describe('what tells about Accounts without bringing them', () => {
  const { ask } = createEventsClient()
  const ids = async (target: string): Promise<readonly number[]> =>
    (await ask(target)).json.value.map(({ ID }: { ID: number }) => ID)

  it.each([
    "$filter=startswith(Account/Email,'leak-accounts-1')",
    '$filter=Bookings/any(b:b/Account/CreditLimit gt 700050)',
    '$filter=Bookings/any(Bookings:Bookings/Account/CreditLimit gt 700050)',
    '$filter=Account ne null',
    '$filter=ID eq $root/Accounts(3)/ID',
    '$filter=@p gt 700050&@p=Account/CreditLimit',
    '$filter=$it/EM.Organiser()/CreditLimit gt 700050',
    '$filter=Account in ($root/Accounts(9))',
    '$filter=Bookings/$count gt 1',
    '$filter=Bookings/$filter(Account/CreditLimit gt 700050)/$count gt 0',
    '$filter=isof(Account,EM.Account)',
    '$orderby=Account/CreditLimit desc',
    '$orderby=Bookings/$count',
    '$search=x-accounts-name-1',
  ])('%s changes what comes', async (option) => {
    const found = await ids(`/Events?$top=5&${option}`)
    expect(found.length).toBeGreaterThan(0)
    expect(found).not.toEqual([1, 2, 3, 4, 5])
  })

  it('$count, and references', async () => {
    expect((await ask('/Accounts/$count')).text).toBe('14')
    expect((await ask('/Events/$filter(Account/CreditLimit gt 700050)/$count')).text).not.toMatch(/^(0|15)$/)
    expect((await ask('/Events(1)/Account/$ref')).text).toContain('/events-odata/Accounts(')
    expect((await ask('/Events?$expand=Account/$ref')).text).toContain('/events-odata/Accounts(')
    expect(
      (await ask('/Events?$expand=Bookings/$count($filter=Account/CreditLimit gt 700050)')).text,
    ).toContain('Bookings@odata.count')
  })

  it('errors that name what there is', async () => {
    expect((await ask('/Nothing')).text).toContain('Accounts')
    expect((await ask('/Events?$filter=Nothing eq 1')).text).toContain('Account (of Accounts)')
    expect((await ask('/Accounts(99)')).text).toContain('Accounts has no row')
  })
})

describe('bodies', () => {
  const json = (body: unknown, method = 'POST'): { method: string; body: string } => ({
    method,
    body: JSON.stringify(body),
  })

  it('insert deeply, link, change and remove what hangs from them', async () => {
    const { ask, received } = createEventsClient()
    const made = await ask(
      '/Events?$expand=Account,Bookings',
      json({ Name: 'New', 'Account@odata.bind': 'Accounts(3)', Bookings: [{ Space: 'Z' }] }),
    )
    expect(made).toMatchObject({
      status: 201,
      json: { ID: 16, Account: { ID: 3, Name: 'x-accounts-name-3' }, Bookings: [{ ID: 22, Space: 'Z' }] },
    })
    await ask('/Events(16)', json({ 'Bookings@delta': [{ ID: 22, Space: 'Y' }, { Space: 'W' }] }, 'PATCH'))
    await ask('/Events(16)', json({ Account: { ID: 3, Name: 'Taken' } }, 'PATCH'))
    await ask('/Events(16)', json({ Bookings: [{ '@removed': {}, '@id': 'Bookings(22)' }] }, 'PATCH'))
    expect((await ask('/Accounts(3)')).json.Name).toBe('Taken')
    expect((await ask('/Bookings(22)')).status).toBe(404)
    expect((await ask('/Bookings(23)')).json.Space).toBe('W')
    expect((await received()).slice(0, 4).map(({ reached }) => reached)).toEqual([
      expect.arrayContaining(['POST Events', 'POST Bookings', 'GET Accounts']),
      expect.arrayContaining(['PATCH Events', 'PATCH Bookings', 'POST Bookings']),
      expect.arrayContaining(['PATCH Events', 'PATCH Accounts']),
      expect.arrayContaining(['PATCH Events', 'DELETE Bookings']),
    ])
  })

  it('know derived types, upserts, deltas, references, streams and actions', async () => {
    const { ask } = createEventsClient()
    const gala = { '@odata.type': '#EM.Gala', Sponsor: { '@id': 'Accounts(2)' } }
    await ask('/Events', json(gala))
    expect((await ask('/Events(16)/EM.Gala/Sponsor')).json.ID).toBe(2)
    const upsert = json({ Name: 'Upserted' }, 'PUT')
    expect((await ask('/Events(99)', { ...upsert, headers: { 'If-Match': '*' } })).status).toBe(404)
    expect((await ask('/Events(99)', upsert)).status).toBe(201)
    await ask(
      '/Events',
      json(
        {
          value: [
            { ID: 99, Name: 'Changed' },
            { '@removed': {}, '@id': 'Events(1)' },
          ],
        },
        'PATCH',
      ),
    )
    expect((await ask('/Events(99)/Name/$value')).text).toBe('Changed')
    expect((await ask('/Events(1)')).status).toBe(404)
    await ask('/Events(2)/Bookings/$ref', json({ '@odata.id': 'Bookings(9)' }))
    expect((await ask('/Bookings(9)/Event')).json.ID).toBe(2)
    await ask('/Events(2)/Bookings/$ref?$id=../Bookings(9)', { method: 'DELETE' })
    expect((await ask('/Bookings(9)/Event')).status).toBe(204)
    await ask('/Events(2)/Banner', { method: 'PUT', body: 'bytes' })
    expect((await ask('/Events(2)/Banner')).text).toBe('bytes')
    expect((await ask('/Invoices(3)/$value')).text).toBe('x-invoices-media-3')
    expect((await ask('/Events(2)/EM.Cancel', json({ reason: 'rain' }))).json.Seats).toBe(0)
    await ask('/Events/$filter(ID lt 9)/$each/EM.Cancel', json({}))
    expect((await ask('/Events(8)/Seats')).json.value).toBe(0)
    expect((await ask('/MergeAccounts', json({ from: 1, into: 2 }))).json.ID).toBe(2)
    expect((await ask('/Accounts(1)')).status).toBe(404)
    expect((await ask('/Events(3)/Account', { method: 'DELETE' })).status).toBe(204)
    expect((await ask('/Events/$filter(@f)/$each?@f=Seats eq 0', { method: 'DELETE' })).status).toBe(204)
    expect((await ask('/Events(8)')).status).toBe(404)
  })

  it('are inflated', async () => {
    const { ask, received } = createEventsClient()
    const body = new Uint8Array(
      gzipSync(JSON.stringify({ requests: [{ id: '1', method: 'get', url: 'Accounts' }] })),
    )
    const headers = { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }
    expect((await ask('/$batch', { method: 'POST', body, headers })).text).toMatch(ACCOUNTS)
    expect((await received())[0]?.body).toContain('"url":"Accounts"')
  })
})

describe('batches', () => {
  const multipart = { 'Content-Type': 'multipart/mixed; boundary=b' }
  const part = (request: string): string =>
    `--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n${request}\r\n`

  it.each([
    ['in the preamble', `GET Accounts HTTP/1.1\r\n\r\n${part('GET Events(1) HTTP/1.1\r\n')}--b--`],
    ['in the epilogue', `${part('GET Events(1) HTTP/1.1\r\n')}--b--\r\nGET Accounts HTTP/1.1\r\n\r\n`],
    ['twice in a part', `${part('GET Events(1) HTTP/1.1\r\n\r\nGET Accounts HTTP/1.1\r\n')}--b--`],
    [
      'below another boundary',
      `${part('GET Events(1)\r\n')}--c\r\n\r\nGET /events-odata/Accounts\r\n\r\n--b--`,
    ],
    ['by an absolute address', `${part('GET http://x/events-odata/Accounts HTTP/1.1\r\n')}--b--`],
  ])('run requests %s', async (_, body) => {
    const { ask } = createEventsClient()
    expect((await ask('/$batch', { method: 'POST', body, headers: multipart })).text).toMatch(ACCOUNTS)
  })

  it('have change sets and references to what was made', async () => {
    const { ask } = createEventsClient()
    const body = [
      '--b\r\nContent-Type: multipart/mixed; boundary=c\r\n',
      '--c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n',
      'POST Accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"Name":"Mine"}',
      '--c\r\nContent-Type: application/http\r\nContent-ID: 2\r\n',
      'POST $1/Events HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{"Name":"Of mine"}',
      '--c--',
      '--b\r\nContent-Type: application/http\r\n\r\nGET Accounts(15)/Events HTTP/1.1\r\n\r\n--b--',
    ].join('\r\n')
    const { text } = await ask('/$batch', { method: 'POST', body, headers: multipart })
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 201', 'HTTP/1.1 200'])
    expect(text.split('"Of mine"')).toHaveLength(3)
    expect(text).toContain('--c--\r\n--answers')
  })

  it('in JSON take the last of two equal members, and references', async () => {
    const { ask, received } = createEventsClient()
    const headers = { 'Content-Type': 'application/json' }
    const body =
      '{"requests":[{"id":"r0","method":"get","url":"Events(1)","url":"Events(3)"},{"id":"r1","method":"GET","url":"$r0/Account"}]}'
    const { json, text } = await ask('/$batch', { method: 'POST', body, headers })
    expect(json.responses[0].body.ID).toBe(3)
    expect(text).toMatch(ACCOUNTS)
    expect((await received())[0]?.reached).toEqual(expect.arrayContaining(['GET Events', 'GET Accounts']))
  })
})
