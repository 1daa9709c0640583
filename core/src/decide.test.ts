import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import vectors from '#corpus/decisions.json' with { type: 'json' }
import type { AllowedEndpoints } from './allowed-endpoints.ts'
import type { Endpoint } from './catalog/endpoint.ts'
import { type Addressed, decide, explain, type Facts, type PresentedToken, refuseCaller } from './decide.ts'
import { DENY_REASONS, REFUSALS, type TouchedEndpoint, type Unreadable } from './decision.ts'
import type { Knowledge } from './knowledge.ts'

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

type Vector = (typeof vectors)[number]

function touch(id: string): TouchedEndpoint {
  return { endpoint: endpoint(id), by: [{ in: 'path', text: id, at: [0, 1] }] }
}

function unreadable(reason: string): Unreadable {
  const known = DENY_REASONS.find((each) => each === reason)
  if (!known?.startsWith('odata_') || known === 'odata_reach_unknown') return expect.fail(reason)
  return { reason: known, problem: 'in words', in: 'path', at: [0, 1] } as Unreadable
}

function toAddressed({ touches, unknownReach = [], problem, addressed }: Vector): Addressed {
  if (problem !== undefined) return { kind: 'unreadable', problems: [unreadable(problem)] }
  if (touches !== undefined) {
    const unknown = unknownReach.map((text) => ({ in: '$expand', text, at: [0, 1] }) as const)
    return { kind: 'touched', touches: touches.map(touch), unknownReach: unknown }
  }
  if (addressed === 'unknown') return { kind: 'unknown', methods: [] }
  if (addressed === 'description') {
    const endpoints = ['odata:GET:/Events', 'odata:GET:/Accounts'].map(endpoint)
    return { kind: 'description', endpoints }
  }
  return { kind: 'endpoint', endpoint: endpoint(addressed ?? expect.fail('nothing is addressed')) }
}

function toFacts(vector: Vector): Facts {
  const token = presented(vector.token)
  const allowedEndpoints: AllowedEndpoints =
    typeof vector.allowed === 'string'
      ? { kind: 'all' }
      : { kind: 'only', endpoints: new Set(vector.allowed) }
  const credential = { id: 'cred_1', tenantId: 'tnt_1', active: vector.active, allowedEndpoints }
  return {
    now: NOW,
    token,
    credential: token.kind === 'issued' ? credential : undefined,
    // As it is written: also what is none of the words.
    knowledge: (vector.knowledge ?? 'current') as Knowledge,
    addressed: toAddressed(vector),
  }
}

describe('decide: the corpus', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const facts = toFacts(vector)
    const decision = decide(facts)
    expect(decision.outcome === 'allow' ? 'allow' : decision.reason).toBe(vector.expect)
    expect(explain(facts)[0] ?? 'allow').toBe(vector.expect)
    if (vector.missing !== undefined) {
      expect(decision.outcome === 'deny' && decision.missing?.map((each) => each.endpoint.id)).toEqual(
        vector.missing,
      )
    }
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
    knowledge: fc.constantFrom<Knowledge>('current', 'disconnected', 'stale', 'absent', '' as Knowledge),
    addressed: fc.oneof(
      fc.record({
        kind: fc.constant('endpoint' as const),
        endpoint: fc.constantFrom('a', 'b', 'c').map(endpoint),
      }),
      fc.record({
        kind: fc.constant('touched' as const),
        touches: fc.subarray(['a', 'b', 'c']).map((ids) => ids.map(touch)),
        unknownReach: fc.subarray([{ in: '$expand', text: 'X', at: [0, 1] as const }]),
      }),
      fc.record({
        kind: fc.constant('description' as const),
        endpoints: fc.subarray(['a', 'b', 'c']).map((ids) => ids.map(endpoint)),
      }),
      fc
        .constantFrom('odata_malformed', 'odata_doubtful', 'odata_method')
        .map((reason): Addressed => ({ kind: 'unreadable', problems: [unreadable(reason)] })),
      fc.record({ kind: fc.constant('unknown' as const), methods: fc.constant(['GET']) }),
    ),
  })

  /** The rule in words, once more: whoever may call everything may call what can be read; others exactly what they have. */
  function mayReach({ credential, addressed }: Facts): boolean {
    if (addressed.kind === 'unknown' || addressed.kind === 'unreadable') return false
    if (credential?.allowedEndpoints.kind === 'all') return true
    if (credential?.allowedEndpoints.kind !== 'only') return false
    const { endpoints } = credential.allowedEndpoints
    if (addressed.kind === 'endpoint') return endpoints.has(addressed.endpoint.id)
    if (addressed.kind === 'description') return addressed.endpoints.some(({ id }) => endpoints.has(id))
    const { touches, unknownReach } = addressed
    const all = touches.every((each) => endpoints.has(each.endpoint.id))
    return touches.length > 0 && all && unknownReach.length === 0
  }

  it('allows exactly what the rule in words allows', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const { token, credential, knowledge } = each
        const letIn =
          (knowledge === 'current' || knowledge === 'disconnected') &&
          token.kind === 'issued' &&
          token.revokedAt === undefined &&
          (token.expiresAt === undefined || token.expiresAt > NOW) &&
          credential?.active === true
        const rule = letIn && mayReach(each)
        expect(decide(each).outcome === 'allow').toBe(rule)
        expect(explain(each).length === 0).toBe(rule)
        const decision = decide(each)
        expect(decision.outcome === 'deny' ? decision.reason : undefined).toBe(explain(each)[0])
        expect(refuseCaller(each) === undefined).toBe(letIn)
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

  const OVER: ReadonlySet<string> = new Set(['token_revoked', 'token_expired', 'credential_inactive'])

  it('never lets stale, absent or unreadable knowledge decide by anything but what is over for good', () => {
    fc.assert(
      fc.property(facts, ({ knowledge, ...each }) => {
        const current = decide({ ...each, knowledge: 'current' })
        const given = decide({ ...each, knowledge })
        const reason = given.outcome === 'deny' ? given.reason : 'allow'
        const isPresented = each.token.kind !== 'missing' && each.token.kind !== 'malformed'
        if (!isPresented || knowledge === 'current') expect(given).toEqual(current)
        else if (knowledge === 'absent') expect(reason).toBe('policy_absent')
        else if (current.outcome === 'deny' && current.reason === 'token_unknown')
          expect(reason).toBe('token_unverified')
        else if (knowledge === 'disconnected') expect(given).toEqual(current)
        else if (current.outcome === 'deny' && OVER.has(current.reason)) expect(given).toEqual(current)
        else expect(reason).toBe('policy_stale')
      }),
      { numRuns: 5_000 },
    )
  })

  it('reads whatever is none of the words of knowledge as stale', () => {
    const base = toFacts(vectors[11] ?? expect.fail('no vector'))
    expect(decide(base).outcome).toBe('allow')
    for (const knowledge of [undefined, null, '', 'CURRENT', true, 1, {}, ['current']]) {
      const odd = { ...base, knowledge } as unknown as Facts
      expect(decide(odd)).toMatchObject({ outcome: 'deny', reason: 'policy_stale' })
      const unknown = { ...odd, token: { kind: 'unknown' }, credential: undefined } as Facts
      expect(decide(unknown)).toEqual({ outcome: 'deny', reason: 'token_unverified' })
    }
  })

  it('names what is missing exactly, and nothing of the request beside a refused token', () => {
    fc.assert(
      fc.property(facts, (each) => {
        const decision = decide(each)
        if (decision.outcome === 'allow') return
        const { reason, missing, granted, unknownReach, problems, methods } = decision
        if (refuseCaller(each) !== undefined) {
          expect({ missing, granted, unknownReach, problems, methods }).toEqual({})
          expect(decision).toEqual(refuseCaller(each))
        }
        if (reason !== 'endpoint_not_allowed') return
        const has = each.credential?.allowedEndpoints
        for (const one of missing ?? [])
          expect(has?.kind === 'only' && has.endpoints.has(one.endpoint.id)).toBe(false)
        for (const one of granted ?? [])
          expect(has?.kind === 'only' && has.endpoints.has(one.endpoint.id)).toBe(true)
        if (each.addressed.kind === 'touched')
          expect([...(missing ?? []), ...(granted ?? [])]).toHaveLength(each.addressed.touches.length)
        if (each.addressed.kind !== 'description') expect(missing).not.toEqual([])
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('REFUSALS', () => {
  it('tells unknown, revoked and malformed tokens apart by nothing but the code', () => {
    expect(REFUSALS.token_unknown).toEqual(REFUSALS.token_revoked)
    expect(REFUSALS.token_unknown).toEqual(REFUSALS.token_malformed)
  })

  it('says when to try again exactly where nothing is wrong with the call', () => {
    for (const refusal of Object.values(REFUSALS)) {
      const seconds = 'retryAfterSeconds' in refusal ? refusal.retryAfterSeconds : undefined
      expect(seconds !== undefined).toBe(refusal.status === 503)
    }
  })

  it('keeps within what error_description may hold (RFC 6750 3)', () => {
    for (const { title } of Object.values(REFUSALS)) expect(title).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  })
})
