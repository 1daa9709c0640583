import { describe, expect, it } from 'vitest'
import type { ResultShape } from '#odata/analysis.ts'
import { atSource, oneOf, UNDESCRIBED } from '#odata/position.ts'
import { type GuardedAnswer, guardAnswer } from './guard-answer.ts'
import { createUrlRewriter, type RewriteUrl } from './links.ts'
import { EVENT_MODEL } from './testing/event-model.ts'

const UPSTREAM = 'http://upstream.test:4404/odata/v4/ev'
const ROOT = 'https://gate.test/enterprise/odata'
const turn = createUrlRewriter({ upstreamRoots: [UPSTREAM], root: ROOT }, (token) => `wrapped-${token}`)
const encoder = new TextEncoder()
const decoder = new TextDecoder()

function many(name: string): ResultShape {
  const source = EVENT_MODEL.sources.get(name)
  if (!source) throw new Error(name)
  return { kind: 'entities', position: atSource(source) }
}

function one(name: string): ResultShape {
  const { kind, position } = many(name)
  return { kind, position: position && oneOf(position) }
}

/** Guards a text for a credential with GET of these sets. */
function guard(
  text: string,
  { granted = ['Events'], result = one('Events'), rewriteUrl = turn }: Partial<GuardOptions> = {},
): GuardedAnswer {
  const isGranted = (name: string) => granted.includes(name)
  return guardAnswer(EVENT_MODEL, encoder.encode(text), { result, isGranted, rewriteUrl })
}

type GuardOptions = {
  readonly granted: readonly string[]
  readonly result: ResultShape
  readonly rewriteUrl: RewriteUrl
}

function textOf(answer: GuardedAnswer): string {
  return answer.ok ? decoder.decode(answer.bytes) : JSON.stringify(answer)
}

function revealedBy(text: string, options: Partial<GuardOptions> = {}): readonly string[] {
  const answer = guard(text, options)
  if (answer.ok) return [`passed: ${textOf(answer)}`]
  return answer.reveals
    ? [answer.reveals.path, ...answer.reveals.sources]
    : [`unreadable: ${answer.unreadable}`]
}

describe('row 54: what comes along without being asked for', () => {
  it.each([
    ['an entity', '{"ID":1,"account":{"ID":"A1","Name":"Acme"}}', ['account', 'Accounts']],
    ['null', '{"ID":1,"account":null}', ['account', 'Accounts']],
    ['no entity at all', '{"ID":1,"bookings":[]}', ['bookings', 'Bookings']],
    ['a collection', '{"ID":1,"bookings":[{"ID":1,"Seats":2}]}', ['bookings', 'Bookings']],
    ['a text', '{"ID":1,"account":"Acme"}', ['account', 'Accounts']],
    ['a delta', '{"ID":1,"bookings@delta":[{"ID":1}]}', undefined],
    ['a name in escapes', '{"ID":1,"\\u0061ccount":{"ID":"A1"}}', ['account', 'Accounts']],
  ])('%s of a navigation property that is not granted', (_what, text, revealed) => {
    if (revealed) expect(revealedBy(text)).toEqual(revealed)
    else expect(textOf(guard(text))).toBe('{"ID":1}')
    expect(guard(text, { granted: ['Events', 'Accounts', 'Bookings'] })).toMatchObject({ ok: true })
  })

  it('behind what is granted, at any depth', () => {
    const text =
      '{"@odata.context":"$metadata#Events","value":[{"ID":1},{"ID":2,"venue":{"ID":3,"events":[{"ID":4,"account":{"ID":"A"}}]}}]}'
    expect(revealedBy(text, { granted: ['Events', 'Venues'], result: many('Events') })).toEqual([
      'value/venue/events/account',
      'Accounts',
    ])
    const granted = ['Events', 'Venues', 'Accounts']
    expect(textOf(guard(text, { granted, result: many('Events') }))).toBe(text)
  })

  it('in a complex value, in a list of them, and in what an event contains', () => {
    expect(revealedBy('{"Location":{"Street":"x","Country":{"Code":"CH"}}}')).toEqual([
      'Location/Country',
      'Countries',
    ])
    expect(revealedBy('{"Places":[{"Street":"x"},{"Country":{"Code":"CH"}}]}')).toEqual([
      'Places/Country',
      'Countries',
    ])
    expect(revealedBy('{"sessions":[{"ID":1,"speaker":{"ID":5}}]}')).toEqual(['sessions/speaker', 'Contacts'])
    expect(revealedBy('{"sessions":[{"slots":[{"helper":{"ID":5}}]}]}')).toEqual([
      'sessions/slots/helper',
      'Contacts',
    ])
    const contained = '{"sessions":[{"ID":1,"Title":"t","slots":[{"ID":2}]}],"Location":{"Street":"x"}}'
    expect(textOf(guard(contained))).toBe(contained)
  })

  it('of a derived type: named first, named last, not named', () => {
    const sponsor = '"sponsor":{"ID":"A1"}'
    for (const text of [
      `{"@odata.type":"#EM.Gala",${sponsor}}`,
      `{${sponsor},"@odata.type":"#EM.Gala"}`,
      `{"@type":"EM.Gala",${sponsor}}`,
      `{"@odata.type":"#Self.Gala",${sponsor}}`,
      `{"@odata.type":"${UPSTREAM}/$metadata#EM.Gala",${sponsor}}`,
      `{${sponsor}}`,
    ]) {
      expect(revealedBy(text)).toEqual(['sponsor', 'Accounts'])
      expect(textOf(guard(text, { granted: ['Events', 'Accounts'] }))).toBe(text)
    }
  })

  it('where two derived types have a member of one name that leads to different sets', () => {
    const host = '{"host":{"ID":1}}'
    expect(revealedBy(host, { granted: ['Events', 'Contacts'] })).toEqual(['host', 'Accounts'])
    expect(revealedBy(host, { granted: ['Events', 'Contacts', 'Accounts'] })).toEqual(['host'])
    const named = '{"@odata.type":"#EM.Gala","host":{"ID":1}}'
    expect(textOf(guard(named, { granted: ['Events', 'Contacts', 'Accounts'] }))).toBe(named)
    // What the bindings say of another type does not count.
    expect(textOf(guard(named, { granted: ['Events', 'Contacts'] }))).toBe(named)
    expect(revealedBy(named, { granted: ['Events', 'Accounts'] })).toEqual(['host', 'Contacts'])
  })

  it('of a type outside the hierarchy', () => {
    for (const type of ['#EM.Account', '#EM.Unheard', '#Gala', '#Collection(EM.Gala)', ''])
      expect(revealedBy(`{"value":[{"@odata.type":"${type}","ID":1}]}`, { result: many('Events') })).toEqual([
        'value/@odata.type',
      ])
    expect(revealedBy('{"@odata.type":"#EM.Account","ID":1}')).toEqual(['@odata.type'])
    expect(revealedBy('{"@odata.type":7,"ID":1}')).toEqual(['@odata.type'])
  })

  it('from one of several sets, when one of them is not granted', () => {
    const text = '{"value":[{"ID":1,"account":{"ID":"A1"}}]}'
    const result = many('Bookings')
    expect(revealedBy(text, { granted: ['Bookings', 'Accounts'], result })).toEqual(['value/account', 'Me'])
    expect(textOf(guard(text, { granted: ['Bookings', 'Accounts', 'Me'], result }))).toBe(text)
  })
})

describe('section 1d: what nobody has declared', () => {
  it('on a closed type: values pass, objects and lists do not', () => {
    const computed = '{"ID":1,"Total":12345678901234567890.10,"Half":null}'
    expect(textOf(guard(computed))).toBe(computed)
    for (const value of ['{}', '{"ID":"A1"}', '[]', '[1]', '[{"ID":"A1"}]'])
      expect(revealedBy(`{"ID":1,"Account":${value}}`)).toEqual(['Account'])
  })

  it.each(['Notes', 'Raws'])(
    'on an open or undescribed type (%s): lists of values too, objects never',
    (set) => {
      const text = '{"value":[{"ID":1,"Words":["a","b"],"Color":"red"}]}'
      expect(textOf(guard(text, { granted: [set], result: many(set) }))).toBe(text)
      for (const value of ['{}', '{"@odata.id":"Accounts(1)"}', '[{"ID":1}]', '[[1]]'])
        expect(revealedBy(`{"value":[{"Thing":${value}}]}`, { result: many(set) })).toEqual(['value/Thing'])
    },
  )

  it('inside a declared value: untyped ones hold no objects, places on earth hold GeoJSON', () => {
    const point =
      '{"Location":{"Point":{"type":"Point","coordinates":[1.50,[2]],"crs":{"type":"name","properties":{"name":"EPSG:4326"}}}}}'
    expect(textOf(guard(point))).toBe(point)
    expect(revealedBy('{"Location":{"Point":{"ID":"A1"}}}')).toEqual(['Location/Point/ID'])
    expect(revealedBy('{"Anything":{"ID":"A1"}}')).toEqual(['Anything'])
    expect(revealedBy('{"Name":{"ID":"A1"}}')).toEqual(['Name'])
  })

  it('a context that names another set or type, at the top or inside', () => {
    for (const context of [
      '#Accounts',
      '#Accounts/$entity',
      '#Accounts(1)/Name',
      '#Unheard',
      '#EM.Account',
      '#%41ccounts',
      '#EM.Unheard',
    ])
      expect(revealedBy(`{"@odata.context":"$metadata${context}","ID":1}`)).toEqual(['@odata.context'])
    expect(revealedBy('{"ID":1,"parent":{"@context":"$metadata#Accounts/$entity"}}')).toEqual([
      'parent/@context',
    ])
    for (const context of [
      '#Events',
      '#Events/$entity',
      '#Events(account())',
      '#EM.Container.Events',
      '#EM.Event',
      '#Collection(EM.Event)',
      '#Edm.String',
      '',
    ])
      expect(guard(`{"@odata.context":"$metadata${context}","ID":1}`)).toMatchObject({ ok: true })
  })

  it('an answer whose shape is unknown', () => {
    expect(revealedBy('{}', { result: { kind: 'entities', position: undefined } })).toEqual([''])
    expect(revealedBy('{"ID":1}', { result: { kind: 'nothing', position: undefined } })).toEqual([''])
    const unknown: ResultShape = {
      kind: 'entities',
      position: { type: UNDESCRIBED, collection: true, sources: [], steps: [] },
    }
    expect(revealedBy('{"value":[{"a":{}}]}', { result: unknown })).toEqual(['value/a'])
    expect(guard('{"value":[{"a":1}]}', { result: unknown })).toMatchObject({ ok: true })
  })

  it('annotations hold no more than values; those of a navigation property that is not granted go', () => {
    const text =
      '{"@odata.etag":"W/\\"1\\"","@EM.Seen":{"account":{"ID":1}},"bookings@odata.count":3,"ID":1,"account@EM.Preview":"Acme",' +
      '"@Core.Messages":[{"message":"m"}],"ID@odata.type":"#Int64","#EM.Cancel":{"target":"x"},"bookings@odata.nextLink":"Bookings?$skip=1"}'
    expect(textOf(guard(text))).toBe('{"@odata.etag":"W/\\"1\\"","ID":1,"ID@odata.type":"#Int64"}')
    const granted = ['Events', 'Bookings']
    expect(textOf(guard(text, { granted }))).toContain('"bookings@odata.count":3')
  })

  it('a collection that is named `value` holds entities even if the type has a property of that name', () => {
    expect(revealedBy('{"value":[{"account":{"ID":1}}]}')).toEqual(['value/account', 'Accounts'])
  })
})

describe('section 1d: links', () => {
  it('are turned to the gateway, and nothing else changes', () => {
    const text = `{ "@odata.context" : "${UPSTREAM}/$metadata#Events" ,\n "@odata.count":10,"value":[
      {"@odata.id":"${UPSTREAM}/Events(1)","@odata.editLink":"Events(1)","ID":9007199254740993,"Name":"${UPSTREAM}/Events \\u00fc\\/",
       "bookings@odata.navigationLink":"${UPSTREAM}/Events(1)/bookings"}], "@odata.nextLink":"http:\\/\\/UPSTREAM.test:4404/odata/v4/ev/Events?$skiptoken=5" }`
    expect(
      textOf(guard(text, { result: many('Events') })),
    ).toBe(`{ "@odata.context" : "${ROOT}/$metadata#Events" ,\n "@odata.count":10,"value":[
      {"@odata.id":"${ROOT}/Events(1)","@odata.editLink":"Events(1)","ID":9007199254740993,"Name":"${UPSTREAM}/Events \\u00fc\\/",
       "bookings@odata.navigationLink":"${ROOT}/Events(1)/bookings"}], "@odata.nextLink":"${ROOT}/Events?$skiptoken=wrapped-5" }`)
  })

  it('that lead elsewhere are left out, first, last, in between and all alone', () => {
    const foreign = 'https://elsewhere.test/x'
    const links = (names: readonly string[]) => names.map((name) => `"@odata.${name}":"${foreign}"`).join(',')
    expect(textOf(guard(`{${links(['id', 'editLink'])}}`))).toBe('{}')
    expect(textOf(guard(`{${links(['id', 'editLink'])},"ID":1}`))).toBe('{"ID":1}')
    expect(textOf(guard(`{"ID":1,${links(['id', 'readLink'])}}`))).toBe('{"ID":1}')
    expect(
      textOf(guard(`{${links(['id'])},"ID":1,${links(['mediaReadLink', 'mediaEditLink'])},"Name":"n"}`)),
    ).toBe('{"ID":1,"Name":"n"}')
    expect(textOf(guard(`{"@odata.deltaLink":"${UPSTREAM}/Events?$deltatoken=1","value":[]}`))).toBe(
      '{"value":[]}',
    )
  })

  it.each(['@nextLink', '@odata.nextLink'])('%s is not left out: the list would end early', (name) => {
    const answer = guard(`{"value":[],"${name}":"https://elsewhere.test/x"}`)
    expect(answer).toMatchObject({ ok: false, says: expect.stringContaining('next page') })
  })

  it('of a navigation property that is not granted stay as far as they hold the own key', () => {
    const own =
      '{"account@odata.navigationLink":"Events(1)/account","account@odata.associationLink":"Events(1)/account/$ref"}'
    expect(textOf(guard(own))).toBe(own)
    expect(textOf(guard('{"account@odata.navigationLink":"Accounts(\'A1\')"}'))).toBe('{}')
    expect(textOf(guard('{"account@odata.id":"Accounts(\'A1\')","ID":1}'))).toBe('{"ID":1}')
  })

  it('are turned for who may call everything, who loses nothing', () => {
    const text = `{"@odata.context":"${UPSTREAM}/$metadata#Accounts","Any":[{"account":{"@odata.id":"https://elsewhere.test/x"}}],"#EM.Cancel":{"target":"${UPSTREAM}/Events(1)/EM.Cancel"}}`
    const rewriteUrl = createUrlRewriter({ upstreamRoots: [UPSTREAM], root: ROOT }, undefined)
    const answer = guardAnswer(EVENT_MODEL, encoder.encode(text), {
      result: one('Events'),
      isGranted: 'all',
      rewriteUrl,
    })
    expect(textOf(answer)).toBe(text.replaceAll(UPSTREAM, ROOT))
  })
})

describe('the kinds of results', () => {
  it('a count is digits', () => {
    const result: ResultShape = { kind: 'count', position: undefined }
    for (const text of ['0', '12345', '\ufeff12']) expect(guard(text, { result })).toMatchObject({ ok: true })
    for (const text of ['', '1.5', '{"ID":1}', '-1'])
      expect(guard(text, { result })).toMatchObject({ ok: false })
  })

  it('a stream passes as it is', () => {
    const bytes = Uint8Array.of(0, 255, 7)
    const result: ResultShape = { kind: 'media', position: undefined }
    const answer = guardAnswer(EVENT_MODEL, bytes, { result, isGranted: () => false, rewriteUrl: turn })
    expect(answer.ok && answer.bytes).toBe(bytes)
  })

  it('a reference is an address and nothing else', () => {
    const { position } = many('Events')
    const result: ResultShape = { kind: 'reference', position }
    const text = `{"@odata.context":"$metadata#Collection($ref)","value":[{"@odata.id":"${UPSTREAM}/Events(1)"}]}`
    expect(textOf(guard(text, { result }))).toBe(text.replace(UPSTREAM, ROOT))
    expect(textOf(guard('{"@odata.id":"Events(1)"}', { result }))).toBe('{"@odata.id":"Events(1)"}')
    expect(revealedBy('{"@odata.id":"Events(1)","ID":1}', { result })).toEqual(['ID'])
    expect(revealedBy('{"value":[{"@odata.id":"Events(1)","account":{}}]}', { result })).toEqual([
      'value/account',
    ])
  })

  it('a value without a place is no object', () => {
    const result: ResultShape = { kind: 'value', position: undefined }
    for (const text of [
      '{"@odata.context":"$metadata#Edm.String","value":"x"}',
      '{"@odata.type":"#Collection(String)","value":["x"]}',
    ])
      expect(textOf(guard(text, { result }))).toBe(text)
    expect(revealedBy('{"value":{"ID":1}}', { result })).toEqual(['value'])
    expect(revealedBy('{"value":[{"ID":1}]}', { result })).toEqual(['value'])
    expect(revealedBy('{"other":{"ID":1}}', { result })).toEqual(['other'])
  })

  it('what is not JSON is nothing at all', () => {
    for (const text of [
      '',
      '<html>',
      '[{"ID":1}]',
      '"x"',
      '{"ID":1}{"ID":2}',
      '{"ID":1,"ID":2}',
      "{'ID':1}",
      '{"ID":1',
      '\ufeff{"ID":1}',
    ])
      expect(guard(text).ok).toBe(false)
    const deep = `{"sessions":${'['.repeat(40)}${']'.repeat(40)}}`
    expect(guard(deep)).toMatchObject({ ok: false, unreadable: expect.any(String) })
  })
})
