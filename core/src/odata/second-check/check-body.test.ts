import { Buffer } from 'node:buffer'
import { describe, expect, it } from 'vitest'
import { model as batchModel, changeSetOf, partOf, sendBatch } from '#odata/batch/testing/batches.ts'
import { model, send } from '#odata/body/testing/bodies.ts'
import type { Found } from '#odata/touches.ts'
import { secondCheckBatch } from './check-batch.ts'
import { secondCheckBody } from './check-body.ts'
import type { Verdict } from './judge.ts'

const NOTHING: Found = { touches: [], names: new Set(), unknownReach: [] }

function without({ touches, names, unknownReach }: Found, lost: string): Found {
  return {
    touches: touches.filter(({ endpoint }) => !endpoint.endsWith(` ${lost}`)),
    names: new Set([...names].filter((name) => name !== lost)),
    unknownReach,
  }
}

const BODIES: readonly (readonly [string, object | string, Readonly<Record<string, string>>])[] = [
  ['a deep insert', { Name: 'x', Bookings: [{ Seats: 1 }] }, { Bookings: 'Bookings' }],
  ['deeper', { Bookings: [{ Invoice: { Amount: 1 } }] }, { Bookings: 'Bookings', Invoice: 'Invoices' }],
  ['a link', { 'Account@odata.bind': 'Accounts(1)' }, { Account: 'Accounts', Accounts: 'Accounts' }],
  ['a link in 4.01', { 'Account@bind': '/service/Accounts(1)' }, { Account: 'Accounts' }],
  ['an absolute link', { 'Account@bind': 'http://host/service/Accounts(1)' }, { Account: 'Accounts' }],
  ['links', { 'Bookings@odata.bind': ['Bookings(1)', 'Bookings(2)'] }, { Bookings: 'Bookings' }],
  ['a linked entity', { Account: { '@id': 'Accounts(1)' } }, { Account: 'Accounts' }],
  ['an escaped name', '{"Book\\u0069ngs":[{"Seats":1}]}', { Bookings: 'Bookings' }],
  ['a derived type', { '@odata.type': '#EM.Gala', Sponsor: { Name: 'x' } }, { Sponsor: 'Accounts' }],
  ['strings that name sets', { Name: 'Accounts, "Invoices" and \\ Account:' }, {}],
]

describe('the second reading of a body', () => {
  it.each(BODIES)('agrees with what was understood, and misses what was not: %s', (_, body, leads) => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
    const found = send('POST', '/Events', bytes)
    if (!found.ok) throw new Error(found.problem)
    const check = (analysis: Found): Verdict => secondCheckBody(model, { bytes, mount: '/service' }, analysis)
    expect(check(found)).toEqual({ ok: true })
    for (const [name, target] of Object.entries(leads)) {
      expect(check(without(found, name)).ok, name).toBe(false)
      expect(check(without(found, target)).ok, target).toBe(false)
    }
  })

  it.each([
    ['another case', '{"bookings":[]}'],
    ['full width', '{"\uff22ookings":[]}'],
    ['the second of two equal members', '{"Name":"x","Name":{"Bookings":[]}}'],
    ['no JSON', '{\'x\':1,"Bookings" : []'],
    ['UTF-16', Buffer.from('{"Bookings":[]}', 'utf16le')],
    ['a BOM', '\ufeff{"Bookings":[]}'],
    ['an encoded link', '{"@id":"%41ccounts(1)"}'],
    ['a link encoded twice', '{"@id":"%2541ccounts(1)"}'],
    ['a query behind a link', '{"@id":"Events(1)?$expand=Account"}'],
    ['an escaped quote before it', '{"Name":"\\\\","Bookings":[]}'],
  ])('finds a name in %s', (_, body) => {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    const by = [{ in: 'body', text: '', at: [0, 1] as const }]
    const found: Found = {
      ...NOTHING,
      touches: [{ endpoint: 'GET Events', by }],
      names: new Set(['Name', 'Events']),
    }
    expect(secondCheckBody(model, { bytes }, found)).toMatchObject({
      ok: false,
      doubt: { in: 'body', name: expect.stringMatching(/bookings|accounts?/i) },
    })
  })

  it('takes time in proportion to the length', () => {
    const bytes = Buffer.from(`{"Name":"${'\\\\"x'.repeat(50)}",${'"Price":1,'.repeat(400_000)}"Sort":1}`)
    const found: Found = { ...NOTHING, names: new Set(['Name', 'Price', 'Sort']) }
    expect(secondCheckBody(model, { bytes }, found)).toEqual({ ok: true })
  })
})

type Raw = readonly [string, string, string]
const MULTIPART = 'multipart/mixed; boundary=b'
const GET = partOf('GET Events HTTP/1.1\n')

function checkBatch(text: string, found: Found): Verdict {
  return secondCheckBatch(batchModel, { bytes: Buffer.from(text), mount: '/service' }, found)
}

function union(parts: readonly Found[]): Found {
  return {
    touches: parts.flatMap(({ touches }) => touches),
    names: new Set(parts.flatMap(({ names }) => [...names])),
    unknownReach: parts.flatMap(({ unknownReach }) => unknownReach),
  }
}

const json = (...requests: readonly object[]): string => JSON.stringify({ requests })
const BATCHES: readonly Raw[] = [
  ['an address', `${GET}${partOf('GET Events(1)/Account HTTP/1.1\n')}--b--\n`, MULTIPART],
  ['an absolute address', `${GET}${partOf('GET http://host/service/Accounts\n')}--b--\n`, MULTIPART],
  [
    'a change set',
    `${changeSetOf(partOf('POST Events HTTP/1.1\nContent-Type: application/json\n\n{"Account":{"Name":"x"}}', 'Content-ID: 1\n'))}--b--\n`,
    MULTIPART,
  ],
  [
    'a query in a body',
    `${partOf('POST Events/$query HTTP/1.1\nContent-Type: text/plain\n\n$expand=Account')}--b--\n`,
    MULTIPART,
  ],
  ['an address in JSON', json({ id: '1', method: 'get', url: 'Events?$expand=Account' }), 'application/json'],
  ['an escaped one', '{"requests":[{"id":"1","method":"GET","url":"\\u0041ccounts"}]}', 'application/json'],
  [
    'a body in JSON',
    json({ id: '1', method: 'POST', url: 'Events', body: { 'Account@odata.bind': 'Accounts(1)' } }),
    'application/json',
  ],
  [
    'a query in JSON',
    json({
      id: '1',
      method: 'POST',
      url: 'Events/$query',
      headers: { 'content-type': 'text/plain' },
      body: '$expand=Account',
    }),
    'application/json',
  ],
]

describe('the second reading of a batch', () => {
  it.each(BATCHES)('agrees with what was understood, and misses what was not: %s', (_, text, type) => {
    const raw = type === MULTIPART ? text.replaceAll('\n', '\r\n') : text
    const batch = sendBatch(raw, type)
    if (!batch.ok) throw new Error(batch.problem)
    const found = union(batch.parts)
    expect(checkBatch(raw, found)).toEqual({ ok: true })
    expect(checkBatch(raw, without(found, 'Accounts')).ok).toBe(false)
    for (const name of ['Account', 'Accounts'].filter((each) => found.names.has(each)))
      expect(checkBatch(raw, without({ ...found, touches: [] }, name)).ok).toBe(false)
  })

  it.each([
    ['in the preamble', `GET Accounts HTTP/1.1\n\n${GET}--b--\n`],
    ['in the epilogue', `${GET}--b--\nGET Accounts HTTP/1.1\n\n`],
    ['twice in a part', `${GET}\nGET Accounts HTTP/1.1\n--b--\n`],
    ['below another boundary', `${GET}--c\n\nGET /service/Accounts\n\n--b--\n`],
    ['with another line break', `${GET}\rGET Accounts HTTP/1.1\r--b--\n`],
    ['in lower case', `${GET}--b\n\nget accounts\n--b--\n`],
    ['in a JSON body of any type', `${GET}--b\n\n{"Accounts":1}\n--b--\n`],
    ['as the second of two equal members', '{"requests":[{"url":"Events","url":"Accounts"}]}'],
    ['as a member in another case', '{"requests":[{"url":"Events","URL":"Accounts"}]}'],
    ['in a batch in a batch', '{"requests":[{"url":"$batch","body":{"requests":[{"url":"Accounts"}]}}]}'],
  ])('finds a request %s', (_, text) => {
    const by = [{ in: 'path', text: '', at: [0, 1] as const }]
    const found: Found = { ...NOTHING, touches: [{ endpoint: 'GET Events', by }], names: new Set(['Events']) }
    expect(checkBatch(text, found)).toMatchObject({
      ok: false,
      doubt: { name: expect.stringMatching(/accounts/i) },
    })
  })
})
