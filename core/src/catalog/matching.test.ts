import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import documents from '#corpus/catalogs.json' with { type: 'json' }
import vectors from '#corpus/matching.json' with { type: 'json' }
import { parseTarget } from '#target.ts'
import { type Catalog, type EndpointForm, METHODS, type PathRules } from './endpoint.ts'
import { createMatcher, type Match, type Matcher, match } from './matcher.ts'

type Form = {
  readonly id: string
  readonly method: string
  readonly template: string
  readonly query?: readonly string[]
  readonly upstreamPrefix?: string
}

function toForm(catalog: string, mount: string, form: Form): EndpointForm {
  const method = METHODS.find((each) => each === form.method) ?? expect.fail(form.method)
  const { id, template, query = [], upstreamPrefix = '' } = form
  const path = mount + template
  const endpoint = {
    id,
    catalog,
    operation: id,
    method,
    path,
    title: id,
    resource: id,
    effect: 'read',
  } as const
  return { endpoint, template, query, upstreamPrefix }
}

function toCatalog(
  id: string,
  forms: readonly Form[],
  more: { kind?: Catalog['kind']; mount?: string; rules?: Partial<PathRules> } = {},
): Catalog {
  const { kind = 'openapi', mount = '/m', rules } = more
  const read = forms.map((form) => toForm(id, mount, form))
  return {
    id,
    title: id,
    kind,
    mount,
    rules: { caseSensitive: true, trailingSlashTolerated: false, ...rules },
    endpoints: [...new Map(read.map(({ endpoint }) => [endpoint.id, endpoint])).values()],
    forms: read,
  }
}

function find(matchers: readonly Matcher[], call: string): Match {
  const [method = '', text = ''] = call.split(' ')
  const parsed = parseTarget(text)
  return parsed.ok ? match(matchers, method, parsed.target) : expect.fail(`${text}: ${parsed.problem}`)
}

/** In short: `id -> upstream path`, or the kind of another answer. */
function short(found: Match): string {
  switch (found.kind) {
    case 'endpoint':
      return `${found.form.endpoint.id} -> ${found.upstreamPath}`
    case 'odata':
      return 'odata'
    case 'unknown':
      return `unknown ${found.methods.join(' ')}`.trim()
    case 'ambiguous':
      return 'ambiguous'
  }
}

const matchers = documents.map(({ id, forms, kind, mount, rules }) =>
  createMatcher(toCatalog(id, forms, { kind: kind === 'odata' ? 'odata' : 'openapi', mount, rules })),
)

describe('the traps of matching', () => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const problem =
      vector.problem === 'unknown' ? `unknown ${vector.methods?.join(' ') ?? ''}` : vector.problem
    const expected = problem === undefined ? `${vector.endpoint} -> ${vector.upstream}` : problem
    const found = find(matchers, vector.call)
    expect(short(found)).toBe(expected.trim())
    if (found.kind === 'endpoint' || found.kind === 'odata')
      expect(found.matcher.catalog.id).toBe(vector.catalog)
  })

  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 })
  it('asks the upstream for nothing but the endpoint that was found', () => {
    const forms = matchers.flatMap(({ catalog }) => (catalog.kind === 'openapi' ? catalog.forms : []))
    fc.assert(
      fc.property(
        fc.constantFrom(...forms),
        fc.array(text, { minLength: 8, maxLength: 8 }),
        (form, texts) => {
          let at = 0
          const filled = form.endpoint.path.replace(/\{[^}]+\}/g, () =>
            encodeURIComponent(texts[at++] ?? 'x'),
          )
          const parsed = parseTarget(filled)
          if (!parsed.ok) return
          const found = match(matchers, form.endpoint.method, parsed.target)
          if (found.kind !== 'endpoint') return expect(found.kind).toBe('endpoint')
          // What is forwarded, sent as a call of its own, means the same: the upstream cannot see another operation.
          const { mount } = found.matcher.catalog
          const again = mount + found.upstreamPath.slice(found.form.upstreamPrefix.length)
          if (mount.endsWith('/api') && found.form.upstreamPrefix === '/api') return
          expect(short(find(matchers, `${form.endpoint.method} ${again}`))).toBe(short(found))
        },
      ),
      { numRuns: 5_000 },
    )
  })
})

describe('slashes at the end', () => {
  const forms = [
    { id: 'one', method: 'GET', template: '/pets/{id}' },
    { id: 'list', method: 'GET', template: '/pets/' },
    { id: 'add', method: 'POST', template: '/pets' },
    { id: 'root', method: 'GET', template: '/' },
  ]
  it.each([
    [false, 'GET /m/pets/', 'list -> /pets/'],
    [false, 'GET /m/pets', 'unknown POST'],
    [false, 'POST /m/pets', 'add -> /pets'],
    [false, 'GET /m/pets/1', 'one -> /pets/1'],
    [false, 'GET /m/pets/1/', 'unknown'],
    [false, 'GET /m', 'root -> /'],
    [false, 'GET /m/', 'root -> /'],
    [true, 'GET /m/pets', 'list -> /pets/'],
    [true, 'POST /m/pets/', 'add -> /pets'],
    [true, 'GET /m/pets/1/', 'one -> /pets/1'],
    [true, 'PUT /m/pets', 'unknown GET POST'],
  ])('tolerated: %s, %s means %s', (trailingSlashTolerated, call, expected) => {
    const matcher = createMatcher(toCatalog('shop', forms, { rules: { trailingSlashTolerated } }))
    expect(short(find([matcher], call))).toBe(expected)
  })
})

describe('templates', () => {
  const forms = [
    { id: 'report', method: 'GET', template: '/reports/{id}' },
    { id: 'pdf', method: 'GET', template: '/reports/{id}.pdf' },
    { id: 'range', method: 'GET', template: '/reports/{from}..{to}.pdf' },
    { id: 'plain', method: 'GET', template: '/réports/a b' },
  ]
  const matcher = createMatcher(toCatalog('shop', forms, { rules: { caseSensitive: false } }))
  it.each([
    ['GET /m/reports/7', 'report -> /reports/7'],
    ['GET /m/reports/7.PDF', 'pdf -> /reports/7.PDF'],
    ['GET /m/reports/.pdf', 'report -> /reports/.pdf'],
    ['GET /m/reports/1..2.pdf', 'range -> /reports/1..2.pdf'],
    ['GET /m/R%C3%A9ports/A%20B', 'plain -> /r%C3%A9ports/a%20b'],
    ['GET /m/reports/7/8', 'unknown'],
  ])('%s means %s', (call, expected) => expect(short(find([matcher], call))).toBe(expected))

  it.each([
    ['/a/{x', /braces/],
    ['a', /does not start/],
  ])('%s is refused', (template, message) => {
    expect(() => createMatcher(toCatalog('x', [{ id: 'x', method: 'GET', template }]))).toThrow(message)
  })

  it('of one shape and one query are refused, since no request can tell them apart', () => {
    const twins = ['/a/{x}', '/a/{y}'].map((template) => ({ id: template, method: 'GET', template }))
    expect(() => createMatcher(toCatalog('x', twins))).toThrow('no request can tell /a/{y} from /a/{x}')
  })
})

describe('mounts', () => {
  it('are told apart by the catalog’s own rules, the longest first', () => {
    const outer = toCatalog('outer', [{ id: 'any', method: 'GET', template: '/{a}/{b}' }], {
      mount: '/api',
      rules: { caseSensitive: false },
    })
    const inner = toCatalog('inner', [{ id: 'set', method: 'GET', template: '/Set' }], {
      mount: '/api/odata',
    })
    for (const both of [
      [outer, inner],
      [inner, outer],
    ]) {
      const made = both.map(createMatcher)
      expect(short(find(made, 'GET /api/odata/Set'))).toBe('set -> /Set')
      expect(short(find(made, 'GET /API/x/y'))).toBe('any -> /x/y')
      // Never handed on to the outer catalog: below its mount, the inner one alone speaks.
      expect(short(find(made, 'GET /api/odata/Other'))).toBe('unknown')
    }
  })
})
