import { join, relative } from 'node:path'
import process from 'node:process'
import { afterAll, describe, expect, it } from 'vitest'
import { createPages } from './pages.ts'
import { buildForTests } from './test/build-for-tests.ts'

const built = buildForTests(createPages)
const { directory, options, get } = built
afterAll(built.remove)

/** As a browser may be told exactly: a header more or less has to be wanted. */
const SECURITY = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'; " +
    "require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), usb=(), clipboard-write=(self)',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

describe('every answer of the pages', () => {
  const KINDS: readonly [string, number, () => Response][] = [
    ['the document', 200, () => get('/')],
    ['a page', 200, () => get('/sign-in')],
    ['an asset', 200, () => get('/assets/main-1a2b.js', { 'accept-encoding': 'br' })],
    ['a file of the root', 200, () => get('/favicon.svg')],
    ['the brand', 200, () => get('/brand.css')],
    ['304', 304, () => get('/', { 'if-none-match': get('/').headers.get('etag') ?? '' })],
    ['HEAD', 200, () => get('/', {}, 'HEAD')],
    ['404', 404, () => get('/nothing.js')],
    ['404 of an asset', 404, () => get('/assets/gone-9z.js')],
    ['405', 405, () => get('/', {}, 'POST')],
  ]

  it.each(KINDS)('WB-03: allows our own files alone: %s', (_, status, answer) => {
    const { headers, status: found } = answer()
    expect(found).toBe(status)
    const said = Object.fromEntries([...headers].filter(([name]) => name in SECURITY))
    expect(said).toEqual(SECURITY)
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('set-cookie')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  it.each([
    ['GET', '/', 200],
    ['GET', '/nothing.js', 404],
    ['PUT', '/', 405],
  ])('WB-03: asks for https from then on where it is served by https: %s %s', (method, path, status) => {
    const secure = createPages({ ...options, https: true })
    const answer = secure(new Request(`https://connect.example.com${path}`, { method }))
    expect(answer.status).toBe(status)
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('is no page for %s', async (method) => {
    for (const path of ['/', '/assets/main-1a2b.js', '/nothing.js']) {
      const answer = get(path, {}, method)
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toMatchObject({ code: 'method_not_allowed' })
    }
  })
})

describe('paths', () => {
  it.each([
    '/',
    '/sign-in',
    '/tenants/tnt_harbour/apis/credentials?search=x.js',
    '/welcome#code.txt',
    '/assetsx',
    '/apis',
    '//evil',
    '/%00',
    '/favicon%2esvg',
    '/favicon.svg/',
    '/assets/../sign-in',
  ])('%s means the one document', async (path) => {
    const answer = get(path)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(answer.headers.get('location')).toBeNull()
    expect(await answer.text()).toContain('<title>Console</title>')
  })

  it.each([
    '/../outside.txt',
    '/assets/../../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/..%2Foutside',
    '/..%5coutside.txt',
    '/..\\outside.txt',
    '/assets\\..\\..\\outside.txt',
    '/assets/..%2f..%2foutside.txt',
    '/assets/..%2findex.html',
    '/assets/%2e%2e%2findex.html',
    '/%252e%252e%252foutside.txt',
    '//evil.example/outside.txt',
    '/outside.txt%00.js',
    '/favicon.svg%00',
    '/FAVICON.SVG',
    '/favicon.svg/x.y',
    '/late.txt',
    '/.inputs',
    '/assets/main-1a2b.js.br',
    '/assets/nothing',
    '/assets/',
    '/assets',
    '/api/v1/tenants',
    '/api',
    '/__proto__.js',
    '/etc/passwd.txt',
  ])('%s leads to no file that is not of the build', async (path) => {
    const answer = get(path)
    const text = await answer.text()
    expect(text).not.toContain('outside')
    expect(answer.status).toBe(404)
    expect(JSON.parse(text)).toMatchObject({ code: 'not_found', requestId: expect.stringMatching(/^req_/) })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('that are put back together before they are looked up stay inside', async () => {
    const answer = get('/assets/../index.html')
    expect(answer.headers.get('cache-control')).toBe('no-cache')
    expect(await answer.text()).toContain('<title>Console</title>')
  })

  it('of assets are kept for good by browsers, others are asked for again', () => {
    const { headers } = get('/assets/main-1a2b.js')
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    for (const path of ['/favicon.svg', '/color-scheme.js', '/brand.css', '/index.html'])
      expect([path, get(path).headers.get('cache-control')]).toEqual([path, 'no-cache'])
    expect(get('/favicon.svg').headers.get('content-type')).toBe('image/svg+xml')
    expect(get('/assets/plain-1a2b.css').headers.get('content-type')).toBe('text/css; charset=utf-8')
  })

  it('of the brand give its colour', async () => {
    const answer = get('/brand.css')
    expect(answer.headers.get('content-type')).toBe('text/css; charset=utf-8')
    expect(await answer.text()).toBe(':root{--brand:#1a56c4}\n')
    const other = createPages({ ...options, brand: { color: '#7a1fa2' } })
    const changed = other(new Request('http://127.0.0.1/brand.css'))
    expect(changed.headers.get('etag')).not.toBe(answer.headers.get('etag'))
  })

  it('are the same however the folder is named', () => {
    for (const name of [`${directory}/`, `${directory}/../dist`, relative(process.cwd(), directory)]) {
      const { status } = createPages({ ...options, directory: name })(new Request('http://127.0.0.1/'))
      expect([name, status]).toEqual([name, 200])
    }
  })
})

describe('a console that is not built', () => {
  it('says how it is built', () => {
    expect(() => createPages({ ...options, directory: join(directory, 'nothing') })).toThrow(
      /the console is not built\. Run: npm run build/,
    )
  })
})
