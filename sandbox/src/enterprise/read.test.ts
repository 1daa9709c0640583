import { describe, expect, it } from 'vitest'
import type { Row } from '#row.ts'
import { claimsAt, createClient, signJwt } from '#testing/client.ts'

const { enterprise, call, clock } = createClient()

async function rows(path: string): Promise<readonly Row[]> {
  const response = await enterprise(path)
  expect(response.status, await response.clone().text()).toBe(200)
  return (await response.json()) as readonly Row[]
}

const authorization = { Authorization: `Bearer ${signJwt(claimsAt(clock.milliseconds))}` }

const search = (filter: string): string => `/Events/10?search=${encodeURIComponent(filter)}`

async function metadata(path: string): Promise<unknown> {
  return JSON.parse((await enterprise(path)).headers.get('X-SearchMetadata') ?? 'null')
}

describe('searching Enterprise', () => {
  it.each([
    ['All', 60],
    ['1 eq 1', 60],
    ['', 60],
    ['EventID eq 9001', 1],
    ["Status eq '90' and EventID gt 9020", 4],
    ["startswith(Description,'O''Malley')", 3],
    ["substringof('Gala',Description) or EventID eq 9001", 6],
    ["StartDate ge DateTime'2026-12-01'", 4],
    ["StartDate ge DateTime'2026-01-03' and StartDate lt DateTime'2026-01-09T00:00:00'", 1],
    ['Account ne null and (EventID eq 9001 or EventID eq 9002)', 2],
    ['EventID le 9003$maxresults=2', 2],
  ])('%s finds %i', async (filter, count) => {
    expect(await rows(search(filter))).toHaveLength(count)
  })

  it('pages with options glued on, and tells where the next page is', async () => {
    const path = `/Events/10?search=${encodeURIComponent('All$page_size=25$page=2$orderby=EventID desc')}`
    const page = await rows(path)
    expect(page.map((row) => row['EventID']).slice(0, 2)).toEqual([9035, 9034])
    expect(await metadata(path)).toMatchObject({
      Total: 60,
      Page: 2,
      PageSize: 25,
      Links: { Next: expect.any(String) },
    })
    const { Links } = (await metadata(path)) as { Links: { Next: string } }
    const next = await rows(Links.Next.replace('/enterprise/api/v1', ''))
    expect(next.map((row) => row['EventID'])).toEqual([
      9010, 9009, 9008, 9007, 9006, 9005, 9004, 9003, 9002, 9001,
    ])
  })

  it('pages with parameters of their own', async () => {
    const page = await rows('/Events/10?search=All&page=3&pageSize=25&order=Description')
    expect(page).toHaveLength(10)
    expect(await metadata('/Events/10?search=All&page=3&pageSize=25')).toEqual({
      Total: 60,
      Page: 3,
      PageSize: 25,
    })
  })

  it.each([
    ['/Events/10', 404, 'search'],
    ['/Events/99?search=All', 404, 'Organization 99'],
    ['/Events/10?search=Description%20eq', 400, 'at its end'],
    ['/Events/10?search=Descripton%20eq%20null', 400, 'Descripton'],
    ['/Events/10?search=1%20eq%201%20or%20Nope%20eq%201', 400, 'Nope'],
    ['/Events/10?search=Account/Name%20eq%20null', 400, 'Account/Name'],
    ["/Events/10?search=Bookings/any(b:b/Space%20eq%20'x')", 400, 'Bookings'],
    ['/Events/10?search=All$page=0', 400, 'page'],
    ['/Events/10?search=All$page_size=many', 400, 'page size'],
    ['/Events/10?search=All$orderby=Nope', 400, 'Nope'],
    ["/Events/10?search='", 400, 'quote'],
    ['/Events/10/123456', 404, '123456'],
    ['/Events/10/%E0%A4%A', 400, 'percent'],
    ['/Nothing/10', 404, 'No operation'],
  ])('%s is %i', async (path, status, reason) => {
    const response = await enterprise(path)
    expect(response.status).toBe(status)
    expect(await response.json()).toEqual({
      Status: status,
      ErrorList: [{ Message: expect.stringContaining(reason) }],
    })
  })
})

describe('reading one', () => {
  it('matches without case, with a trailing slash, and decodes keys', async () => {
    expect(await (await enterprise('/spaces/10/room%201%2F2/')).json()).toMatchObject({ Code: 'ROOM 1/2' })
    const upper = await call('/ENTERPRISE/API/V1/EVENTS/10/9001', { headers: authorization })
    expect(await upper.json()).toMatchObject({ EventID: 9001 })
  })

  it('answers a webhook path by its value: an organization searches, a number reads', async () => {
    expect(await rows('/Webhooks/10')).toHaveLength(3)
    expect(await rows('/Webhooks')).toHaveLength(3)
    expect(await (await enterprise('/Webhooks/2')).json()).toMatchObject({ SequenceNumber: 2 })
    expect(await (await enterprise('/Webhooks/10/2')).json()).toMatchObject({ SequenceNumber: 2 })
    expect((await enterprise('/Webhooks/99')).status).toBe(404)
  })

  it('lets the query of the code lists decide between one and all', async () => {
    expect((await rows('/Countries/10')).length).toBeGreaterThan(1)
    expect(await (await enterprise('/Countries/10?code=NO')).json()).toMatchObject({ Description: 'Norway' })
    expect(await (await enterprise('/Countries/10/NO')).json()).toMatchObject({ Description: 'Norway' })
    expect(await (await enterprise('/CurrencyCodes?code=eur')).json()).toMatchObject({ Description: 'Euro' })
    expect(await (await enterprise('/States?CountryCode=US&Code=TX')).json()).toMatchObject({
      Description: 'Texas',
    })
    expect((await enterprise('/States?CountryCode=NO&Code=TX')).status).toBe(404)
  })

  it('hands out real bytes', async () => {
    const logo = await enterprise('/Events/GetLogo/10/9001')
    expect(logo.headers.get('Content-Type')).toBe('image/png')
    expect(
      Buffer.from(await logo.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
    const document = await enterprise('/Documents/10/EVENT/1/Download')
    expect(document.headers.get('Content-Disposition')).toContain('floor-plan-9001.txt')
    expect(await document.text()).toContain('event 9001')
  })

  it('serves accounts in the manner of V2', async () => {
    const read = async (query: string): Promise<Response> =>
      call(`/enterprise/api/v2/Accounts${query}`, { headers: authorization })
    const page = (await (
      await read('?orgCode=10&orderby=AccountCode desc&page=2&pagesize=10')
    ).json()) as Row[]
    expect(page).toHaveLength(10)
    expect(page[0]).toMatchObject({ AccountCode: '00002030' })
    expect((await read('')).status).toBe(400)
    expect((await read('?orgCode=99')).status).toBe(200)
  })
})
