import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '#corpus/decisions.json' with { type: 'json' }
import type { AllowedEndpoints } from './allowed-endpoints.ts'
import type { Endpoint } from './catalog/endpoint.ts'
import { type Addressed, decide, explain, type Facts, type PresentedToken } from './decide.ts'
import { DENY_REASONS, REFUSALS } from './decision.ts'

const NOW = 1_800_000_000_000

function endpoint(id: string): Endpoint {
  return {
    id,
    catalog: id.split(':')[0] ?? '',
    operation: id,
    method: 'GET',
    path: '/',
    title: id,
    resource: 'R',
    effect: 'read',
  }
}

function presented(token: string): PresentedToken {
  if (token === 'missing' || token === 'unknown') return { kind: token }
  if (token === 'malformed' || token === 'refresh') return { kind: 'malformed' }
  return {
    kind: 'issued',
    id: 'tok_1',
    expiresAt: token === 'expired' ? NOW : token === 'access' ? NOW + 1 : undefined,
    revokedAt: token === 'revoked' ? NOW - 1 : undefined,
  }
}

function toFacts(vector: (typeof vectors)[number]): Facts {
  const token = presented(vector.token)
  const allowedEndpoints: AllowedEndpoints =
    typeof vector.allowed === 'string'
      ? { kind: 'all' }
      : { kind: 'only', endpoints: new Set(vector.allowed) }
  const further = vector.further ?? []
  const addressed: Addressed =
    vector.addressed === 'unknown'
      ? { kind: 'unknown', methods: [] }
      : vector.addressed === 'beyond'
        ? { kind: 'beyond', further }
        : { kind: 'endpoint', endpoint: endpoint(vector.addressed), further }
  const credential = { id: 'cred_1', tenantId: 'tnt_1', active: vector.active, allowedEndpoints }
  return { now: NOW, token, credential: token.kind === 'issued' ? credential : undefined, addressed }
}

describe('decide: the corpus', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const facts = toFacts(vector)
    const decision = decide(facts)
    expect(decision.outcome === 'allow' ? 'allow' : decision.reason).toBe(vector.expect)
    expect(explain(facts)[0] ?? 'allow').toBe(vector.expect)
  })

  it('has a vector for every reason', () => {
    expect(new Set(vectors.map(({ expect: reason }) => reason))).toEqual(new Set(['allow', ...DENY_REASONS]))
  })
})

describe('decide: properties', () => {
  const facts = fc.record({
    now: fc.constant(NOW),
    token: fc.oneof(
      fc.constantFrom<PresentedToken>({ kind: 'missing' }, { kind: 'malformed' }, { kind: 'unknown' }),
      fc.record({
        kind: fc.constant('issued' as const),
        id: fc.constant('tok_1'),
        expiresAt: fc.option(fc.constantFrom(NOW - 1, NOW, NOW + 1, Number.NaN), { nil: undefined }),
        revokedAt: fc.option(fc.constant(NOW), { nil: undefined }),
      }),
    ),
    credential: fc.option(
      fc.record({
        id: fc.constant('cred_1'),
        tenantId: fc.constant('tnt_1'),
        active: fc.boolean(),
        allowedEndpoints: fc.oneof(
          fc.constant<AllowedEndpoints>({ kind: 'all' }),
          fc.subarray(['a', 'b']).map((ids): AllowedEndpoints => ({ kind: 'only', endpoints: new Set(ids) })),
        ),
      }),
      { nil: undefined },
    ),
    addressed: fc.oneof(
      fc.record({
        kind: fc.constant('endpoint' as const),
        endpoint: fc.constantFrom('a', 'b', 'c').map(endpoint),
        further: fc.subarray(['$expand']),
      }),
      fc.record({ kind: fc.constant('beyond' as const), further: fc.constant(['$batch']) }),
      fc.record({ kind: fc.constant('unknown' as const), methods: fc.constant(['GET']) }),
    ),
  })

  it('allows exactly what the rule in words allows', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { token, credential, addressed } = each
        const all = credential?.allowedEndpoints.kind === 'all'
        const chosen =
          credential?.allowedEndpoints.kind === 'only' &&
          addressed.kind === 'endpoint' &&
          credential.allowedEndpoints.endpoints.has(addressed.endpoint.id)
        const rule =
          token.kind === 'issued' &&
          token.revokedAt === undefined &&
          (token.expiresAt === undefined || token.expiresAt > NOW) &&
          credential?.active === true &&
          addressed.kind !== 'unknown' &&
          (all || (chosen && addressed.further.length === 0))
        expect(decide(each).outcome === 'allow').toBe(rule)
        expect(explain(each).length === 0).toBe(rule)
      }),
      { numRuns: 5_000 },
    )
  })

  it('reads whatever is not exactly active as inactive', () => {
    const base = toFacts(vectors[11] ?? expect.fail('no vector'))
    for (const active of [undefined, null, 1, 'true', {}]) {
      const odd = { ...base, credential: { ...base.credential, active } } as unknown as Facts
      expect(decide(odd)).toMatchObject({ outcome: 'deny', reason: 'credential_inactive' })
    }
  })

  it('names the endpoint where it is what is missing, and never beside a refused token', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const decision = decide(each)
        if (decision.outcome === 'allow') return
        const may = decision.reason === 'endpoint_not_allowed' || decision.reason === 'odata_reach_unknown'
        expect(decision.endpoint !== undefined && !may).toBe(false)
        if (decision.reason === 'endpoint_not_allowed') expect(decision.endpoint).toBeDefined()
      }),
    )
  })
})

describe('REFUSALS', () => {
  it('tells unknown, revoked and malformed tokens apart by nothing but the code', () => {
    expect(REFUSALS.token_unknown).toEqual(REFUSALS.token_revoked)
    expect(REFUSALS.token_unknown).toEqual(REFUSALS.token_malformed)
  })

  it('keeps within what error_description may hold (RFC 6750 3)', () => {
    for (const { title } of Object.values(REFUSALS)) expect(title).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })
})
