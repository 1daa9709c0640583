import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { CatalogError } from './catalog-error.ts'
import { type ImportedCatalog, importCatalog } from './import-catalog.ts'

const folder = mkdtempSync(join(tmpdir(), 'stagedoor-import-'))
afterAll(() => rmSync(folder, { recursive: true }))

function read(text: string, file = 'shop.yaml'): Promise<ImportedCatalog> {
  return importCatalog({ id: 'shop', file: join(folder, file), text, mount: '/shop' })
}

const ids = ({ catalog }: ImportedCatalog): string[] => catalog.endpoints.map(({ id }) => id)
const prefixes = ({ catalog }: ImportedCatalog): string[] =>
  catalog.forms.map(({ upstreamPrefix }) => upstreamPrefix)

describe('importCatalog reads', () => {
  it('OpenAPI 3.1 in YAML', async () => {
    const imported = await read(`
openapi: 3.1.0
info: { title: Shop, version: "1" }
servers: [{ url: /v1/ }]
paths:
  /pets/{petId}:
    summary: All about one pet
    parameters: [{ name: petId, in: path }]
    get: { operationId: getPet, summary: Get one pet, tags: [Pets] }
    head: {}
  /pets/search:
    post: { x-effect: read, x-licence-tier: Basic }
`)
    expect(imported.catalog).toMatchObject({
      id: 'shop',
      title: 'Shop',
      kind: 'openapi',
      mount: '/shop',
      rules: { caseSensitive: true, trailingSlashTolerated: false },
    })
    expect(imported.catalog.endpoints).toEqual([
      {
        id: 'shop:GET:/pets/{}',
        catalog: 'shop',
        operation: 'getPet',
        method: 'GET',
        path: '/shop/pets/{petId}',
        title: 'Get one pet',
        resource: 'Pets',
        effect: 'read',
      },
      {
        id: 'shop:POST:/pets/search',
        catalog: 'shop',
        operation: 'POST /pets/search',
        method: 'POST',
        path: '/shop/pets/search',
        title: 'POST /pets/search',
        resource: 'pets',
        effect: 'read',
        licenceTier: 'Basic',
      },
    ])
    expect(prefixes(imported)).toEqual(['/v1', '/v1'])
    expect(imported.notes).toEqual([expect.stringContaining('HEAD')])
  })

  it('Swagger 2.0 in YAML, with basePath where no host stands', async () => {
    const relative = await read('swagger: "2.0"\nbasePath: /api\npaths: { /a: { get: {} } }')
    expect([ids(relative), prefixes(relative)]).toEqual([['shop:GET:/a'], ['/api']])
    const absolute = await read(
      'swagger: "2.0"\nhost: example.org\nbasePath: /api\npaths: { /a: { get: {} } }',
    )
    expect(prefixes(absolute)).toEqual([''])
  })

  it('OpenAPI 3.0 in JSON, with servers on every level', async () => {
    const imported = await read(
      JSON.stringify({
        openapi: '3.0.3',
        servers: [{ url: 'https://{region}.example.org/api' }],
        paths: {
          '/a': {
            get: {},
            post: { servers: [{ url: '/{version}/x', variables: { version: { default: 'v2' } } }] },
          },
          '/b': { servers: [{ url: '/b' }], get: {} },
        },
      }),
    )
    expect(prefixes(imported)).toEqual(['', '/v2/x', '/b'])
  })

  it('$refs inside the document and in files beside it, circular schemas too', async () => {
    writeFileSync(join(folder, 'pets.yaml'), 'pets:\n  get: { operationId: listPets }\n')
    const imported = await read(`
openapi: 3.1.0
paths:
  /pets: { $ref: "pets.yaml#/pets" }
  /cats: { $ref: "#/components/pathItems/cats" }
components:
  pathItems: { cats: { get: { operationId: listCats, responses: { "200": { content: { application/json: { schema: { $ref: "#/components/schemas/Cat" } } } } } } } }
  schemas: { Cat: { type: object, properties: { mother: { $ref: "#/components/schemas/Cat" } } } }
`)
    expect(imported.catalog.endpoints.map(({ operation }) => operation)).toEqual(['listPets', 'listCats'])
  })

  it('two operations of one shape as one endpoint, and says so', async () => {
    const imported = await read(`
openapi: 3.1.0
x-path-rules: { caseSensitive: false }
paths:
  /Webhooks/{OrgCode}: { get: { operationId: list } }
  /webhooks/{Sequence}: { get: { operationId: one }, put: {} }
`)
    expect(ids(imported)).toEqual(['shop:GET:/webhooks/{}', 'shop:PUT:/webhooks/{}'])
    expect(imported.notes).toEqual([expect.stringMatching(/one has the shape of list/)])
  })

  it('which operations are about people: their own word counts before that of their path', async () => {
    const { catalog } = await read(`
openapi: 3.1.0
paths:
  /guests: { x-personal-data: true, get: {}, delete: { x-personal-data: false } }
  /rooms: { get: {}, post: { x-personal-data: true } }
`)
    expect(catalog.endpoints.map(({ id, personalData }) => [id, personalData])).toEqual([
      ['shop:GET:/guests', true],
      ['shop:DELETE:/guests', undefined],
      ['shop:GET:/rooms', undefined],
      ['shop:POST:/rooms', true],
    ])
  })

  it('which entity sets are about people', async () => {
    const { catalog } = await read(
      edm(`<EntityType Name="E"/><EntityContainer Name="C">
<EntitySet Name="Guests" EntityType="N.E"><Annotation Term="Stagedoor.PersonalData" Bool="true"/></EntitySet>
<EntitySet Name="Rooms" EntityType="N.E"><Annotation Term="Stagedoor.PersonalData" Bool="false"/></EntitySet>
<EntitySet Name="Halls" EntityType="N.E"/>
</EntityContainer>`),
    )
    const queries = catalog.endpoints.filter(({ method }) => method === 'GET')
    expect(queries.map(({ resource, personalData }) => [resource, personalData])).toEqual([
      ['Guests', true],
      ['Rooms', undefined],
      ['Halls', undefined],
    ])
  })

  it('CSDL XML: entity sets, singletons, annotations, the model', async () => {
    const imported = await read(`\uFEFF<?xml version="1.0"?>
<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="N" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="E"><NavigationProperty Name="Account" Type="N.E"/></EntityType>
<EntityContainer Name="C"><EntitySet Name="Events" EntityType="N.E"><Annotation Term="Stagedoor.Inferred"/></EntitySet><Singleton Name="Me" Type="N.E"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>`)
    expect(imported.catalog).toMatchObject({ kind: 'odata', forms: [] })
    expect(imported.catalog.odata?.model.types.get('N.E')?.navigation.has('Account')).toBe(true)
    expect(imported.catalog.odata?.endpointIds.get('PATCH Me')).toBe('shop:PATCH:/Me')
    expect(imported.catalog.endpoints).toMatchObject([
      {
        id: 'shop:GET:/Events',
        operation: 'QueryEvents',
        path: '/shop/Events',
        effect: 'read',
        inferred: true,
      },
      { id: 'shop:POST:/Events', operation: 'CreateEvents', effect: 'write', inferred: true },
      { id: 'shop:PATCH:/Events', operation: 'UpdateEvents', effect: 'write' },
      { id: 'shop:DELETE:/Events', operation: 'DeleteEvents', effect: 'write' },
      { id: 'shop:GET:/Me', operation: 'QueryMe' },
      { id: 'shop:PATCH:/Me', operation: 'UpdateMe' },
      { id: 'shop:DELETE:/Me', operation: 'DeleteMe' },
    ])
  })

  it.each(['trippin.xml', 'olingo-northwind-metadata.xml', 'msgraph-v1.0.csdl'])(
    'the metadata of a real service: %s',
    async (name) => {
      const path = join(import.meta.dirname, '../../../../shared/data/odata/metadata', name)
      if (!existsSync(path)) {
        process.stderr.write(`absent, not tried: ${path}\n`)
        return
      }
      const imported = await read(readFileSync(path, 'utf8'))
      expect(imported.catalog.endpoints.length).toBeGreaterThan(2)
    },
  )
})

const openapi = (rest: string): string => `openapi: 3.1.0\n${rest}`
const edm = (inner: string): string =>
  `<Schema Namespace="N" xmlns="http://docs.oasis-open.org/odata/ns/edm">\n${inner}</Schema>`

describe('importCatalog refuses, naming file and place:', () => {
  it.each<[string, string, RegExp]>([
    ['no document', '', /not an object/],
    ['a list', '- a', /not an object/],
    ['JSON that breaks off', '{"openapi": "3.1.0",\n "paths": ', /not JSON/],
    ['JSON with a slip', '{\n "a": x}', /at line 2, column 7: not JSON/],
    ['YAML with a slip', 'openapi: 3.1.0\npaths: [', /at line \d+, column \d+: not YAML/],
    [
      'a billion laughs',
      `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]`,
      /not usable YAML/,
    ],
    ['something else', 'asyncapi: 2.0.0', /neither "openapi" nor "swagger"/],
    ['an unknown version', 'openapi: 4.0.0\npaths: {}', /at \/openapi: version 4\.0\.0/],
    ['Swagger 1.2', 'swagger: "1.2"\npaths: {}', /at \/swagger: version 1\.2/],
    ['no paths', openapi('info: {}'), /at \/paths: there are no paths/],
    ['no operation', openapi('paths: { /a: {} }'), /no operation/],
    ['a path without slash', openapi('paths: { pets: { get: {} } }'), /at \/paths\/pets: a path starts with/],
    [
      'a query in a path',
      openapi('paths: { "/a?b={c}": { get: {} } }'),
      /at \/paths\/~1a\?b=\{c\}: a path holds no query/,
    ],
    ['braces that do not pair', openapi('paths: { "/a/{b": { get: {} } }'), /at \/paths\/~1a~1\{b: .*braces/],
    [
      'an operation that is none',
      openapi('paths: { /a: { get: yes } }'),
      /at \/paths\/~1a\/get: the operation is not an object/,
    ],
    [
      'a path item that is none',
      openapi('paths: { /a: 1 }'),
      /at \/paths\/~1a: the path item is not an object/,
    ],
    [
      'an effect of nothing',
      openapi('paths: { /a: { get: { x-effect: maybe } } }'),
      /at \/paths\/~1a\/get\/x-effect: "maybe"/,
    ],
    [
      'personal data of a sort, at an operation',
      openapi('paths: { /a: { get: { x-personal-data: some } } }'),
      /at \/paths\/~1a\/get\/x-personal-data: neither true nor false/,
    ],
    [
      'personal data of a sort, at a path',
      openapi('paths: { /a: { x-personal-data: some, get: {} } }'),
      /at \/paths\/~1a\/x-personal-data: neither true nor false/,
    ],
    [
      'an x-also that is none',
      openapi('paths: { /a: { get: { x-also: [{ path: b }] } } }'),
      /at \/paths\/~1a\/get\/x-also\/0\/path: a path starts/,
    ],
    [
      'an x-also without parameter names',
      openapi('paths: { /a: { get: { x-also: [{ path: /b, query: [1] }] } } }'),
      /x-also\/0\/query: not a list/,
    ],
    [
      'a form that another endpoint has',
      openapi('paths: { /a: { get: { x-also: [{ path: /b }] } }, /b: { get: {} } }'),
      /no request can tell/,
    ],
    [
      'path rules that are none',
      openapi('x-path-rules: { case: 1 }\npaths: { /a: { get: {} } }'),
      /at \/x-path-rules\/case/,
    ],
    [
      'a server that is no address',
      openapi('servers: [{ url: v1 }]\npaths: { /a: { get: {} } }'),
      /at \/servers\/0\/url: "v1"/,
    ],
    ['a $ref to nothing', openapi('paths: { /a: { $ref: "#/nothing" } }'), /a \$ref cannot be followed/],
    [
      'a $ref to a file that is not there',
      openapi('paths: { /a: { $ref: "nowhere.yaml#/a" } }'),
      /a \$ref cannot be followed/,
    ],
    [
      'a $ref over a network',
      openapi('paths: { /a: { $ref: "http://127.0.0.1:1/a" } }'),
      /at \/paths\/~1a\/\$ref: references over a network/,
    ],
    ['XML that is not closed', edm('<EntityContainer>'), /at line \d+, column \d+: /],
    ['XML with an attribute twice', edm('<EntityContainer Name="a" Name="b"/>'), /at line 2, column \d+: /],
    [
      'XML with a document type',
      '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a/>',
      /document type/,
    ],
    ['XML that is something else', '<a/>', /no EntityContainer/],
    [
      'a set without name',
      edm('<EntityContainer Name="C"><EntitySet/></EntityContainer>'),
      /at line 2, column \d+: an EntitySet without Name/,
    ],
    [
      'a set with a name of nothing',
      edm('<EntityContainer Name="C"><EntitySet Name="a/b" EntityType="N.E"/></EntityContainer>'),
      /"a\/b" is not a name/,
    ],
    [
      'one name twice',
      edm(
        '<EntityContainer Name="C"><EntitySet Name="a" EntityType="N.E"/><Singleton Name="a" Type="N.E"/></EntityContainer>',
      ),
      /used twice/,
    ],
  ])('%s', async (_, text, message) => {
    const error: unknown = await read(text).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CatalogError)
    expect(String(error)).toMatch(message)
    expect(String(error)).toContain('shop.yaml')
  })
})
