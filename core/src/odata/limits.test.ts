import { describe, expect, it } from 'vitest'
import type { ODataProblem } from './analysis.ts'
import { LIMITS, type LimitName } from './limits.ts'
import { membersOf } from './testing/reach.ts'
import { analyse, worldModel } from './testing/requests.ts'

const model = worldModel()

function refusal(text: string, queryBody?: string): ODataProblem {
  const answer = analyse(model, queryBody === undefined ? 'GET' : 'POST', text, { queryBody })
  if (answer.ok) throw new Error(`Accepted: ${text.slice(0, 100)}`)
  return answer
}

/** Name of the limit that a request is refused for; what it is refused for otherwise. */
function limitOf(text: string, queryBody?: string): string {
  const { code, limit, problem } = refusal(text, queryBody)
  if (code !== 'odata_limit' || limit === undefined) return `${code}: ${problem}`
  return limit.value === LIMITS[limit.name as LimitName] ? limit.name : `${limit.name} with another value`
}

const times = (count: number, text: string) => text.repeat(count)

/** Every navigation property of a type, and of what it leads to. */
function expandEverything(type: string, depth: number): string {
  return membersOf(type)
    .navigation.map(([name, to]) => {
      const inner = depth > 1 ? expandEverything(to.type, depth - 1) : ''
      return inner === '' ? name : `${name}($expand=${inner})`
    })
    .join(',')
}

describe('Beyond a limit a request is refused and the limit is named', () => {
  it('for the length of the address, whatever it holds', () => {
    expect(limitOf(`/Events?$filter=Name%20eq%20'${times(9000, 'x')}'`)).toBe('urlLength')
    expect(limitOf(`/${times(9000, 'E')}`)).toBe('urlLength')
    expect(limitOf(`/Events?$filter=${times(100_000, '(')}`)).toBe('urlLength')
    expect(limitOf(`/Events?${times(20_000, '&')}`)).toBe('urlLength')
    expect(limitOf(times(20_000, '/'))).toBe('urlLength')
  })

  it('for the length of the body of a query', () => {
    expect(limitOf('/Events/$query', `$filter=Name eq '${times(40_000, 'x')}'`)).toBe('queryBodyLength')
  })

  it('for parentheses, 3 KB of them and one more than allowed', () => {
    expect(limitOf(`/Events?$filter=${times(1500, '(')}true${times(1500, ')')}`)).toBe('nesting')
    expect(limitOf(`/Events?$filter=${times(3000, '(')}`)).toBe('nesting')
    expect(limitOf(`/Events?$filter=${times(40, '(')}true${times(40, ')')}`)).toBe('nesting')
    expect(analyse(model, 'GET', `/Events?$filter=${times(20, '(')}true${times(20, ')')}`)).toMatchObject({
      ok: true,
    })
  })

  it.each([
    ['not', times(200, 'not%20'), 'true'],
    ['minus', times(2000, '-'), 'Price'],
    ['lists', times(500, '['), times(500, ']')],
    ['objects', times(300, '{"a":'), `1${times(300, '}')}`],
    ['calls', times(300, 'tolower('), `Name${times(300, ')')}`],
    ['lambdas', times(60, 'Bookings/any(x:'), `true${times(60, ')')}`],
  ])('for nesting by %s', (_, before, after) => {
    expect(limitOf(`/Events?$filter=${before}${after}`.replaceAll('"', '%22'))).toBe('nesting')
  })

  it('for the number of parts of an expression, in a chain of 40 KB in a body and of 8 KB in an address', () => {
    const chain = (count: number) => `$filter=${times(count, 'Price gt 1 and ')}true`
    expect(limitOf('/Events/$query', chain(2000))).toBe('expressionNodes')
    expect(limitOf(`/Events?${chain(300).replaceAll(' ', '%20')}`)).toBe('expressionNodes')
    expect(limitOf(`/Events?$filter=Name%20in%20(${times(700, "'x',")}'y')`)).toBe('expressionNodes')
    expect(limitOf(`/Events?$orderby=${times(700, 'Price,')}Price`)).toBe('expressionNodes')
  })

  it('for the depth of $expand', () => {
    expect(limitOf(`/Events?$expand=${times(7, 'Parent($expand=')}Account${times(7, ')')}`)).toBe(
      'expandDepth',
    )
    expect(limitOf(`/Events?$expand=${times(500, 'Parent($expand=')}`)).toBe('expandDepth')
  })

  it('for the number of items of $expand', () => {
    expect(limitOf(`/Events?$expand=${expandEverything('Event', 4)}`)).toBe('expandItems')
  })

  it('for $levels', () => {
    expect(limitOf('/Events?$expand=Parent($levels=7)')).toBe('levels')
    expect(limitOf('/Events?$expand=Parent($levels=99999999999999999999)')).toBe('levels')
  })

  it('for the segments of a path', () => {
    expect(limitOf(`/Events(1)${times(40, '/Parent')}`)).toBe('pathSegments')
    expect(limitOf(`/Events(1)${times(1000, '/Parent')}`)).toBe('pathSegments')
  })

  it('for aliases that lead to aliases', () => {
    const chain = Array.from({ length: 100 }, (_, at) => `@a${at}=@a${at + 1}`).join('&')
    expect(limitOf(`/Events?$filter=Name%20eq%20@a0&${chain}&@a100=1`)).toBe('nesting')
  })
})

describe('What could grow without end', () => {
  it('is refused where aliases double at each step', () => {
    const chain = Array.from({ length: 60 }, (_, at) => `@a${at}=@a${at + 1}%20eq%20@a${at + 1}`).join('&')
    expect(refusal(`/Events?$filter=@a0&${chain}&@a60=true`).code).toBe('odata_limit')
  })

  it('is refused where an alias contains itself', () => {
    expect(refusal('/Events?$filter=@a&@a=@a').ok).toBe(false)
    expect(refusal('/Events?$filter=@a&@a=@b&@b=not%20(@a)').ok).toBe(false)
  })

  it('does not make the canonical form longer than a multiple of the request', () => {
    const answer = analyse(model, 'GET', `/Events?$expand=${times(3, '*($levels=6),')}*`)
    expect(answer.ok ? answer.target.length : 0).toBeLessThan(64 * 1024)
    const nested = analyse(model, 'GET', '/Events?$expand=Parent($expand=*;$levels=6)')
    expect(nested.ok ? nested.target.length : 0).toBeLessThan(64 * 1024)
  })
})
