import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPageTokens } from './page-tokens.ts'

const SECRET = 'a secret of the server that is long enough'
const tokens = createPageTokens(SECRET)
const ENDPOINTS = ['GET Events', 'GET Accounts']
const wrapped = tokens.wrap('cred_1', 'odata', ENDPOINTS, "ID-5,'ü'")

describe('row 51: page tokens', () => {
  it('are opened for the credential and the catalog that they were made for', () => {
    expect(tokens.open('cred_1', 'odata', wrapped)).toEqual({
      token: "ID-5,'ü'",
      endpoints: ['GET Accounts', 'GET Events'],
    })
    expect(createPageTokens(SECRET).open('cred_1', 'odata', wrapped)?.token).toBe("ID-5,'ü'")
  })

  it('are nothing to another credential, another catalog, another server', () => {
    expect(tokens.open('cred_2', 'odata', wrapped)).toBeUndefined()
    expect(tokens.open('cred_1', 'odata2', wrapped)).toBeUndefined()
    expect(createPageTokens(`${SECRET}.`).open('cred_1', 'odata', wrapped)).toBeUndefined()
  })

  it('are nothing with fewer endpoints, another token, a mac cut short or made with another key', () => {
    const [kind, mac = '', endpoints, token] = wrapped.split('.')
    const encode = (text: string) => Buffer.from(text).toString('base64url')
    for (const forged of [
      [kind, mac, encode('GET Events'), token],
      [kind, mac, '', token],
      [kind, mac, endpoints, encode('ID-6')],
      [kind, mac.slice(0, 20), endpoints, token],
      [kind, `${mac}AA`, endpoints, token],
      [kind, 'A', endpoints, token],
    ])
      expect(tokens.open('cred_1', 'odata', forged.join('.'))).toBeUndefined()
    expect(tokens.open('cred_1', 'odata', "ID-5,'ü'")).toBeUndefined()
    expect(tokens.open('cred_1', 'odata', '')).toBeUndefined()
  })

  it('are nothing with any one character changed', () => {
    fc.assert(
      fc.property(
        fc.nat(wrapped.length - 1),
        fc.constantFrom(...'AZaz09-_.=% '.split('')),
        (at, character) => {
          fc.pre(wrapped[at] !== character)
          const changed = `${wrapped.slice(0, at)}${character}${wrapped.slice(at + 1)}`
          expect(tokens.open('cred_1', 'odata', changed)).toBeUndefined()
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('that are wrapped again are opened layer by layer', () => {
    const twice = tokens.wrap('cred_1', 'odata', ['GET Events'], wrapped)
    expect(tokens.open('cred_1', 'odata', twice)?.token).toBe(wrapped)
  })
})
