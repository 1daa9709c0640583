import { describe, expect, it } from 'vitest'
import type { Row } from '#row.ts'
import { createClient } from '#testing/client.ts'
import { LINKS, SETS } from './sets.ts'

const { odata } = createClient()

type Page = Row & { readonly value: readonly Row[]; readonly '@odata.nextLink'?: string }

async function read(path: string): Promise<Page> {
  const response = await odata(path)
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as Page
}

/** Both spellings of the same options. */
function spellings(set: string, options: string): readonly string[] {
  const plain = options
    .split('&')
    .map((option) => option.replace(/=(.*)$/s, (_, value: string) => `=${encodeURIComponent(value)}`))
  return [`${set}?${plain.join('&')}`, `${set}?ODataQuery=${encodeURIComponent(options)}`]
}

describe('the documents of the service', () => {
  it('lists its sets', async () => {
    const { value } = await read('/')
    expect(value.map((set) => set['name'])).toEqual(SETS.map(([name]) => name))
    expect(await read('')).toMatchObject({ '@odata.context': 'http://localhost/enterprise/odata/$metadata' })
  })

  it('describes them in CSDL, each name once in its type', async () => {
    const response = await odata('/$metadata')
    expect(response.headers.get('Content-Type')).toContain('xml')
    const xml = await response.text()
    const types = xml.split('<EntityType ').slice(1)
    expect(types).toHaveLength(SETS.length)
    for (const type of types) {
      const names = [...type.matchAll(/<(?:Navigation)?Property Name="(\w+)"/g)].map(([, name]) => name)
      expect(new Set(names).size, type.slice(0, 40)).toBe(names.length)
      const keys = [...type.matchAll(/<PropertyRef Name="(\w+)"/g)].map(([, name]) => name)
      for (const key of keys) expect(names).toContain(key)
    }
    expect(xml).toContain('<NavigationProperty Name="Account" Type="Momentus.Enterprise.Account"/>')
    expect(xml).toContain('<Property Name="StartDate" Type="Edm.DateTimeOffset"/>')
  })
})

describe('query options, in both spellings', () => {
  it.each([
    ['$filter=EventID eq 9001', [9001]],
    ["$filter=Organization eq '10' and EventID eq 9001", [9001]],
    ["$filter=EventID eq 9002 or EventID eq 9001 and Description eq 'x'", [9002]],
    ["$filter=Account/Name eq 'O''Malley Exhibitions' and EventID lt 9040&$orderby=EventID", [9005, 9025]],
    ["$filter=Bookings/any(b:b/SpaceCode eq 'QUAY') and EventID le 9014", [9007, 9014]],
    ['$filter=Bookings/any(b:b/Space/CapacityAmount gt 7000) and EventID le 9010', [9003, 9010]],
    ['$filter=Functions/$count eq 4 and EventID eq 9001', [9001]],
    ['$filter=StartDate lt 2026-01-10T00:00:00Z&$orderby=StartDate desc', [9002, 9001]],
    ["$filter=contains(tolower(Description),'saltmarsh') and Rank le 5&$top=1", [9001]],
    ['$top=2&$skip=3&$orderby=EventID desc', [9057, 9056]],
    ['$orderby=Account/Name,EventID&$top=2', [9004, 9024]],
    ['$filter=EventID in (9001,9003)&$select=EventID', [9001, 9003]],
  ])('%s', async (options, ids) => {
    for (const path of spellings('/Events', options))
      expect(
        (await read(path)).value.map((row) => row['EventID']),
        path,
      ).toEqual(ids)
  })

  it('selects, counts and expands', async () => {
    for (const path of spellings(
      '/Events',
      '$filter=EventID eq 9001&$select=EventID&$count=true&$expand=Account($select=Name),Functions($select=FunctionID;$filter=FunctionID gt 1;$orderby=FunctionID desc;$top=2;$count=true)',
    )) {
      expect(await read(path)).toEqual({
        '@odata.context': 'http://localhost/enterprise/odata/$metadata#Events',
        '@odata.count': 1,
        value: [
          {
            EventID: 9001,
            Account: { Name: 'Saltmarsh Publishing' },
            'Functions@odata.count': 3,
            Functions: [{ FunctionID: 4 }, { FunctionID: 3 }],
          },
        ],
      })
    }
  })

  it.each(LINKS.filter((link) => link.forward !== undefined))(
    'expands $from to $forward, each row to one of $to',
    async ({ from, forward = '' }) => {
      const { value } = await read(`/${from}?$expand=${forward}&$top=5`)
      for (const row of value) expect(row[forward]).toMatchObject({})
    },
  )

  it.each(LINKS.filter((link) => link.back !== undefined))(
    'expands $to to its $back, and finds some',
    async ({ to, back = '' }) => {
      const { value } = await read(`/${to}?$expand=${back}`)
      expect(value.some((row) => (row[back] as Row[]).length > 0)).toBe(true)
    },
  )

  it('expands several levels, and everything by a star', async () => {
    const nested = await read('/Invoices?$top=1&$expand=Event($expand=Bookings($expand=Space))')
    expect(nested.value[0]).toMatchObject({ Event: { Bookings: [{ Space: { Code: 'HALL-A' } }, {}, {}] } })
    const all = await read('/Bookings?$top=1&$expand=*')
    expect(all.value[0]).toMatchObject({ Event: { EventID: 9001 }, Space: { Code: 'HALL-A' } })
  })

  it('takes option names without $ and in any case, and passes over strangers', async () => {
    expect((await read('/Events?FILTER=EventID%20eq%209001&sap-client=1')).value).toHaveLength(1)
  })
})

describe('paths', () => {
  it.each([
    ["/Organizations('10')", { OrganizationCode: '10' }],
    ["/Organizations(OrganizationCode='10')", { OrganizationCode: '10' }],
    ["/Events(Organization='10',EventID=9001)", { EventID: 9001, StartDate: '2026-01-03T00:00:00Z' }],
    ["/Events(EventID=9001,Organization='10')/Account", { AccountCode: '00001001' }],
    [
      "/Events(Organization='10',EventID=9001)/Functions(OrganizationCode='10',EventID=9001,FunctionID=2)/Space",
      { Code: 'HALL-A' },
    ],
    ["/Events(Organization='10',EventID=9001)/StartDate", { value: '2026-01-03T00:00:00Z' }],
    ["/Spaces(Organization='10',Code='ROOM%201%2F2')", { CapacityAmount: 160 }],
  ])('%s', async (path, expected) => {
    expect(await read(path)).toMatchObject(expected)
  })

  it('counts', async () => {
    expect(await (await odata('/Events/$count')).text()).toBe('60')
    expect(await (await odata('/Events/$count?$filter=EventID%20gt%209050')).text()).toBe('10')
    expect(await (await odata("/Events(Organization='10',EventID=9001)/Bookings/$count")).text()).toBe('3')
  })
})

describe('pages', () => {
  it('are of fifty rows and link to the next in the spelling that was used', async () => {
    for (const path of spellings(
      '/Bookings',
      "$filter=OrganizationCode eq '10'&$select=EventID,SequenceNumber",
    )) {
      const seen: Row[] = []
      for (let next: string | undefined = path; next !== undefined; ) {
        const page: Page = await read(next)
        expect(page.value.length).toBeLessThanOrEqual(50)
        seen.push(...page.value)
        next = page['@odata.nextLink']?.replace('http://localhost/enterprise/odata', '')
        if (next !== undefined) expect(next.includes('ODataQuery=')).toBe(path.includes('ODataQuery='))
      }
      expect(new Set(seen.map((row) => JSON.stringify(row))).size).toBe(180)
    }
  })

  it('stop at $top', async () => {
    const first = await read('/Bookings?$top=60')
    expect(first.value).toHaveLength(50)
    const second = await read(
      first['@odata.nextLink']?.replace('http://localhost/enterprise/odata', '') ?? '',
    )
    expect(second.value).toHaveLength(10)
    expect(second).not.toHaveProperty('@odata.nextLink')
    expect(await read('/Bookings?$top=50')).not.toHaveProperty('@odata.nextLink')
  })

  it('link to where the caller sees the service', async () => {
    const headers = {
      'X-Forwarded-Proto': 'https',
      'X-Forwarded-Host': 'api.example.com',
      'X-Forwarded-Prefix': '/enterprise/connect/api/odata',
    }
    const page = (await (await odata('/Events', { headers })).json()) as Page
    expect(page['@odata.nextLink']).toBe(
      'https://api.example.com/enterprise/connect/api/odata/Events?$skiptoken=50',
    )
    expect(page['@odata.context']).toMatch(
      /^https:\/\/api\.example\.com\/enterprise\/connect\/api\/odata\/\$metadata/,
    )
  })
})

describe('refusals', () => {
  it.each([
    ['/Nothing', 404],
    ['/Users', 404],
    ["/Events('10')", 400],
    ['/Events(EventID=9001)', 400],
    ["/Events(Organization='10',EventID=1)", 404],
    ["/Events(Organization='10',EventID=9001)/Nothing", 404],
    ['/Events/Functions', 404],
    ['/Events(', 404],
    ['/Events?$filter=EventID eq', 400],
    ['/Events?$filter=Nothing eq 1', 400],
    ['/Events?$filter=1 eq 1 or Account/Nothing eq 1', 400],
    ['/Events?$filter=Account eq 1', 400],
    ["/Events?$filter=Bookings/any(b:b/Nothing eq 'x')", 400],
    ["/Events?$filter=Description eq 'open", 400],
    ['/Events?$select=Nothing', 400],
    ['/Notes?$top=0&$select=Nothing', 400],
    ['/Events?$expand=Nothing', 400],
    ['/Events?$expand=Account($expand=Nothing)', 400],
    ['/Events?$expand=Account($format=json)', 400],
    ['/Events?$orderby=Nothing', 400],
    ['/Events?$top=-1', 400],
    ['/Events?$top=1&$top=2', 400],
    ['/Events?$top=1&TOP=2', 400],
    ['/Events?$top=1%26$expand=Account', 400],
    ['/Events?$skiptoken=x', 400],
    ['/Events?$apply=aggregate($count as n)', 400],
    ['/Events?$filter=%E0%A4%A', 400],
    ['/Events?ODataQuery=$filter', 400],
    [`/Events?$filter=${'('.repeat(2000)}`, 400],
  ])('%s is %i', async (path, status) => {
    const response = await odata(path)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      error: { code: expect.any(String), message: expect.any(String) },
    })
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'])('%s is 405: the service is read only', async (method) => {
    expect((await odata('/Events', { method })).status).toBe(405)
  })
})
