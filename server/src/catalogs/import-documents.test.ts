import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createMatcher, match } from '@stagedoor/core/catalog/matcher.ts'
import subset from '@stagedoor/core/corpus/catalogs.json' with { type: 'json' }
import { parseTarget } from '@stagedoor/core/target.ts'
import { afterAll, expect, it } from 'vitest'
import { CatalogError } from './catalog-error.ts'
import { type ImportedCatalog, importCatalog } from './import-catalog.ts'

// Documents as others write them: in folders with odd names, in several files, and for APIs with habits of their own.

const root = mkdtempSync(join(tmpdir(), 'stagedoor-documents-'))
const folder = join(root, 'a b%20c#d')
mkdirSync(folder)
afterAll(() => rmSync(root, { recursive: true }))

const file = join(folder, 'shop.json')
const BASE = { openapi: '3.0.3', info: { title: 'Shop' } }

function read(document: object | string): Promise<ImportedCatalog> {
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return importCatalog({ id: 'shop', file, text, mount: '/shop' })
}

async function refusal(document: object | string): Promise<CatalogError> {
  const error: unknown = await read(document).catch((reason: unknown) => reason)
  return error instanceof CatalogError ? error : expect.fail(`no CatalogError: ${String(error)}`)
}

function forwarded({ catalog }: ImportedCatalog, call: string): string | undefined {
  const [method = '', text = ''] = call.split(' ')
  const parsed = parseTarget(text)
  const found = parsed.ok ? match([createMatcher(catalog)], method, parsed.target) : undefined
  return found?.kind === 'endpoint' ? found.upstreamPath : undefined
}

it('follows path items and parameters into files beside the document, whatever its folder is called', async () => {
  writeFileSync(join(folder, 'pets.json'), '{"item":{"get":{"$ref":"./operations.yaml#/list"}}}')
  writeFileSync(join(folder, 'operations.yaml'), 'list: { operationId: listPets, summary: List pets }\n')
  const { catalog } = await read({
    ...BASE,
    paths: { '/pets': { $ref: 'pets.json#/item' }, '/animals': { $ref: '#/paths/~1pets' } },
  })
  expect(catalog.endpoints.map(({ id, title }) => [id, title])).toEqual([
    ['shop:GET:/pets', 'List pets'],
    ['shop:GET:/animals', 'List pets'],
  ])
})

it.each([
  ['#/components/nothing', '/paths/~1a/$ref', /Missing \$ref pointer/],
  ['nowhere.yaml#/a', '/paths/~1a/$ref', /nowhere\.yaml/],
  ['far.yaml#/a', '', /references over a network are not followed: https:\/\/example\.invalid\/x/],
  ['https://example.invalid/x#/a', '/paths/~1a/$ref', /references over a network/],
  ['//example.invalid/x', '/paths/~1a/$ref', /references over a network/],
  ['file:///etc/hostname', '/paths/~1a/$ref', /references over a network/],
])('refuses the reference %s at "%s"', async (ref, place, message) => {
  writeFileSync(join(folder, 'far.yaml'), 'a: { $ref: "https://example.invalid/x#/a" }\n')
  const error = await refusal({ ...BASE, paths: { '/a': { $ref: ref } } })
  expect(error).toMatchObject({ file, place })
  expect(error.message).toMatch(message)
  expect(error.message).toContain(place === '' ? `${file}: ` : `${file} at ${place}: `)
})

it('takes a schema that holds itself, and a path item that is only itself', async () => {
  const { catalog } = await read({
    ...BASE,
    paths: { '/a': { post: { requestBody: { $ref: '#/components/x' } } }, '/b': { $ref: '#/paths/~1b' } },
    components: { x: { properties: { x: { $ref: '#/components/x' }, y: [{ $ref: '#/components/x' }] } } },
  })
  expect(catalog.endpoints.map(({ id }) => id)).toEqual(['shop:POST:/a'])
})

it('reads text that begins with a byte order mark', async () => {
  const text = JSON.stringify({ ...BASE, paths: { '/a': { get: {} } } })
  expect((await read(`\uFEFF\n ${text}`)).catalog.title).toBe('Shop')
})

it('keeps paths that end in a slash, and forwards literals encoded', async () => {
  const shop = await read({ ...BASE, paths: { '/pets/': { get: {} }, '/åpen/{id}': { get: {} } } })
  expect(forwarded(shop, 'GET /shop/pets/')).toBe('/pets/')
  expect(forwarded(shop, 'GET /shop/pets')).toBeUndefined()
  expect(forwarded(shop, 'GET /shop/%C3%A5pen/1')).toBe('/%C3%A5pen/1')
})

it.each([
  ['/a//b', '//'],
  ['/a/../b', '/..'],
  ['/a/.', '/.'],
  ['/a%20b', '%'],
  ['/a;v=1', ';'],
  ['/a\\b', '\\'],
])('refuses the path %s, which no request could ever reach', async (path, part) => {
  const error = await refusal({ ...BASE, paths: { [path]: { get: {} } } })
  expect(error.place).toBe(`/paths/${path.replaceAll('/', '~1')}`)
  expect(error.message).toContain(`"${part}" in a path`)
})

it.each([
  [{ servers: [{ url: 'v1' }] }, {}, {}, '/servers/0/url'],
  [{}, { servers: [{}] }, {}, '/paths/~1a/servers/0/url'],
  [{}, {}, { servers: [{ url: '/a/../b' }] }, '/paths/~1a/get/servers/0/url'],
  [{}, {}, { servers: [{ url: '//example.org/v1' }] }, '/paths/~1a/get/servers/0/url'],
  [{}, {}, { servers: [{ url: '/{version}' }] }, '/paths/~1a/get/servers/0/url'],
  [{}, {}, { summary: 7 }, '/paths/~1a/get/summary'],
  [{}, {}, { 'x-also': {} }, '/paths/~1a/get/x-also'],
])('says where a server or a member is wrong: %j %j %j', async (document, item, operation, place) => {
  const error = await refusal({ ...BASE, ...document, paths: { '/a': { ...item, get: operation } } })
  expect(error).toMatchObject({ name: 'CatalogError', file, place })
})

it('refuses a document nested too deep with an error of its own', async () => {
  const nested = '['.repeat(50_000) + ']'.repeat(50_000)
  const text = `{"openapi":"3.0.0","x":{"$ref":"#/info"},"info":${nested},"paths":{"/a":{"get":{}}}}`
  expect((await refusal(text)).file).toBe(file)
})

it('folds the ids of entity sets where the settings say that case does not count', async () => {
  const text =
    '<Schema Namespace="N" xmlns="http://docs.oasis-open.org/odata/ns/edm"><EntityType Name="E"/><EntityContainer Name="C"><EntitySet Name="Events" EntityType="N.E"/></EntityContainer></Schema>'
  const mount = '/shop'
  const imported = await importCatalog({ id: 'o', file, text, mount, pathRules: { caseSensitive: false } })
  expect(imported.catalog.endpoints[0]?.id).toBe('o:GET:/events')
})

it('has shipped documents that hold all that the core’s own corpus is made of', async () => {
  const { readFile } = await import('node:fs/promises')
  const documents = resolve(import.meta.dirname, '../../../catalogs')
  const names: Readonly<Record<string, string>> = {
    enterprise: 'enterprise.openapi.json',
    elite: 'elite.openapi.json',
    odata: 'enterprise-odata.csdl.xml',
  }
  for (const { id, mount, rules, forms } of subset) {
    const name = names[id] ?? expect.fail(id)
    const text = await readFile(join(documents, name), 'utf8')
    const { catalog } = await importCatalog({ id, mount, file: name, text })
    expect(catalog.rules).toEqual(rules)
    if (catalog.kind === 'odata') {
      const ids = catalog.endpoints.map((endpoint) => endpoint.id)
      expect(ids).toEqual(expect.arrayContaining(forms.map((form) => form.id)))
      continue
    }
    const shipped = catalog.forms.map(
      ({ endpoint, template, query, upstreamPrefix }) =>
        `${endpoint.id} ${endpoint.method} ${template} ${query.join()} ${upstreamPrefix}`,
    )
    for (const form of forms) {
      const query = 'query' in form ? (form.query ?? []) : []
      const upstreamPrefix = 'upstreamPrefix' in form ? form.upstreamPrefix : ''
      expect(shipped).toContain(
        `${form.id} ${form.method} ${form.template} ${query.join()} ${upstreamPrefix}`,
      )
    }
  }
})
