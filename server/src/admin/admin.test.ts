import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { openApiDocument } from './openapi.ts'
import { OPERATIONS, PUBLIC_OPERATIONS } from './operations.ts'
import { ELITE, ENTERPRISE, type Served, serve, TENANTS } from './test/serve.ts'

type Page = { readonly items: readonly { readonly id: string }[]; readonly nextCursor: string | null }

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-admin-'))
let storage: Storage
let door: Served
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db)
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

describe('every answer', () => {
  it('needs a management token, says so, and is never cached', async () => {
    for (const authorization of ['', 'Bearer wrong', 'Basic YTpi', 'Bearer', 'Bearer a, Bearer b']) {
      const answer = await door.ask('GET', '/api/v1/tenants', {
        headers: { authorization, cookie: 'session=x' },
      })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="Stagedoor admin API"/)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.headers.get('set-cookie')).toBeNull()
      expect(answer.json).toMatchObject({
        type: 'urn:stagedoor:error:unauthenticated',
        status: 401,
        code: 'unauthenticated',
      })
    }
  })

  it('has a request id of its own and safe headers', async () => {
    const made = { 'x-request-id': 'req_mine', origin: 'https://evil.example' }
    for (const path of ['/api/v1/tenants', '/api/v1/nothing', '/api/openapi.json']) {
      const { headers } = await door.ask('GET', path, { headers: made })
      expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{24}$/)
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    const refused = await door.ask('GET', '/api/v1/nothing')
    expect(refused.json.requestId).toBe(refused.headers.get('x-request-id'))
  })

  it('is 404 at an unknown address and 405 with Allow for another method', async () => {
    expect((await door.ask('GET', '/api/v1/nothing')).json).toMatchObject({ status: 404, code: 'not_found' })
    const cases = [
      ['PUT', '/api/v1/tenants', 'GET, HEAD'],
      ['OPTIONS', `${ENTERPRISE}/credentials`, 'GET, HEAD, POST'],
      ['POST', `${ENTERPRISE}/credentials/x`, 'GET, HEAD, PATCH, DELETE'],
      ['PATCH', `${ENTERPRISE}/credentials/x/allowed-endpoints`, 'GET, HEAD, PUT'],
      ['POST', `${ENTERPRISE}/endpoints`, 'GET, HEAD'],
    ] as const
    for (const [method, path, allow] of cases) {
      const answer = await door.ask(method, path)
      expect([answer.status, answer.json.code, answer.headers.get('allow')]).toEqual([
        405,
        'method_not_allowed',
        allow,
      ])
    }
    expect((await door.ask('HEAD', '/api/v1/tenants')).status).toBe(200)
  })

  it('is 500 without any of the reason where something breaks, and the log has it', async () => {
    const broken = serve(storage.db, { listGateways: () => Promise.reject(new Error('the cause')) })
    const answer = await broken.ask('GET', '/api/v1/gateways')
    expect(answer.json).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.text).not.toContain('the cause')
    expect(broken.log.join('')).toContain('the cause')
    expect(broken.log.join('')).toContain(answer.json.requestId)
  })
})

describe('the document', () => {
  it('is served to anyone and is the one in docs', async () => {
    const answer = await door.ask('GET', '/api/openapi.json', { headers: { authorization: '' } })
    expect(answer.status).toBe(200)
    const copy = readFileSync(join(import.meta.dirname, '../../../docs/openapi.json'), 'utf8')
    expect(answer.json, 'run: npm run generate').toEqual(JSON.parse(copy))
  })

  it('describes every route, its refusals by reference, and no middleware', () => {
    const document = JSON.parse(JSON.stringify(openApiDocument()))
    expect(document.openapi).toBe('3.1.0')
    for (const { route } of [...PUBLIC_OPERATIONS, ...OPERATIONS]) {
      const { path, method, responses } = route
      const operation = document.paths[path][method]
      expect(Object.keys(operation.responses)).toEqual(Object.keys(responses))
      expect(operation).not.toHaveProperty('middleware')
    }
    for (const { route } of OPERATIONS) {
      const { security, responses } = document.paths[route.path][route.method]
      expect(responses['401']).toEqual({ $ref: '#/components/responses/Problem401' })
      expect(security, 'as the whole document says').toBeUndefined()
    }
    for (const reference of JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(document.components[reference[1] ?? '']).toHaveProperty(reference[2] ?? '')
    }
  })
})

describe('lists of tenants and endpoints', () => {
  it('show every tenant, and the endpoints of one', async () => {
    const tenants = await door.ask('GET', '/api/v1/tenants')
    expect(tenants.json).toEqual({
      items: TENANTS.map(({ id, name, edition, catalogs }) => ({
        id,
        name,
        edition,
        authenticationMethods: edition === 'elite' ? ['api_token'] : ['oauth', 'api_token'],
        catalogs: catalogs.map((catalog) => ({ id: catalog.id, title: catalog.title, kind: 'openapi' })),
      })),
      nextCursor: null,
    })
    const { items, nextCursor }: Page = (await door.ask('GET', `${ENTERPRISE}/endpoints`)).json
    expect(nextCursor).toBeNull()
    expect(items).toEqual(TENANTS[0]?.catalogs[0]?.endpoints)
  })

  it.each([
    ['search=event', ['enterprise:GET:/Events', 'enterprise:POST:/Events']],
    ['search=EVENTS+get', ['enterprise:GET:/Events']],
    ['search=add+booking', []],
    ['search=%25', []],
    ['effect=write', ['enterprise:POST:/Events', 'enterprise:DELETE:/Bookings/{}']],
    ['effect=write&resource=Events', ['enterprise:POST:/Events']],
    ['catalog=enterprise&search=delete', ['enterprise:DELETE:/Bookings/{}']],
    ['catalog=elite', []],
  ])('of endpoints: %s', async (query, ids) => {
    const answer = await door.ask('GET', `${ENTERPRISE}/endpoints?${query}`)
    expect(answer.json.items.map(({ id }: { id: string }) => id)).toEqual(ids)
  })

  it('come in pages', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { items, nextCursor }: Page = (
        await door.ask('GET', `${ELITE}/endpoints?limit=1${cursor && `&cursor=${cursor}`}`)
      ).json
      seen.push(...items.map(({ id }: { id: string }) => id))
      cursor = nextCursor
    }
    expect(seen).toEqual(['elite:GET:/Events', 'elite:POST:/Invoices'])
  })

  it.each([
    ['endpoints?limit=0', 'limit'],
    ['endpoints?limit=1001', 'limit'],
    ['endpoints?limit=1.5', 'limit'],
    ['endpoints?limit=', 'limit'],
    ['endpoints?limit=1&limit=2', 'limit'],
    ['endpoints?effect=both', 'effect'],
    ['endpoints?cursor=x', 'cursor'],
    ['endpoints?cursor=', 'cursor'],
    ['endpoints?cursor=%00%ff', 'cursor'],
    [`endpoints?search=${'x'.repeat(201)}`, 'search'],
    ['endpoints?colour=red', 'colour'],
    ['endpoints?constructor=1', 'constructor'],
    ['endpoints?search=%00', 'search'],
    ['credentials?search=a%00', 'search'],
    ['credentials?limit=201', 'limit'],
    ['credentials?cursor=AAAA', 'cursor'],
    ['credentials?tenantId=tnt_arena', 'tenantId'],
  ])('refuse %s', async (path, field) => {
    const answer = await door.ask('GET', `${ENTERPRISE}/${path}`)
    expect(answer.json).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ field }] })
  })
})
