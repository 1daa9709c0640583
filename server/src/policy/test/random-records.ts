import type { PolicyRecord, PolicyToken } from '@stagedoor/core/policy-record.ts'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { KnownToken } from '#policy/known-token.ts'
import type { Policy } from '#policy/policy.ts'
import type { MapPolicy } from './map-policy.ts'
import { binaryDigest, digestOf, idOf, testCatalog, testTenant } from './records.ts'

const CATALOGS = [testCatalog('first', 70), testCatalog('second', 40)]
export const TENANTS = [testTenant('tnt_one', CATALOGS), testTenant('tnt_two', CATALOGS.slice(1))]
export const ENDPOINTS = [
  ...CATALOGS.flatMap(({ endpoints }) => endpoints.map(({ id }) => id)),
  'gone',
  'gone:too',
]
/** Of all tokens that random records may have. */
export const DIGESTS = Array.from({ length: 24 }, (_, number) => digestOf(number))

/** Everything that can be asked of a known token, the order of endpoints aside. */
function plain(known: KnownToken | undefined): unknown {
  if (known === undefined) return undefined
  const { token, credential } = known
  const { allowedEndpoints: allowed, ...rest } = credential
  if (allowed.kind === 'all') return { token, ...rest, allowed: 'all' }
  const { endpoints } = allowed
  const has = ENDPOINTS.filter((id) => endpoints.has(id)).toSorted()
  // Whatever way it is asked for, it is the same set.
  expect([...endpoints].toSorted()).toEqual(has)
  expect([...endpoints.entries()].map(([id]) => id)).toEqual([...endpoints.values()])
  expect(endpoints.size).toBe(has.length)
  return { token, ...rest, allowed: has }
}

const instant = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom(0, 1, -1, 2 ** 32, 2 ** 48 - 1, 2 ** 48, Number.MAX_SAFE_INTEGER, 1_800_000_000_000),
)
const token: fc.Arbitrary<PolicyToken> = fc.record({
  id: fc.oneof(
    fc.nat(30).map((number) => idOf('tok', number)),
    fc.constantFrom('tok_1', 'tok_', `tok_${'A'.repeat(24)}`, `cred${'0'.repeat(24)}`, 'é'.repeat(28)),
  ),
  kind: fc.constantFrom('api', 'access'),
  digest: fc.constantFrom(...DIGESTS, ...DIGESTS, 'no digest', digestOf(1).toUpperCase(), ''),
  expiresAt: instant,
  revokedAt: instant,
})
/** Records of the usual form and of others, of few credentials, tokens and digests, so that they meet. */
export const randomRecord: fc.Arbitrary<PolicyRecord> = fc.record({
  id: fc.oneof(
    fc.nat(9).map((number) => idOf('cred', number)),
    fc.constantFrom('cred_1', 'tok_000000000000000000000000', `cred_${'F'.repeat(24)}`),
  ),
  tenantId: fc.constantFrom('tnt_one', 'tnt_two', 'tnt_of_nobody'),
  active: fc.boolean(),
  deleted: fc.boolean(),
  allowedEndpoints: fc.oneof(
    fc.constant({ kind: 'all' } as const),
    fc.record({
      kind: fc.constant('only' as const),
      endpoints: fc.oneof(
        fc.constantFrom([], ENDPOINTS.slice(0, 1), ENDPOINTS.slice(64, 66)),
        fc.array(fc.constantFrom(...ENDPOINTS), { maxLength: 8 }),
      ),
    }),
  ),
  tokens: fc.oneof(fc.array(token, { maxLength: 1 }), fc.array(token, { maxLength: 5 })),
})
/** Whatever is asked of either, the answer is the same. */
export function expectSame(policy: Policy, model: MapPolicy): void {
  for (const digest of DIGESTS)
    expect(plain(policy.findToken(binaryDigest(digest)))).toEqual(plain(model.findToken(digest)))
  expect(policy.count()).toBe(model.count())
}
