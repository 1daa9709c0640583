import { hash } from 'node:crypto'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { mintToken } from '@stagedoor/core/token.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identify } from './identify.ts'
import type { KnownToken } from './known-token.ts'
import { createPolicy } from './policy.ts'
import { createMapPolicy } from './test/map-policy.ts'
import { DIGESTS, ENDPOINTS, expectSame, randomRecord, TENANTS } from './test/random-records.ts'
import { binaryDigest, credentialRecord, digestOf, idOf, tokenRecord } from './test/records.ts'

const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('apply' as const), record: randomRecord }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('look' as const), digest: fc.constantFrom(...DIGESTS) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('load' as const),
      records: fc.array(randomRecord, { maxLength: 6 }),
      isCommitted: fc.boolean(),
    }),
  },
)

describe('the table', () => {
  it('says what two plain maps say, after any applies, stages and commits', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        const policy = createPolicy(TENANTS)
        const model = createMapPolicy()
        for (const given of steps) {
          if (given.kind === 'look') {
            // What was looked at is remembered, and must be forgotten with what it says.
            policy.findToken(binaryDigest(given.digest))
            continue
          }
          if (given.kind === 'apply') for (const each of [policy, model]) each.apply(given.record)
          else
            for (const each of [policy, model]) {
              const staged = each.stage()
              for (const one of given.records) staged.apply(one)
              if (given.isCommitted) staged.commit()
            }
          expectSame(policy, model)
        }
      }),
      { numRuns: 1_500 },
    )
  })

  it('says the same of thousands of credentials that come, change and lose their tokens', {
    timeout: 120_000,
  }, () => {
    const policy = createPolicy(TENANTS)
    const model = createMapPolicy()
    const both = (given: PolicyRecord): void => {
      policy.apply(given)
      model.apply(given)
    }
    const COUNT = 20_000
    let seed = 7
    const random = (below: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return (seed >>> 8) % below
    }
    for (let number = 0; number < COUNT; number += 1) both(credentialRecord(number))
    for (let change = 0; change < COUNT; change += 1) {
      const number = random(COUNT)
      const tokens = Array.from({ length: random(3) }, (_, at) => tokenRecord(number + at * COUNT))
      both(credentialRecord(number, { active: random(2) === 0, tokens }))
    }
    for (let number = 0; number < 3 * COUNT; number += 1) {
      const digest = digestOf(number)
      expect(policy.findToken(binaryDigest(digest))).toEqual(model.findToken(digest))
    }
    expect(policy.count()).toBe(COUNT)
  })

  it('forgets at once what it has just said', () => {
    const policy = createPolicy(TENANTS)
    const find = (number: number): KnownToken | undefined => policy.findToken(binaryDigest(digestOf(number)))
    policy.apply(credentialRecord(1, { tokens: [tokenRecord(1), tokenRecord(2)] }))
    for (const number of [1, 2]) expect(find(number)?.credential.active).toBe(true)
    policy.apply(credentialRecord(1, { active: false, tokens: [tokenRecord(1), tokenRecord(2)] }))
    for (const number of [1, 2]) expect(find(number)?.credential.active).toBe(false)
    policy.apply(credentialRecord(1, { tokens: [tokenRecord(1, { revokedAt: 5 }), tokenRecord(2)] }))
    expect([1, 2].map((number) => find(number)?.token.revokedAt)).toEqual([5, undefined])
    policy.apply(credentialRecord(1, { tokens: [tokenRecord(2)] }))
    expect(find(1)).toBeUndefined()
    // The row of a token that is gone is another one's now.
    policy.apply(credentialRecord(2, { tokens: [tokenRecord(3)] }))
    expect(find(3)?.credential.id).toBe(idOf('cred', 2))
    const only = { kind: 'only', endpoints: [ENDPOINTS[3] ?? ''] } as const
    policy.apply(credentialRecord(2, { tokens: [tokenRecord(3)], allowedEndpoints: only }))
    const allowed = find(3)?.credential.allowedEndpoints
    expect(allowed?.kind === 'only' && [...allowed.endpoints]).toEqual([ENDPOINTS[3]])
    policy.stage().commit()
    for (const number of [1, 2, 3]) expect(find(number)).toBeUndefined()
  })

  it('answers with the same object until something changes', () => {
    const policy = createPolicy(TENANTS)
    policy.apply(credentialRecord(1))
    policy.apply(credentialRecord(2))
    const digest = binaryDigest(digestOf(1))
    const found = policy.findToken(digest)
    expect(policy.findToken(digest)).toBe(found)
    policy.apply(credentialRecord(2, { active: false }))
    expect(policy.findToken(digest)).toBe(found)
    policy.apply(credentialRecord(1))
    expect(policy.findToken(digest)).not.toBe(found)
    expect(policy.findToken(digest)).toEqual(found)
  })

  it('finds nothing by what is no digest, or differs from one in any bit that is kept', () => {
    const policy = createPolicy(TENANTS)
    policy.apply(credentialRecord(1))
    const digest = binaryDigest(digestOf(1))
    const codes = (text: string): number[] => Array.from(text, (_, at) => text.charCodeAt(at))
    expect(policy.findToken(digest)).toBeDefined()
    for (let bit = 128; bit < 256; bit += 1) {
      const changed = codes(digest)
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(policy.findToken(String.fromCharCode(...changed))).toBeUndefined()
      // A character that is no octet is not cut down to one.
      const wide = codes(digest)
      wide[bit >> 3] = (wide[bit >> 3] ?? 0) + 256
      expect(policy.findToken(String.fromCharCode(...wide))).toBeUndefined()
    }
    for (const text of ['', digest.slice(1), `${digest}a`, digestOf(1), digest.slice(16)])
      expect(policy.findToken(text)).toBeUndefined()
    // Nor by a digest that is all zero, as rows are that hold nothing.
    policy.apply(credentialRecord(2, { tokens: [] }))
    expect(policy.findToken('\0'.repeat(32))).toBeUndefined()
  })

  it('keeps an allow-list that many have once', () => {
    const policy = createPolicy(TENANTS)
    const endpoints = ENDPOINTS.slice(0, 60)
    const listed = (ids: readonly string[]) =>
      ({ allowedEndpoints: { kind: 'only', endpoints: ids } }) as const
    policy.apply(credentialRecord(1, listed(endpoints)))
    policy.apply(credentialRecord(2, listed(endpoints.toReversed())))
    policy.apply(credentialRecord(3, listed(endpoints.slice(1))))
    const [one, two, three] = [1, 2, 3].map(
      (number) => policy.findToken(binaryDigest(digestOf(number)))?.credential.allowedEndpoints,
    )
    expect(one).toBe(two)
    expect(one).not.toBe(three)
  })
})

describe('identify', () => {
  const policy = createPolicy(TENANTS)
  const octets = (count: number): Uint8Array => Uint8Array.from({ length: count }, (_, at) => at)
  const issued = mintToken('api', octets)
  policy.apply(credentialRecord(1, { tokens: [tokenRecord(1, { digest: hash('sha256', issued) })] }))

  it('tells what was presented', () => {
    expect(identify(policy, issued)).toMatchObject({
      token: { kind: 'issued', id: idOf('tok', 1) },
      credential: { id: idOf('cred', 1), tenantId: 'tnt_one', active: true },
    })
    const none = [undefined, '', 'sd_api_', mintToken('refresh', octets), mintToken('access', octets)]
    expect(none.map((text) => identify(policy, text))).toEqual(
      ['missing', 'malformed', 'malformed', 'malformed', 'unknown'].map((kind) => ({
        token: { kind },
        credential: undefined,
      })),
    )
  })
})
