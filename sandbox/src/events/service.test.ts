import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEventsClient } from '#testing/events-client.ts'
import { METADATA } from './metadata.ts'
import { SETS, TYPES } from './model.ts'

describe('the event service', () => {
  it('wants its key', async () => {
    const { ask, received } = createEventsClient()
    expect(await ask('/Events', { headers: { 'X-Sandbox-Key': 'other' } })).toMatchObject({ status: 401 })
    expect(await received()).toMatchObject([{ method: 'GET', target: '/events-odata/Events', reached: [] }])
    expect(JSON.stringify(await received())).not.toContain('x-sandbox-key')
  })

  it('publishes the model that it has', async () => {
    const { ask } = createEventsClient()
    expect((await ask('/$metadata')).text).toBe(METADATA)
    const published = [
      ...METADATA.matchAll(/<(?:Entity|Complex)Type Name="(\w+)"[\s\S]*?<\/(?:Entity|Complex)Type>/g),
    ]
    expect(new Set(published.map(([, name]) => name))).toEqual(new Set(Object.keys(TYPES)))
    for (const [text, name = ''] of published) {
      const base = TYPES[TYPES[name]?.base ?? '']
      const own = (all: readonly string[], inherited: readonly string[] = []): readonly string[] =>
        all.filter((one) => !inherited.includes(one))
      const names = (tag: string): readonly string[] =>
        [...text.matchAll(new RegExp(`<${tag} Name="(\\w+)"`, 'g'))].map(([, one = '']) => one)
      expect(names('Property')).toEqual(own(TYPES[name]?.properties ?? [], base?.properties))
      const links = Object.keys(TYPES[name]?.navigation ?? {})
      expect(names('NavigationProperty')).toEqual(own(links, Object.keys(base?.navigation ?? {})))
    }
    for (const set of Object.keys(SETS)) expect(METADATA).toContain(`<EntitySet Name="${set}"`)
  })

  it('pages by five, with links to its own host', async () => {
    const { ask } = createEventsClient()
    const first = (await ask('/Accounts?$filter=ID gt 2&$count=true&$orderby=ID desc')).json
    expect(first['@odata.count']).toBe(12)
    expect(first['@odata.nextLink']).toMatch(/^http:\/\/localhost\/events-odata\/Accounts\?/)
    const next = (await ask(first['@odata.nextLink'].replace(/^.*\/events-odata/, ''))).json
    const ids = [...first.value, ...next.value].map(({ ID }: { ID: number }) => ID)
    expect(ids).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5])
  })

  it('makes its rows anew, in variants that differ in one set alone', async () => {
    const { ask, side } = createEventsClient()
    const events = (await ask('/Events?$expand=Bookings,Sessions')).text
    const accounts = (await ask('/Accounts')).text
    const owners = (await ask('/Events?$expand=Account')).text
    await ask('/Events(1)', { method: 'DELETE' })
    await side('POST', { variants: { Accounts: 1 } })
    expect((await ask('/Events?$expand=Bookings,Sessions')).text).toBe(events)
    expect((await ask('/Accounts')).text).not.toBe(accounts)
    expect((await ask('/Events?$expand=Account')).text).not.toBe(owners)
    expect((await ask('/Accounts/$count')).text).toBe('16')
    await side('POST', {})
    expect((await ask('/Accounts')).text).toBe(accounts)
  })

  it('forgets its list of calls when asked to', async () => {
    const { ask, side, received } = createEventsClient()
    await ask('/Events', { method: 'POST', body: '{"Name":"A"}' })
    expect(await received()).toMatchObject([{ method: 'POST', body: '{"Name":"A"}' }])
    await side('DELETE')
    expect(await received()).toEqual([])
  })

  it('tells off whoever asks for nonsense, and does not break', async () => {
    const { ask } = createEventsClient()
    const pieces =
      "' ( ) , ; $ & ? % %27 %zz / = : @a null 1 $filter= $expand= $apply= groupby(( $count $it eq not any( Events Accounts(1) Account * $levels=max $batch $ref EM.Gala [ {"
    const piece = fc.constantFrom(' ', ...pieces.split(' '))
    const target = fc.array(piece, { maxLength: 14 }).map((parts) => `/Events${parts.join('')}`)
    const method = fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT')
    await fc.assert(
      fc.asyncProperty(method, target, fc.jsonValue(), async (method, target, value) => {
        const body = method === 'GET' ? {} : { body: JSON.stringify(value) }
        expect((await ask(target, { method, ...body })).status, `${method} ${target}`).toBeLessThan(500)
      }),
      { numRuns: 1000 },
    )
  })
})
