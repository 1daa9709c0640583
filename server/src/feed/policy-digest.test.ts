import { hash } from 'node:crypto'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPolicyDigest } from './policy-digest.ts'

const digit = fc.constantFrom('0', '1')
const id = fc.oneof(
  fc.tuple(digit, digit, digit).map((digits) => `cred_${digits.join('').padStart(24, 'f')}`),
  fc.constantFrom('cred_1', 'cred_2', 'other', `cred_${'F'.repeat(24)}`),
)
const record: fc.Arbitrary<PolicyRecord> = fc.record({
  id,
  tenantId: fc.constantFrom('tnt_one', 'tnt_two'),
  active: fc.boolean(),
  deleted: fc.boolean(),
  allowedEndpoints: fc.oneof(
    fc.constant({ kind: 'all' } as const),
    fc.record({ kind: fc.constant('only' as const), endpoints: fc.subarray(['b', 'a', 'c']) }),
  ),
  tokens: fc.array(
    fc.record({
      id: fc.constantFrom('tok_1', 'tok_2'),
      kind: fc.constantFrom('api', 'access'),
      digest: fc.constantFrom('d1', 'd2'),
      expiresAt: fc.constantFrom(undefined, 5),
      revokedAt: fc.constantFrom(undefined, 6),
    }),
    { maxLength: 2 },
  ),
})

/** What the digest of one record is, as every earlier version of the feed computed it. */
function contribution({ id, tenantId, active, deleted, allowedEndpoints, tokens }: PolicyRecord): bigint {
  if (deleted) return 0n
  const allowed = allowedEndpoints.kind === 'all' ? 'all' : [...allowedEndpoints.endpoints].toSorted()
  const listed = tokens
    .map((token) => [token.id, token.kind, token.digest, token.expiresAt ?? null, token.revokedAt ?? null])
    .toSorted(([first], [second]) => (String(first) < String(second) ? -1 : 1))
  const text = JSON.stringify([id, tenantId, active, allowed, listed])
  return BigInt(`0x${hash('sha256', text).slice(0, 32)}`)
}

describe('the digest of what is decided by', () => {
  it('is the sum of its records modulo 2^128, whatever came before them', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        const digest = createPolicyDigest()
        const last = new Map<string, bigint>()
        for (const each of records) {
          digest.apply(each)
          last.set(each.id, contribution(each))
          const sum = [...last.values()].reduce((all, one) => all + one, 0n)
          expect(digest.read()).toBe(BigInt.asUintN(128, sum).toString(16).padStart(32, '0'))
        }
      }),
      { numRuns: 2_000 },
    )
  })
})
