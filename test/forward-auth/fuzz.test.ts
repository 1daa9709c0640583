import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROXIES, provideDebian } from '../support/debian.ts'
import { type DecidingWorld, startDeciding } from '../support/decisions.ts'
import { PROXY_NAMES, type RunningProxy, startProxy } from '../support/proxies.ts'
import { sendRaw, statusOf } from '../support/raw.ts'

// Whatever stands in the request line: what a proxy asks the API for is what the gateway would ask it for (security.md A-02).

const RUNS = 1_500

let world: DecidingWorld
let token: string
const proxies: RunningProxy[] = []

beforeAll(async () => {
  provideDebian((line) => void process.stdout.write(`${line}\n`), PROXIES)
  world = await startDeciding()
  const { decisionsPort, api } = world
  ;({ token } = await world.add([
    'enterprise:GET:/events/{}',
    'enterprise:PUT:/events/{}/{}',
    'odata:GET:/Events',
  ]))
  for (const name of PROXY_NAMES) proxies.push(await startProxy(name, { decisionsPort, apiUrl: api.url }))
})
afterAll(async () => {
  await Promise.all(proxies.map(async (proxy) => await proxy.stop()))
  await world.stop()
})

const mount = fc.constantFrom(
  '/enterprise/connect/api',
  '/enterprise/connect/api',
  '/enterprise/connect/api/odata',
  '/Enterprise/CONNECT/api',
  '/enterprise/connect/api/ODATA',
  '//enterprise/connect/api',
  'http://x/enterprise/connect/api',
  '/x/../enterprise/connect/api',
  '',
)
const segment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'Events',
      'events',
      '10',
      '1001',
      "Events('1')",
      'Events(1)',
      'Accounts',
      '$count',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '..',
      '.',
      '',
      '%2e%2e',
      '%2f',
      '%5c',
      ';x=1',
      '%00',
      '%20',
      '%252f',
      '.json',
      '%c0%af',
      '*',
      '%3F',
      '#',
      '%45vents',
      '{x}',
      '$uri',
      '%0d%0a',
    ),
  },
)
/** So that many are allowed, and others miss it by little. */
const near = fc
  .tuple(
    fc.constantFrom('/Events/10', '/events/1001', '/Events/10/1001', '/odata/Events', "/Events/a'b(c)"),
    fc.option(fc.constantFrom('/', '..', '%2f', ';', '.', '%20', '//', '%2e', "('1')", '/10', '/$count'), {
      freq: 4,
    }),
  )
  .map(([path, behind]) => `/enterprise/connect/api${path}${behind ?? ''}`)
const option = fc.constantFrom(
  'search=All',
  '$expand=Account',
  '%24expand=Account',
  '$select=ID',
  '$top=1',
  'a=b%26c=d',
  '&',
  '?',
  'a={x}',
  'a=%',
  '$skiptoken=gw.x',
  'a=%7c',
  'apitoken=1',
)
const far = fc
  .tuple(mount, fc.array(segment, { minLength: 1, maxLength: 3 }))
  .map(([front, segments]) => `${front}/${segments.join('/')}`)
const call = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'get', 'TRACE'),
  target: fc
    .tuple(fc.oneof(near, far), fc.array(option, { maxLength: 2 }))
    .map(([path, options]) => path + (options.length === 0 ? '' : `?${options.join('&')}`)),
  version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
})

describe('any request line', () => {
  it(`reaches the API through no proxy as anything that the gateway does not ask for, ${RUNS} times`, async () => {
    const seen = { allowed: 0, refused: 0, through: 0 }
    const send = async (url: string, bytes: string): Promise<readonly string[]> => {
      world.api.received.length = 0
      const status = statusOf(await sendRaw(url, bytes))
      const asked = world.api.received.map(({ method, url }) => `${method} ${decodeURIComponent(url)}`)
      // Nothing is asked twice, and an answer of the API's is told as one.
      expect(asked.length, `${bytes} ${status}`).toBeLessThan(2)
      return asked
    }
    await fc.assert(
      fc.asyncProperty(call, async ({ method, target, version }) => {
        const fields = `Host: x\r\nApitoken: ${token}\r\nConnection: close\r\n\r\n`
        const head = `${method} ${target} HTTP/${version}\r\n${fields}`
        // Proxies have to take the absolute form, and ask for what stands behind the host (RFC 9112 3.2.2).
        const origin = target.replace(/^http:\/\/x(?=\/)/, '')
        const gateway = await send(world.door.gatewayUrl, `${method} ${origin} HTTP/${version}\r\n${fields}`)
        seen[gateway.length > 0 ? 'allowed' : 'refused'] += 1
        for (const proxy of proxies) {
          const asked = await send(proxy.url, head)
          seen.through += asked.length
          if (asked.length > 0) expect(asked, `${proxy.url} ${head}`).toEqual(gateway)
        }
      }),
      { numRuns: RUNS, seed: 7 },
    )
    process.stdout.write(`proxies ${JSON.stringify(seen)}\n`)
    expect(seen.allowed).toBeGreaterThan(RUNS / 20)
    // A proxy may be stricter with some bytes than the gateway; it is not for what is usual.
    expect(seen.through).toBeGreaterThan(seen.allowed * 2)
  })
})
