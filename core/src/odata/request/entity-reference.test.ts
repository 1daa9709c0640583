import { describe, expect, it } from 'vitest'
import { createRecorder } from '#odata/touches.ts'
import { resolveEntityReference } from './entity-reference.ts'
import { MODEL, OPTIONS } from './testing/events-model.ts'

function resolve(text: string) {
  const recorder = createRecorder()
  const cause = { in: 'body', text, at: [7, 9] as const }
  const found = resolveEntityReference(MODEL, text, { roots: OPTIONS.roots, recorder, cause })
  if (!found.ok) return { code: found.code, in: found.in, at: found.at }
  return {
    set: found.position.sources.map((source) => source.name).join(),
    text: found.text,
    reads: recorder
      .found()
      .touches.map((touch) => `${touch.endpoint} ${touch.by[0]?.in} ${touch.by[0]?.at.join('-')}`),
  }
}

describe('The address of an entity (rows 7, 19 and 56)', () => {
  it.each([
    ['Accounts(1)', 'Accounts', 'Accounts(1)', []],
    ['Accounts/1', 'Accounts', 'Accounts(1)', []],
    ['/odata/Accounts(1)', 'Accounts', 'Accounts(1)', []],
    ['https://gw.example/odata/Accounts(1)', 'Accounts', 'Accounts(1)', []],
    ['HTTPS://GW.EXAMPLE/odata/Accounts(1)', 'Accounts', 'Accounts(1)', []],
    ["Countries('a%20b')", 'Countries', "Countries('a%20b')", []],
    ['Me', 'Me', 'Me', []],
    ['Events(1)/Account', 'Accounts', 'Events(1)/Account', ['GET Events body 7-9']],
  ])('%s', (text, set, canonical, reads) => expect(resolve(text)).toEqual({ set, text: canonical, reads }))

  it.each([
    ['https://evil.example/odata/Accounts(1)', 'odata_not_supported'],
    ['https://gw.example.evil.example/odata/Accounts(1)', 'odata_not_supported'],
    ['https://gw.example@evil.example/odata/Accounts(1)', 'odata_not_supported'],
    ['https://gw.example/other/Accounts(1)', 'odata_not_supported'],
    ['https://gw.example/odataX/Accounts(1)', 'odata_not_supported'],
    ['//evil.example/odata/Accounts(1)', 'odata_not_supported'],
    ['urn:some:id', 'odata_not_supported'],
    ['../Accounts(1)', 'odata_malformed'],
    ['./Accounts(1)', 'odata_malformed'],
    ['Accounts(1)?$expand=Events', 'odata_not_supported'],
    ['Accounts(1)#x', 'odata_not_supported'],
    ['Accounts', 'odata_malformed'],
    ['', 'odata_malformed'],
    ['/odata/', 'odata_malformed'],
    ['Nothing(1)', 'odata_unknown_name'],
    ['TopAccounts(n=1)(1)', 'odata_malformed'],
    ['Accounts(1)/Name', 'odata_malformed'],
    ['Accounts(@p)', 'odata_malformed'],
    ['$metadata', 'odata_unknown_name'],
    ['$1', 'odata_unknown_name'],
  ])('%s is refused', (text, code) => expect(resolve(text)).toEqual({ code, in: 'body', at: [7, 9] }))
})
