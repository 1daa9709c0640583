import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mintToken, type TokenKind, tokenHint, tokenKind } from './token.ts'

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const KINDS: readonly [TokenKind, string][] = [
  ['api', 'sd_api_'],
  ['access', 'sd_acc_'],
  ['refresh', 'sd_ref_'],
]

describe('tokens', () => {
  it.each(KINDS)('of kind %s begin with %s and are recognised', (kind, prefix) => {
    const token = mintToken(kind, randomBytes)
    expect(token).toMatch(new RegExp(`^${prefix}[0-9A-Za-z]{38}$`))
    expect(tokenKind(token)).toBe(kind)
  })

  it('end in the CRC-32 that zlib computes, so that a scanner needs no network', () => {
    for (let count = 0; count < 500; count += 1) {
      const token = mintToken('api', randomBytes)
      let rest = crc32(token.slice(0, -6))
      let digits = ''
      for (let place = 0; place < 6; place += 1) {
        digits = BASE62.charAt(rest % 62) + digits
        rest = Math.floor(rest / 62)
      }
      expect(token.slice(-6)).toBe(digits)
    }
  })

  it('are refused with any one character changed, lost or added', () => {
    const token = mintToken('access', randomBytes)
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom(...BASE62.split(''), '_', '-', ' ', '\n', '\u00e9'),
        (at, character) => {
          const changed = token.slice(0, at) + character + token.slice(at + 1)
          if (changed !== token) expect(tokenKind(changed)).toBeUndefined()
          expect(tokenKind(token.slice(0, at) + token.slice(at + 1))).toBeUndefined()
          expect(tokenKind(token.slice(0, at) + character + token.slice(at))).toBeUndefined()
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('are never recognised in other text', () => {
    fc.assert(fc.property(fc.string(), (text) => tokenKind(text) === undefined))
    for (const text of ['', 'sd_api_', `sd_mgt_${'a'.repeat(38)}`, `SD_API_${'a'.repeat(38)}`])
      expect(tokenKind(text)).toBeUndefined()
  })

  it('TK-05: use each character equally often (chi-square, 61 degrees of freedom, 100,000 tokens)', () => {
    // Octets that look random and are the same in every run.
    let block = 0
    const octets = (): Uint8Array =>
      createHash('sha512')
        .update(String((block += 1)))
        .digest()
    const counts = new Map<string, number>()
    for (let count = 0; count < 100_000; count += 1) {
      for (const character of mintToken('api', octets).slice(7, 39))
        counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    const expected = (100_000 * 32) / 62
    const chi = BASE62.split('').reduce(
      (sum, character) => sum + ((counts.get(character) ?? 0) - expected) ** 2 / expected,
      0,
    )
    // One generator in 10,000 that is fair would be beyond.
    expect(chi).toBeLessThan(112)
  })

  it('TK-05: are never the same twice (100,000 tokens)', () => {
    const tokens = new Set(Array.from({ length: 100_000 }, () => mintToken('api', randomBytes)))
    expect(tokens.size).toBe(100_000)
  })

  it('throw away the octets that would favour some characters', () => {
    const octets = [255, 250, 248, 247, ...Array.from({ length: 44 }, (_, index) => index)]
    expect(mintToken('api', () => Uint8Array.from(octets)).slice(7, 9)).toBe(`${BASE62.charAt(247 % 62)}0`)
  })

  it('have a hint that shows the kind and four characters', () => {
    expect(tokenHint('sd_api_0123456789ABCDEFGHIJKLMNOPQRSTUVabcdef')).toBe('sd_api_\u2026cdef')
  })
})
