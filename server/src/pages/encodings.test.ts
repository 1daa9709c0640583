import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createPages } from './pages.ts'
import { buildForTests, SCRIPT } from './test/build-for-tests.ts'

const { get, remove } = buildForTests(createPages)
afterAll(remove)

describe('encodings', () => {
  it.each([
    ['gzip, deflate, br', 'br'],
    ['GZIP', 'gzip'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip;q=0.5', 'gzip'],
    ['gzip;q=0, *', 'br'],
    ['*', 'br'],
    ['zstd', null],
    ['identity', null],
    ['br;q=0, *;q=0', null],
    ['br;q=0.000, gzip; q=0', null],
    ['br;q=many', null],
    ['', null],
  ])('%j gives %s', async (accepted, encoding) => {
    const answer = get('/assets/main-1a2b.js', { 'accept-encoding': accepted })
    expect(answer.headers.get('content-encoding')).toBe(encoding)
    expect(answer.headers.get('vary')).toBe('Accept-Encoding')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    const text = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ''] ?? ((plain: Buffer) => plain)
    expect(text(bytes).toString()).toBe(SCRIPT)
  })

  it('that are not there are not promised', async () => {
    const answer = get('/assets/plain-1a2b.css', { 'accept-encoding': 'br, gzip' })
    expect(answer.headers.get('content-encoding')).toBeNull()
    expect(answer.headers.get('vary')).toBe('Accept-Encoding')
    expect(await answer.text()).toBe('p{}')
  })

  it('have tags of their own', () => {
    const tags = ['br', 'gzip', 'identity'].map(
      (accepted) => get('/assets/main-1a2b.js', { 'accept-encoding': accepted }).headers.get('etag') ?? '',
    )
    expect(new Set(tags).size).toBe(3)
    for (const tag of tags) expect(tag).toMatch(/^"[\w-]+"$/)
    const again = (accepted: string, tag: string): number =>
      get('/assets/main-1a2b.js', { 'accept-encoding': accepted, 'if-none-match': tag }).status
    const [br = '', gzip = ''] = tags
    expect(again('br', br)).toBe(304)
    expect(again('br', `"other", W/${br}`)).toBe(304)
    expect(again('br', '*')).toBe(304)
    expect(again('br', gzip)).toBe(200)
    expect(again('gzip', br)).toBe(200)
    expect(again('br', br.slice(1, -1))).toBe(200)
  })

  it('304 says what a cache has to know, and has no body', async () => {
    const sent = { 'accept-encoding': 'br' }
    const { headers } = get('/assets/main-1a2b.js', sent)
    const answer = get('/assets/main-1a2b.js', { ...sent, 'if-none-match': headers.get('etag') ?? '' })
    expect(answer.status).toBe(304)
    for (const name of ['etag', 'vary', 'cache-control'])
      expect([name, answer.headers.get(name)]).toEqual([name, headers.get(name)])
    expect(answer.headers.get('content-length')).toBeNull()
    expect(await answer.text()).toBe('')
  })

  it('HEAD has the headers of GET, and no body', async () => {
    for (const [path, status] of [
      ['/assets/main-1a2b.js', 200],
      ['/', 200],
      ['/nothing.js', 404],
    ] as const) {
      const head = get(path, { 'accept-encoding': 'gzip' }, 'HEAD')
      const whole = get(path, { 'accept-encoding': 'gzip' })
      expect([path, head.status]).toEqual([path, status])
      expect([...head.headers]).toEqual([...whole.headers])
      expect(await head.text()).toBe('')
    }
  })
})
