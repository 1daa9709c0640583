import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import documents from '#corpus/catalogs.json' with { type: 'json' }
import { type Target, writeSegment } from '#target.ts'
import { type Catalog, type EndpointForm, METHODS } from './endpoint.ts'
import { createMatcher, match } from './matcher.ts'
import { createPlainMatcher, matchPlainly } from './testing/plain-match.ts'

const TEXTS = ['a', 'A', 'b', 'é', 'a b', 'x.pdf', '1..2.pdf', 'a;b', '$', 'ß', 'İ', '{', '%']
const literal = fc.constantFrom('a', 'A', 'b', 'é', 'a b', '$', 'İ')
const segment = fc.oneof(literal, fc.constantFrom('{p}', '{p}', '{p}.pdf', '{p}..{q}.pdf', 'x{p}'))
const form = fc.record({
  method: fc.constantFrom(...METHODS.slice(0, 3)),
  template: fc
    .tuple(fc.array(segment, { maxLength: 3 }), fc.boolean())
    .map(([segments, isSlashed]) => `/${segments.join('/')}${isSlashed && segments.length > 0 ? '/' : ''}`),
  query: fc.subarray(['code', 'Name']),
  upstreamPrefix: fc.constantFrom('', '/api/v1'),
})
const rules = fc.record({ caseSensitive: fc.boolean(), trailingSlashTolerated: fc.boolean() })
const catalog = fc.record({
  mount: fc.constantFrom('/m', '/m/a', '/M'),
  kind: fc.constantFrom('openapi', 'openapi', 'odata'),
  rules,
  forms: fc.array(form, { maxLength: 12 }),
})
const target: fc.Arbitrary<Target> = fc.record({
  segments: fc
    .tuple(
      fc.constantFrom(['m'], ['m'], ['m', 'a'], ['M'], []),
      fc.array(fc.constantFrom(...TEXTS), { maxLength: 4 }),
    )
    .map(([mount, rest]) => [...mount, ...rest]),
  trailingSlash: fc.boolean(),
  query: fc.array(
    fc.record({
      name: fc.constantFrom('code', 'CODE', 'name', 'Name', 'other'),
      value: fc.constantFrom(undefined, '', 'x', 'y'),
    }),
    { maxLength: 3 },
  ),
})

function toCatalog(
  id: string,
  { mount, kind, rules, forms }: typeof catalog extends fc.Arbitrary<infer T> ? T : never,
): Catalog {
  const read: EndpointForm[] = forms.map(({ method, template, query, upstreamPrefix }, index) => ({
    endpoint: {
      id: `${id}:${index}`,
      catalog: id,
      operation: '',
      method,
      path: mount + template,
      title: '',
      resource: '',
      effect: 'read',
    },
    template,
    query,
    upstreamPrefix,
  }))
  const endpoints = read.map(({ endpoint }) => endpoint)
  return { id, title: id, kind: kind === 'odata' ? 'odata' : 'openapi', mount, rules, endpoints, forms: read }
}

/** Both matchers of a catalog; undefined where both refuse it. */
function both(given: Catalog) {
  const [quick, plain] = [createMatcher, createPlainMatcher].map((create) => {
    try {
      return { ok: true as const, made: create(given) }
    } catch (error) {
      return { ok: false as const, error: String(error) }
    }
  })
  if (!quick?.ok || !plain?.ok) {
    expect(quick).toEqual(plain)
    return undefined
  }
  return { quick: createMatcher(given), plain: createPlainMatcher(given) }
}

type Found = ReturnType<typeof match> | ReturnType<typeof matchPlainly>

function plainly(found: Found): unknown {
  if (found.kind === 'endpoint') {
    const { form, upstreamPrefix, upstreamPath, matcher } = found
    return {
      kind: found.kind,
      catalog: matcher.catalog.id,
      form: form.endpoint.id,
      upstreamPrefix,
      upstreamPath,
    }
  }
  return found.kind === 'odata' ? { kind: found.kind, catalog: found.matcher.catalog.id } : found
}

describe('quick matching', () => {
  it('finds what plain matching finds, in any catalogs, for any target', { timeout: 60_000 }, () => {
    const kinds = new Map<string, number>()
    fc.assert(
      fc.property(
        fc.array(catalog, { minLength: 1, maxLength: 2 }),
        fc.array(fc.tuple(fc.constantFrom('GET', 'HEAD', 'POST', 'DELETE'), target), {
          minLength: 8,
          maxLength: 8,
        }),
        (catalogs, calls) => {
          const made = catalogs.map((each, index) => both(toCatalog(`c${index}`, each)))
          const whole = made.filter((each) => each !== undefined)
          for (const [method, called] of calls) {
            const plain = matchPlainly(
              whole.map((each) => each.plain),
              method,
              called,
            )
            const quick = match(
              whole.map((each) => each.quick),
              method,
              called,
            )
            expect(plainly(quick)).toEqual(plainly(plain))
            kinds.set(quick.kind, (kinds.get(quick.kind) ?? 0) + 1)
          }
        },
      ),
      { numRuns: 3_000 },
    )
    // All kinds of answers came up, and often.
    for (const kind of ['endpoint', 'odata', 'unknown', 'ambiguous'])
      expect(kinds.get(kind)).toBeGreaterThan(20)
  })

  it('finds the same in the catalogs of the corpus', () => {
    const catalogs = documents.map(({ id, forms, kind, mount, rules }) =>
      toCatalog(id, {
        kind: kind === 'odata' ? 'odata' : 'openapi',
        mount,
        rules,
        forms: forms.map((each) => ({
          method: METHODS.find((method) => method === each.method) ?? 'GET',
          template: each.template,
          query: 'query' in each ? [...(each.query ?? [])] : [],
          upstreamPrefix: 'upstreamPrefix' in each ? (each.upstreamPrefix ?? '') : '',
        })),
      } as Parameters<typeof toCatalog>[1]),
    )
    const matchers = catalogs.map(createMatcher)
    const plain = catalogs.map(createPlainMatcher)
    for (const { mount, forms } of catalogs)
      for (const { template } of forms)
        for (const method of METHODS)
          for (const trailingSlash of [false, true]) {
            const path = (mount + template).replace(/\{[^}]+\}/g, 'X1').replace(/\/$/, '')
            const called = { segments: path.split('/').slice(1), trailingSlash, query: [] }
            expect(plainly(match(matchers, method, called))).toEqual(
              plainly(matchPlainly(plain, method, called)),
            )
          }
  })

  it('writes a segment as it always was, whether or not something in it must be encoded', () => {
    const text = fc.string({
      unit: fc.constantFrom(..."aZ09-_.~!$&'()*,:=@ %/?#é\n|^".split('')),
      maxLength: 5,
    })
    fc.assert(
      fc.property(text, (each) => {
        const encoded = encodeURIComponent(each).replace(/%(?:24|26|2C|3A|3D|40)/g, decodeURIComponent)
        expect(writeSegment(each)).toBe(encoded)
      }),
      { numRuns: 5_000 },
    )
  })
})
