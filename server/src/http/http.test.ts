import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearerToken } from './bearer.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import { parseIfMatch } from './if-match.ts'
import { jsonErrorPlace } from './json-place.ts'
import { odataRefusalBody, problem, problemBody, refusalBody } from './problems.ts'
import { requestId } from './request-id.ts'

describe('If-Match', () => {
  it.each([
    ['*', 'any'],
    ['"1"', ['1']],
    [' "1" ,\t"2"', ['1', '2']],
    ['W/"1", "2"', ['2']],
    ['""', ['']],
    ['1', undefined],
    ['', undefined],
    ['"1",', undefined],
    ['"1" "2"', undefined],
    ['*, "1"', undefined],
    ['w/"1"', undefined],
  ])('%j is %j', (text, expected) => {
    expect(parseIfMatch(text)).toEqual(expected)
  })
})

describe('a place in JSON', () => {
  it.each([
    ['{', 'line 1, column 2'],
    ['{"a": x}', 'line 1, column 7'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
    ['[1,]', 'line 1, column 4'],
    ['{"a":1,}', 'line 1, column 8'],
    ['"abc', 'line 1, column 1'],
    ['1 2', 'line 1, column 3'],
    ['{]', 'line 1, column 2'],
    ['{"a" 1}', 'line 1, column 6'],
  ])('%j stops at %s', (text, place) => {
    expect(jsonErrorPlace(text)).toBe(place)
  })

  it('is found exactly where JSON.parse fails', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"\\u00e9\\n"',
      '-1.5e3',
      '01',
      'true',
      'null',
      'nul',
      ' ',
      '\n',
      '"',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(pieces, { maxLength: 12 }).map((all) => all.join('')),
          fc.json(),
        ),
        (text) => {
          expect(jsonErrorPlace(text) === undefined).toBe(parses(text))
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('is found in a megabyte of anything', () => {
    for (const text of [
      '['.repeat(1e6),
      `"${'\\n'.repeat(5e5)}`,
      `"${'x'.repeat(1e6)}`,
      `{"a":${' '.repeat(1e6)}`,
    ]) {
      expect(jsonErrorPlace(text)).toMatch(/^line 1, column/)
    }
  })
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('a Bearer token', () => {
  it.each([
    ['Bearer abc', 'abc'],
    ['bearer  abc==', 'abc=='],
    ['Bearer', undefined],
    ['Basic abc', undefined],
    ['Bearer a b', undefined],
    ['Bearer a, Bearer b', undefined],
    ['Bearer é', undefined],
    [undefined, undefined],
  ])('of %j is %j', (header, token) => {
    expect(bearerToken(header)).toBe(token)
  })
})

describe('a cursor', () => {
  it('comes back as it was, and nobody else can make one that breaks', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
        expect(decodeCursor(encodeCursor(parts), parts.length)).toEqual(parts)
        expect(decodeCursor(encodeCursor(parts), parts.length + 1)).toBeUndefined()
      }),
    )
    fc.assert(fc.property(fc.string(), (text) => void decodeCursor(text, 2)))
    expect(decodeCursor(Buffer.from('[1,2]').toString('base64url'), 2)).toBeUndefined()
  })
})

describe('a problem', () => {
  it('has the members of RFC 9457, and nothing extra replaces them', async () => {
    const options = {
      code: 'title_taken',
      requestId: 'req_1',
      detail: 'd',
      extra: { status: 1, more: 2 },
    } as const
    const body = {
      type: 'urn:stagedoor:error:title_taken',
      status: 409,
      code: 'title_taken',
      requestId: 'req_1',
      detail: 'd',
      more: 2,
    }
    expect(problemBody(options)).toMatchObject({ status: 409, body })
    const response = problem({ ...options, headers: { allow: 'GET' } })
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.headers.get('allow')).toBe('GET')
    expect(await response.json()).toMatchObject(body)
    expect(problemBody({ code: 'not_found', requestId: 'r' }).body).not.toHaveProperty('detail')
  })

  it('of a refusal names what is missing, and not whose the token is', () => {
    const words = { status: 403, title: 't', detail: 'd', requestId: 'req_1' }
    const endpoint = (method: 'GET' | 'POST', resource: string) => ({
      id: `odata:${method}:/${resource}`,
      catalog: 'odata',
      operation: `Query${resource}`,
      method,
      path: `/odata/${resource}`,
      title: `Query ${resource}`,
      resource,
      effect: 'read' as const,
    })
    const by = (text: string) => [{ in: '$expand', text, at: [1, 9] as const, part: '2' }]
    const denied = {
      outcome: 'deny',
      reason: 'endpoint_not_allowed',
      tenantId: 'tnt_x',
      credentialId: 'cred_x',
      missing: [{ endpoint: endpoint('GET', 'Accounts'), by: by('x'.repeat(300)) }],
      granted: [{ endpoint: endpoint('GET', 'Events'), by: by('Events') }],
      unknownReach: [],
    } as const
    const body = refusalBody(denied, words)
    expect(body).toEqual({
      ...words,
      type: 'urn:stagedoor:error:endpoint_not_allowed',
      code: 'endpoint_not_allowed',
      endpoint: endpoint('GET', 'Accounts'),
    })
    const odata = odataRefusalBody(denied, words)
    expect(odata).toEqual({
      ...body,
      missing: [endpoint('GET', 'Accounts')],
      granted: ['odata:GET:/Events'],
      touches: [
        {
          endpoint: 'odata:GET:/Events',
          granted: true,
          by: [{ part: '2', in: '$expand', text: 'Events', at: [1, 9] }],
        },
        {
          endpoint: 'odata:GET:/Accounts',
          granted: false,
          by: [{ part: '2', in: '$expand', text: `${'x'.repeat(200)}...`, at: [1, 9] }],
        },
      ],
      error: { code: 'endpoint_not_allowed', message: 'd', target: '$expand' },
    })
    expect(JSON.stringify([body, odata])).not.toMatch(/tnt_x|cred_x/)
  })

  it('has a request id of its own', () => {
    expect(requestId((count) => new Uint8Array(count).fill(255))).toBe(`req_${'ff'.repeat(12)}`)
  })
})
