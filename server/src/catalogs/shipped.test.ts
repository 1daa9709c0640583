import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { createMatcher, type Matcher, match } from '@stagedoor/core/catalog/matcher.ts'
import vectors from '@stagedoor/core/corpus/matching.json' with { type: 'json' }
import { parseTarget } from '@stagedoor/core/target.ts'
import { beforeAll, describe, expect, it } from 'vitest'
import { ENDPOINT_LIST, makeCatalogs } from '#scripts/make-catalogs.ts'
import { type ImportedCatalog, importCatalog } from './import-catalog.ts'

const FOLDER = resolve(import.meta.dirname, '../../../catalogs')
const SHIPPED = [
  { id: 'enterprise', file: 'enterprise.openapi.json', mount: '/enterprise/connect/api', count: 792 },
  { id: 'odata', file: 'enterprise-odata.csdl.xml', mount: '/enterprise/connect/api/odata', count: 36 },
  { id: 'elite', file: 'elite.openapi.json', mount: '/elite/connect/api', count: 127 },
]
const imported = new Map<string, ImportedCatalog>()
let matchers: Matcher[] = []

beforeAll(async () => {
  for (const { id, file, mount } of SHIPPED) {
    imported.set(id, await importCatalog({ id, file, mount, text: readFileSync(join(FOLDER, file), 'utf8') }))
  }
  matchers = [...imported.values()].map(({ catalog }) => createMatcher(catalog))
})

describe('the shipped catalogs', () => {
  it.each(SHIPPED)('$id has $count endpoints, each with an id of its own', ({ id, count }) => {
    const { catalog, notes } = imported.get(id) ?? expect.fail('not imported')
    expect(catalog.endpoints).toHaveLength(count)
    expect(new Set(catalog.endpoints.map((endpoint) => endpoint.id)).size).toBe(count)
    expect(notes).toEqual([])
  })

  it('keeps its ids: they stand in the credentials of every installation', () => {
    const all = [...imported.values()].flatMap(({ catalog }) => catalog.endpoints)
    const find = (operation: string, resource: string): unknown =>
      all.find((each) => each.operation === operation && each.resource === resource)
    expect(find('GetEventList', 'Events')).toEqual({
      id: 'enterprise:GET:/events/{}',
      catalog: 'enterprise',
      operation: 'GetEventList',
      method: 'GET',
      path: '/enterprise/connect/api/Events/{OrgCode}',
      title: expect.any(String),
      resource: 'Events',
      effect: 'read',
      licenceTier: expect.any(String),
    })
    expect(find('QueryEvents', 'Events')).toMatchObject({
      catalog: 'odata',
      id: 'odata:GET:/Events',
      path: '/enterprise/connect/api/odata/Events',
    })
    expect(find('QueryAccounts', 'Accounts')).toMatchObject({ id: 'odata:GET:/Accounts', inferred: true })
    expect(find('SearchAccounts', 'Accounts')).toMatchObject({
      id: 'elite:GET:/v1/accounts',
      path: '/elite/connect/api/v1/accounts',
    })
  })

  it('has no other endpoint for OData than it ever had: one GET per set, by the name that touches have', () => {
    const { catalog } = imported.get('odata') ?? expect.fail('not imported')
    const sets = [
      ...readFileSync(join(FOLDER, 'enterprise-odata.csdl.xml'), 'utf8').matchAll(/<EntitySet Name="(\w+)"/g),
    ]
    const names = sets.map((found) => found[1])
    expect(names).toHaveLength(36)
    expect(catalog.endpoints.map(({ id }) => id)).toEqual(names.map((name) => `odata:GET:/${name}`))
    expect([...(catalog.odata?.endpointIds ?? [])]).toEqual(
      names.map((name) => [`GET ${name}`, `odata:GET:/${name}`]),
    )
    // Nobody has published what the sets hold.
    expect([...(catalog.odata?.model.sources.values() ?? [])].every(({ type }) => type.undescribed)).toBe(
      true,
    )
  })

  it('knows reads that go by POST', () => {
    const reads = [...imported.values()].flatMap(({ catalog }) =>
      catalog.endpoints.filter(({ method, effect }) => method !== 'GET' && effect === 'read'),
    )
    expect(reads.map(({ operation }) => operation).toSorted()).toEqual([
      'AvailabilitySearch',
      'CalculateTaxes',
      'QueryAllEvents',
      'QueryByDateRange',
      'QueryEvents',
    ])
  })

  it('marks the 30 inferred entity sets', () => {
    expect(imported.get('odata')?.catalog.endpoints.filter(({ inferred }) => inferred)).toHaveLength(30)
  })

  it('marks what is about people, and nothing that is not', () => {
    const resources = (id: string, personal: true | undefined): ReadonlySet<string> =>
      new Set(
        imported
          .get(id)
          ?.catalog.endpoints.filter(({ personalData }) => personalData === personal)
          .map(({ resource }) => resource),
      )
    const people = ['Accounts', 'Activities', 'Exhibitors', 'RegistrationOrders', 'Users']
    for (const id of ['enterprise', 'odata']) {
      expect([...resources(id, true)]).toEqual(expect.arrayContaining(people))
      expect([...resources(id, undefined)]).toEqual(expect.arrayContaining(['Bookings', 'Events', 'Spaces']))
    }
    // An event of Elite carries its contacts.
    expect([...resources('elite', true)]).toEqual(expect.arrayContaining(['Accounts', 'Contacts', 'Events']))
    expect([...resources('elite', undefined)]).toEqual(expect.arrayContaining(['Booked Spaces', 'Functions']))
  })

  it('is what the generator makes of the list of endpoints', (context) => {
    if (!existsSync(ENDPOINT_LIST)) return context.skip(`the list of endpoints is absent: ${ENDPOINT_LIST}`)
    const made = makeCatalogs(JSON.parse(readFileSync(ENDPOINT_LIST, 'utf8')))
    for (const [name, text] of made) expect(readFileSync(join(FOLDER, name), 'utf8'), name).toBe(text)
  })
})

describe('the traps of matching, on the shipped catalogs', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const [method = '', text = ''] = vector.call.split(' ')
    const parsed = parseTarget(text)
    if (!parsed.ok) return expect.fail(parsed.problem)
    const found = match(matchers, method, parsed.target)
    if (vector.problem !== undefined) {
      expect(found.kind).toBe(vector.problem)
      if (found.kind === 'unknown') expect(found.methods).toEqual(vector.methods)
      if (found.kind === 'odata') expect(found.matcher.catalog.id).toBe(vector.catalog)
      return
    }
    expect(found).toMatchObject({ kind: 'endpoint', upstreamPath: vector.upstream })
    if (found.kind === 'endpoint') {
      expect(found.form.endpoint.id).toBe(vector.endpoint)
      expect(found.matcher.catalog.id).toBe(vector.catalog)
    }
  })

  it('finds every shipped endpoint by a call that fills its template', () => {
    for (const { catalog } of imported.values()) {
      if (catalog.kind === 'odata') continue
      for (const endpoint of catalog.endpoints) {
        const parsed = parseTarget(endpoint.path.replace(/\{[^}]+\}/g, 'Some%20Key'))
        const found = parsed.ok ? match(matchers, endpoint.method, parsed.target) : undefined
        expect(found?.kind === 'endpoint' && found.form.endpoint.id).toBe(endpoint.id)
      }
    }
  })
})
