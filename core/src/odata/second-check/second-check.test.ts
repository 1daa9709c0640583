import { describe, expect, it } from 'vitest'
import type { Analysis } from '#odata/analysis.ts'
import { type Dice, diceFromSeed, pick } from '#odata/testing/dice.ts'
import { type Generated, generateRequest } from '#odata/testing/generate.ts'
import { analyse, worldModel } from '#odata/testing/requests.ts'
import { plainWording, variedWording } from '#odata/testing/wording.ts'
import type { Found } from '#odata/touches.ts'
import type { Verdict } from './judge.ts'
import { secondCheck } from './second-check.ts'

const model = worldModel()

/** What an analysis would say that has understood these names, and nothing else. */
function found(touches: readonly string[], names: readonly string[]): Found {
  const by = [{ in: 'path', text: '', at: [0, 1] as const }]
  return { touches: touches.map((endpoint) => ({ endpoint, by })), names: new Set(names), unknownReach: [] }
}

function check(
  rawTarget: string,
  touches: readonly string[],
  names: readonly string[],
  method = 'GET',
): Verdict {
  return secondCheck(model, { method, rawTarget, mount: '/service' }, found(touches, names))
}

function* requests(count: number, wording: (dice: Dice) => ReturnType<typeof plainWording>) {
  for (let seed = 1; seed <= count; seed += 1) {
    const dice = diceFromSeed(seed)
    const request: Generated = generateRequest(dice, wording(dice))
    const analysis = analyse(model, request.method, request.text, { ifMatch: request.ifMatch })
    if (analysis.ok) yield { dice, request, analysis }
  }
}

function verdict({ method, text }: Generated, analysis: Found): Verdict {
  return secondCheck(model, { method, rawTarget: text }, analysis)
}

describe('no false alarm', () => {
  it.each([
    ['in the plain form', plainWording],
    ['in every form', variedWording],
  ])('for generated requests %s', (_, wording) => {
    let accepted = 0
    for (const { request, analysis } of requests(10_000, wording)) {
      accepted += 1
      expect(verdict(request, analysis), `${request.method} ${request.text}`).toEqual({ ok: true })
    }
    expect(accepted).toBeGreaterThan(9_000)
  })

  it.each([
    [
      'a set in a string',
      "/Events?$filter=Name eq 'Accounts and Invoices, It''s Account'",
      ['GET Events'],
      ['Events', 'Name'],
    ],
    [
      'a string with encoded signs',
      "/Events?$filter=Name eq 'Smith %26 Sons; 100%25 Account #1?'",
      ['GET Events'],
      ['Events', 'Name'],
    ],
    [
      'words that are searched for inside of $expand',
      '/Events?$expand=Bookings($search=Accounts;$top=1),Guests(search=Accounts OR "Invoices")',
      ['GET Events', 'GET Bookings', 'GET People'],
      ['Events', 'Bookings', 'Guests'],
    ],
    ['words that are searched for', '/Events?$search=Accounts OR "Invoices"', ['GET Events'], ['Events']],
    [
      'a variable with the name of a navigation property',
      "/Events?$filter=Tags/any(Account:Account eq 'x')",
      ['GET Events'],
      ['Events', 'Tags'],
    ],
    [
      'the same in capitals',
      "/Events?$filter=Tags/ANY(Account:Account eq 'x')",
      ['GET Events'],
      ['Events', 'Tags'],
    ],
    [
      'an alias with the name of a set',
      '/Events?$filter=ID eq @Accounts&@Accounts=1',
      ['GET Events'],
      ['Events', 'ID'],
    ],
    [
      'a name that the request gives',
      '/Events?$compute=Price mul 2 as Invoices&$orderby=Invoices',
      ['GET Events'],
      ['Events', 'Price'],
    ],
    [
      'guid, date and duration',
      "/Events?$filter=ID eq abcdefab-1111-2222-3333-444455556666 and Start gt 2026-01-01T10:00:00Z and Start lt duration'P1D'",
      ['GET Events'],
      ['Events', 'ID', 'Start'],
    ],
    ['a page token', '/Events?$skiptoken=gw.Accounts.Invoices.x', ['GET Events', 'GET Accounts'], ['Events']],
    ['an absolute id', '/$entity?$id=http://accounts/service/Events(1)', ['GET Events'], ['Events']],
    ['everything', '/Events?$expand=*', ['GET Events', 'GET Accounts', 'GET People'], ['Events']],
  ])('for %s', (_, target, touches, names) => {
    expect(check(target, touches, names)).toEqual({ ok: true })
  })
})

describe('what the analysis has overlooked', () => {
  it.each([
    ['an expand', '/Events?$expand=Account'],
    ['the same, encoded', '/Events?$expand=%41ccount'],
    ['the same, encoded twice', '/Events?$expand=%2541ccount'],
    ['the same in UTF-16', '/Events?$expand=%u0041ccount'],
    ['the same in another case', '/Events?$expand=account'],
    ['the same in full width', '/Events?$expand=%EF%BC%A1ccount'],
    ['the same with something invisible in it', '/Events?$expand=Acc%E2%80%8Bount'],
    ['the same behind a dollar', '/Events?$expand=$Account'],
    ['an option inside of another one', '/Events?x=1%26$expand=Account'],
    ['an option inside of $format', '/Events?$format=json%26$expand=Account'],
    ['an option inside of a page token', '/Events?$skiptoken=1%26$expand=Account'],
    ['an option inside of what is searched for', '/Events?$search=x%26$expand=Account'],
    [
      'an option inside of what is searched for below',
      '/Events?$expand=Bookings($search=x%26$expand=Account)',
      'Bookings',
    ],
    ['a path where words are searched for', '/Events?$expand=Bookings($search=Account/Name)', 'Bookings'],
    ['an option inside of a string', "/Events?$filter=Name eq 'x%26$expand=Account'"],
    ['an option inside of an alias', "/Events?@p='x'%26$expand=Account"],
    ['a string that is not closed', "/Events?$search=it's&$expand=Account&$filter=Name eq 'x'"],
    [
      'the same inside of one option',
      "/Events?ODataQuery=$search=it's%26$expand=Account%26$filter=Name eq 'x'",
    ],
    ['a name behind a quote that opens nothing', "/Events?$filter=Name eq 'x and Account/ID eq 1"],
    ['a query inside of the path', '/Events%3F$expand=Account'],
    ['a slash inside of a segment', '/Events(1)%2FAccount'],
    ['a path', '/Events(1)/Account'],
    [
      'a variable that is one no more',
      "/Events?$filter=Tags/any(Account:Account eq 'x') and Account/ID eq 1",
    ],
    ['a name behind a variable', '/Events?$filter=Bookings/any(Account:Account/Account/ID eq 1)', 'Bookings'],
    ['$root', '/Events?$filter=ID eq $root/Accounts(1)/ID'],
    ['a join', '/$crossjoin(Events,Accounts)'],
    ['a name that is given, in $expand', '/Events?$compute=Price as Account&$expand=Account'],
    ['a qualified set', '/EM.Accounts'],
    ['a function', '/TopAccounts(n=2)'],
  ])('is seen: %s', (_, target, ...more) => {
    const names = ['Events', 'Name', 'ID', 'Tags', 'Price', ...more]
    const touches = ['GET Events', ...(more.length > 0 ? ['GET Bookings'] : [])]
    expect(check(target, touches, names)).toMatchObject({
      ok: false,
      doubt: { name: expect.stringMatching(/acc/i) },
    })
  })

  it('is seen where the name was understood and its target is no touch', () => {
    expect(check('/Events?$expand=Account', ['GET Events'], ['Events', 'Account'])).toMatchObject({
      ok: false,
    })
    expect(check('/Events?$expand=Account', ['GET Events', 'GET Accounts'], ['Events', 'Account'])).toEqual({
      ok: true,
    })
    expect(check('/Accounts', ['GET Events'], ['Accounts'])).toMatchObject({ ok: false })
  })

  it('is seen where a touch has no words', () => {
    expect(check('/Events', ['GET Events', 'GET Accounts'], ['Events'])).toMatchObject({
      ok: false,
      doubt: { name: 'GET Accounts' },
    })
  })

  it('is seen where a change is touched as reading', () => {
    const names = ['Events', 'Account']
    const both = ['GET Events', 'GET Accounts']
    expect(check('/Events(1)/Account', both, names, 'DELETE')).toMatchObject({
      ok: false,
      doubt: { name: 'Account' },
    })
    expect(check('/Events(1)/Account', ['DELETE Events', ...both], names, 'DELETE')).toMatchObject({
      ok: false,
    })
    expect(check('/Events(1)/Account', [...both, 'DELETE Accounts'], names, 'DELETE')).toEqual({ ok: true })
  })

  it('is seen in the body of a query', () => {
    const request = { method: 'POST', rawTarget: '/Events/$query', queryBody: '$expand=Account' }
    expect(secondCheck(model, request, found(['GET Events'], ['Events']))).toMatchObject({ ok: false })
  })

  it('says where', () => {
    expect(check('/Events?$top=1&$expand=Account', ['GET Events'], ['Events'])).toMatchObject({
      doubt: { name: 'Account', in: '$expand', at: [15, 30] },
    })
  })
})

describe('an analysis that forgets', () => {
  const SOURCES = new Set(model.sources.keys())
  const withoutTouch = (analysis: Analysis, lost: string): Found => ({
    ...analysis,
    touches: analysis.touches.filter(({ endpoint }) => endpoint !== lost),
  })
  const reaching = (name: string): boolean =>
    SOURCES.has(name) || [...model.types.values()].some(({ navigation }) => navigation.has(name))

  const isVariable = (name: string, text: string): boolean =>
    new RegExp(`(any|all)\\(\\s*${name}\\s*:`, 'i').test(decodeURIComponent(text))

  it('a name of a set or a navigation property is always noticed', () => {
    let tried = 0
    let noticed = 0
    for (const { dice, request, analysis } of requests(4_000, variedWording)) {
      const candidates = [...analysis.names].filter(
        (name) => reaching(name) && !isVariable(name, request.text),
      )
      if (candidates.length === 0) continue
      const lost = pick(dice, candidates)
      const names = new Set([...analysis.names].filter((name) => name !== lost))
      tried += 1
      if (!verdict(request, { ...analysis, names }).ok) noticed += 1
    }
    expect(tried).toBeGreaterThan(3_000)
    expect(noticed).toBe(tried)
  })

  it('a set that only one name leads to is always noticed, of all touches four in five', () => {
    const sole = new Set(['GET Invoices', 'GET Bookings'])
    const counts = { tried: 0, noticed: 0, sole: 0, soleNoticed: 0 }
    for (const { dice, request, analysis } of requests(6_000, variedWording)) {
      if (analysis.touches.length < 2 || analysis.unknownReach.length > 0) continue
      const lost = pick(dice, analysis.touches).endpoint
      const noticed = Number(!verdict(request, withoutTouch(analysis, lost)).ok)
      counts.tried += 1
      counts.noticed += noticed
      // What `*` leads to has no name; who calls what is bound to a set needs not read it.
      if (analysis.touches.some(({ endpoint }) => endpoint.includes(`${lost.slice(3)}/`))) continue
      if (!sole.has(lost) || /\*|%2a/i.test(request.text)) continue
      counts.sole += 1
      counts.soleNoticed += noticed
      expect(noticed, `${lost} of ${request.method} ${request.text}`).toBe(1)
    }
    expect(counts.sole).toBeGreaterThan(200)
    expect(counts.soleNoticed).toBe(counts.sole)
    expect(counts.noticed / counts.tried).toBeGreaterThan(0.75)
  })
})
