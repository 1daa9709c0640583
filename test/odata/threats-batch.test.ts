import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AskInit, EVENTS, type Gate, type Grants, startGate } from './support/gate.ts'
import { expectRefused } from './support/outcomes.ts'

// Rows 66 to 71 of the threat table: batches. The event service executes what it finds anywhere in one.

let gate: Gate
beforeAll(async () => {
  gate = await startGate()
})
afterAll(() => gate.stop())

const PART = 'Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n'

function multipart(text: string, boundary = 'b'): AskInit {
  return {
    method: 'POST',
    body: text.replaceAll(/\r?\n/g, '\r\n'),
    headers: { 'content-type': `multipart/mixed;boundary=${boundary}` },
  }
}

function requests(...lines: readonly string[]): string {
  return `${lines.map((line) => `--b\r\n${PART}\r\n${line}\r\n\r\n`).join('')}--b--\r\n`
}

/** A part with an id. */
function part(id: string, request: string): string {
  return `--b\r\n${PART}Content-ID: ${id}\r\n\r\n${request}\r\n\r\n`
}

const json = (items: readonly object[] | string): AskInit => ({
  method: 'POST',
  body: typeof items === 'string' ? items : JSON.stringify({ requests: items }),
})

/** The part that a refusal names as the one that reaches too far. */
async function refusedPart(
  init: AskInit,
  missing: readonly string[],
  grants: Grants = EVENTS,
): Promise<string> {
  const { json } = await expectRefused(gate, '/$batch', { init, missing, grants })
  const bad = json.touches.filter(({ granted }: { granted: boolean }) => !granted)
  return [...new Set(bad.flatMap(({ by }: any) => by.map(({ part }: any) => part)))].join()
}

const READS = ['GET Events HTTP/1.1', 'GET Events(1)/Account HTTP/1.1']

describe('row 66: multipart', () => {
  it('row 66: one refused part refuses the batch, and is named', async () => {
    expect(await refusedPart(multipart(requests(...READS)), ['GET Accounts'])).toBe('2')
  })

  it('row 66: a change set reaches what its requests reach', async () => {
    const body =
      `--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n` +
      `--c\r\n${PART}Content-ID: 1\r\n\r\nPOST Events HTTP/1.1\r\nContent-Type: application/json\r\n\r\n` +
      `{"ID":950,"Account@odata.bind":"Accounts(1)"}\r\n--c--\r\n\r\n--b--\r\n`
    expect(await refusedPart(multipart(body), ['GET Accounts'], ['POST Events'])).toBe('1')
  })

  it('row 66: what is allowed is written anew, and each answer comes back with links to the gateway', async () => {
    gate.upstream.received.splice(0)
    const own = gate.door.gatewayUrl
    const lines = [
      'GET Events?$top=1 HTTP/1.1',
      `GET ${own}/em/Events(1) HTTP/1.1\r\nAccept: application/json`,
      'GET /em/Events/$count',
    ]
    const reply = await gate.ask(EVENTS, '/$batch', multipart(requests(...lines)))
    const [arrived, ...more] = gate.upstream.received.splice(0)
    expect(more).toEqual([])
    expect(arrived?.headers['content-type']).not.toContain('boundary=b;')
    expect(arrived?.body).not.toContain('--b\r\n')
    expect(arrived?.body).not.toContain(own)
    expect(arrived?.body).toMatch(/GET Events\?\$top=1/)
    expect(reply.status, reply.text).toBe(200)
    expect(reply.text.match(/HTTP\/1\.1 200/g)).toHaveLength(3)
    expect(reply.text).not.toContain(gate.upstream.url)
    expect(reply.text).not.toMatch(/x-accounts/)
  })

  it('row 66: a change set that is allowed is written anew, too', async () => {
    gate.upstream.received.splice(0)
    const body =
      `--b\r\nContent-Type: multipart/mixed;boundary=c\r\n\r\n` +
      `--c\r\n${PART}Content-ID: 1\r\n\r\nPOST /em/Events HTTP/1.1\r\nContent-Type: application/json\r\n\r\n` +
      `{"ID":951}\r\n--c--\r\n\r\n--b--\r\n`
    const reply = await gate.ask(['POST Events'], '/$batch', multipart(body))
    const [arrived, ...more] = gate.upstream.received.splice(0)
    expect(more).toEqual([])
    expect(arrived?.body).toMatch(/POST Events HTTP\/1\.1\r\n/)
    expect(arrived?.body).not.toMatch(/--[bc](?:--)?\r\n|boundary=c\r\n|\/em\//)
    expect(reply.text).toMatch(/HTTP\/1\.1 201/)
    expect(reply.text).not.toMatch(/x-accounts|x-bookings/)
  })

  it.each([
    ['a request in the preamble', `GET Accounts HTTP/1.1\r\n\r\n${requests('GET Events HTTP/1.1')}`],
    ['a request in the epilogue', `${requests('GET Events HTTP/1.1')}GET Accounts HTTP/1.1\r\n\r\n`],
    [
      'a part behind the end',
      `${requests('GET Events HTTP/1.1')}--b\r\n${PART}\r\nGET Accounts HTTP/1.1\r\n\r\n--b--`,
    ],
    ['a second request in a part', requests('GET Events HTTP/1.1\r\n\r\nGET Accounts HTTP/1.1')],
    ['parts under another boundary', `--x\r\n${PART}\r\nGET Accounts HTTP/1.1\r\n\r\n--x--\r\n`],
    ['a folded header', requests('GET Events HTTP/1.1\r\nAccept: application/json\r\n ,text/plain')],
    ['a header twice', requests('GET Events HTTP/1.1\r\nAccept: a/b\r\nAccept: c/d')],
    ['cookies of its own', requests('GET Events HTTP/1.1\r\nCookie: a=b')],
    ['a token of its own', requests('GET Events HTTP/1.1\r\nAuthorization: Bearer sd_api_other')],
    ['another method by a header', requests('GET Events HTTP/1.1\r\nX-HTTP-Method-Override: DELETE')],
    ['another service', requests('GET http://evil.example/em/Events HTTP/1.1')],
    ['another path of the gateway', requests('GET /other/Events HTTP/1.1')],
    ['no end', requests('GET Events HTTP/1.1').replace('--b--', '')],
  ])('row 66: %s is refused, for everybody', async (_, text) => {
    for (const grants of [EVENTS, 'all'] as const) {
      const reply = await expectRefused(gate, '/$batch', { init: multipart(text), grants })
      expect(reply.text).not.toMatch(/x-accounts/)
    }
  })
})

describe('row 67: JSON', () => {
  it('row 67: methods in small letters count as methods', async () => {
    const items = [
      { id: 'a', method: 'get', url: 'Events' },
      { id: 'leak', method: 'get', url: '/em/Accounts' },
    ]
    expect(await refusedPart(json(items), ['GET Accounts'])).toBe('leak')
  })

  it('row 67: what is allowed goes on in the same form', async () => {
    gate.upstream.received.splice(0)
    const items = [
      { id: 'a', method: 'get', url: 'Events?$top=1' },
      { id: 'b', method: 'GET', url: 'Events(1)/Name' },
    ]
    const reply = await gate.ask(EVENTS, '/$batch', json(items))
    expect(reply.status, reply.text).toBe(200)
    expect(reply.json.responses.map(({ id, status }: any) => `${id} ${status}`)).toEqual(['a 200', 'b 200'])
    const sent = JSON.parse(gate.upstream.received.splice(0)[0]?.body ?? '')
    expect(sent.requests).toMatchObject([
      { id: 'a', method: 'GET', url: expect.stringContaining('Events?$top=1') },
      { id: 'b', method: 'GET', url: expect.stringContaining('Events(1)/Name') },
    ])
  })

  it.each([
    ['an address twice', '{"requests":[{"id":"a","method":"get","url":"Events","url":"Accounts"}]}'],
    [
      'a member that there is not',
      '{"requests":[{"id":"a","method":"get","url":"Events","uri":"Accounts"}]}',
    ],
    [
      'an id twice',
      '{"requests":[{"id":"a","method":"get","url":"Events"},{"id":"a","method":"get","url":"Events"}]}',
    ],
    ['no address', '{"requests":[{"id":"a","method":"get"}]}'],
    ['two lists', '{"requests":[],"requests":[{"id":"a","method":"get","url":"Accounts"}]}'],
  ])('row 67: %s is refused, for everybody', async (_, text) => {
    for (const grants of [EVENTS, 'all'] as const)
      await expectRefused(gate, '/$batch', { init: json(text), grants })
  })
})

describe('rows 68 to 71', () => {
  it.each([
    ['POST', '$batch'],
    ['POST', '/em/$batch'],
    ['GET', '$metadata'],
    ['GET', ''],
  ])('row 68: %s %s inside of a batch is refused', async (method, url) => {
    for (const grants of [EVENTS, 'all'] as const) {
      await expectRefused(gate, '/$batch', { init: json([{ id: 'a', method, url }]), grants })
      await expectRefused(gate, '/$batch', { init: multipart(requests(`${method} ${url} HTTP/1.1`)), grants })
    }
  })

  it('row 69: a reference leads from the entity of the earlier request', async () => {
    const items = [
      { id: 'r0', method: 'GET', url: 'Events(1)' },
      { id: 'r1', method: 'GET', url: '$r0/Account', dependsOn: ['r0'] },
    ]
    expect(await refusedPart(json(items), ['GET Accounts'])).toBe('r1')
    const created = [
      { id: 'e', method: 'POST', url: 'Events', body: { ID: 960 } },
      { id: 'f', method: 'POST', url: '$e/Bookings', dependsOn: ['e'], body: { ID: 961 } },
    ]
    const missing = await refusedPart(json(created), ['GET Events', 'POST Bookings'], ['POST Events'])
    expect(missing).toBe('f')
  })

  it.each([
    ['a name of the system', [{ id: '$all', method: 'GET', url: 'Events' }]],
    [
      'forward',
      [
        { id: 'a', method: 'GET', url: '$b/Account', dependsOn: ['b'] },
        { id: 'b', method: 'GET', url: 'Events(1)' },
      ],
    ],
    ['to nothing', [{ id: 'a', method: 'GET', url: '$none/Account' }]],
  ])('row 69: a reference that is %s is refused', async (_, items) => {
    for (const grants of [EVENTS, 'all'] as const)
      await expectRefused(gate, '/$batch', { init: json(items), grants })
  })

  it.each(['all', 'ALL', 'root', '.1', '1/2', 'a b', ''])(
    'row 69: a request cannot be called %j, whether it is named afterwards or not',
    async (id) => {
      for (const grants of [EVENTS, 'all'] as const) {
        const one = { id, method: 'GET', url: 'Events(1)' }
        const other = { id: 'b', method: 'GET', url: `$${id}`, dependsOn: [id] }
        for (const items of [[one], [one, other]])
          await expectRefused(gate, '/$batch', { init: json(items), grants, code: 'odata_malformed' })
      }
    },
  )

  it('row 69: ids of UI5 have dots; the whole of one is meant, never its beginning', async () => {
    const items = [
      { id: '0', method: 'GET', url: 'Venues' },
      { id: '0.0', method: 'GET', url: 'Events(1)' },
      { id: '0.1', method: 'GET', url: '$0.0/Account', dependsOn: ['0.0'] },
    ]
    const parts = [part('0', 'GET Venues'), part('0.0', 'GET Events(1)'), part('0.1', 'GET $0.0/Account')]
    const granted = ['GET Events', 'GET Venues']
    for (const init of [json(items), multipart(`${parts.join('')}--b--\r\n`)]) {
      expect(await refusedPart(init, ['GET Accounts'], granted)).toBe('0.1')
      const reply = await gate.ask([...granted, 'GET Accounts'], '/$batch', init)
      const [{ body } = { body: '' }, ...more] = gate.upstream.received.splice(0)
      expect(more).toEqual([])
      expect(body).toMatch(/\$0\.0\/Account/)
      expect(reply.text).toMatch(/x-accounts-name-\d/)
    }
    const cut = [{ ...items[1] }, { id: '1', method: 'GET', url: '$0/Account' }]
    for (const grants of [EVENTS, 'all'] as const)
      await expectRefused(gate, '/$batch', { init: json(cut), grants })
  })

  it.each([
    ['an option', { method: 'GET', url: 'Events?$filter=Name eq $1.0/Name' }],
    ['a key', { method: 'GET', url: 'Events($1.0/ID)' }],
    ['a body', { method: 'POST', url: 'Events', body: { ID: 970, Name: '$1.0/Name' } }],
    ['an address', { method: 'GET', url: '$1.0/Account/$value?$id=$1.0/ID' }],
  ])('row 70: values of earlier answers are not read: in %s', async (_, item) => {
    const items = [
      { id: '1.0', method: 'GET', url: 'Events(1)' },
      { id: '2', dependsOn: ['1.0'], ...item },
    ]
    for (const grants of [['GET Events', 'POST Events'], 'all'] as const)
      await expectRefused(gate, '/$batch', { init: json(items), grants })
  })

  it('row 71: If-Match with the ETag of an earlier request goes on', async () => {
    gate.upstream.received.splice(0)
    const items = [
      { id: '1', method: 'GET', url: 'Events(1)' },
      {
        id: '2',
        method: 'PATCH',
        url: 'Events(1)',
        dependsOn: ['1'],
        headers: { 'if-match': '$1' },
        body: { Name: 'n' },
      },
    ]
    const reply = await gate.ask(['GET Events', 'PATCH Events'], '/$batch', json(items))
    expect(reply.status, reply.text).toBe(200)
    expect(gate.upstream.received.splice(0)[0]?.body).toMatch(/"if-match":"\$1"/i)
  })

  it('row 71: If-Match with the ETag of a request that there is not is refused', async () => {
    const items = [{ id: '2', method: 'PATCH', url: 'Events(1)', headers: { 'if-match': '$1' }, body: {} }]
    for (const grants of [['PATCH Events', 'POST Events'], 'all'] as const)
      await expectRefused(gate, '/$batch', { init: json(items), grants, code: 'odata_malformed' })
  })
})

describe('rows 64, 65, 72, 74 and 75 inside of batches', () => {
  it('row 64: bodies stay as they came, byte by byte', async () => {
    gate.upstream.received.splice(0)
    const raw = '{ "ID" : 971, "Seats": 12345678901234567890.10 ,"Name":"\\u00e9" }'
    await gate.ask(
      ['POST Events'],
      '/$batch',
      json(`{"requests":[{"id":"1","method":"POST","url":"Events","body": ${raw} }]}`),
    )
    const inner = part(
      '1',
      `POST Events HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n${raw}`,
    )
    await gate.ask(['POST Events'], '/$batch', multipart(`${inner}--b--\r\n`))
    const bodies = gate.upstream.received.splice(0).map(({ body }) => body)
    expect(bodies).toHaveLength(2)
    for (const body of bodies) {
      expect(body).toContain(raw)
      expect(body).not.toMatch(/content-length/i)
    }
  })

  it('row 65: a compressed batch is not read, so it does not go on', async () => {
    const hidden = gzipSync(JSON.stringify({ requests: [{ id: '1', method: 'GET', url: 'Accounts' }] }))
    for (const grants of [EVENTS, 'all'] as const) {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      const init = { method: 'POST', body: hidden, headers }
      await expectRefused(gate, '/$batch', { init, grants, status: 415, code: 'odata_body_type' })
    }
  })

  it.each([
    ['a header', { method: 'POST', url: 'Events', headers: { 'X-HTTP-Method': 'DELETE' }, body: {} }],
    ['an option', { method: 'GET', url: 'Events(1)?_method=DELETE' }],
    ['MERGE', { method: 'MERGE', url: 'Events(1)', body: {} }],
    ['HEAD', { method: 'HEAD', url: 'Accounts' }],
    ['another path', { method: 'GET', url: 'Events', headers: { 'X-Original-URL': '/Accounts' } }],
  ])('row 72: %s that asks for something else is refused', async (_, item) => {
    for (const grants of [['GET Events', 'POST Events'], 'all'] as const)
      await expectRefused(gate, '/$batch', { init: json([{ id: '1', ...item }]), grants })
  })

  it.each(['respond-async, wait=10', 'odata.callback;url="http://evil.example/"'])(
    'rows 74 and 75: Prefer: %s does not go on, nor as a preference of the whole',
    async (prefer) => {
      gate.upstream.received.splice(0)
      const items = [{ id: '1', method: 'GET', url: 'Events(1)', headers: { prefer } }]
      const { headers, ...init } = multipart(requests(`GET Events(1) HTTP/1.1\r\nPrefer: ${prefer}`))
      for (const given of [
        { ...json(items), headers: { prefer, 'content-type': 'application/json' } },
        { ...init, headers: { ...headers, prefer } },
      ]) {
        const reply = await gate.ask(EVENTS, '/$batch', given)
        expect(reply.status, reply.text).toBe(200)
      }
      const sent = gate.upstream.received.splice(0)
      expect(sent).toHaveLength(2)
      expect(JSON.stringify(sent)).not.toMatch(/respond-async|callback|evil/)
    },
  )
})
