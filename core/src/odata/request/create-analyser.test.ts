import { describe, expect, it } from 'vitest'
import { atSource, oneOf } from '#odata/position.ts'
import { createAnalyser } from './create-analyser.ts'
import { MODEL, OPTIONS } from './testing/events-model.ts'

const { roots, openPageToken } = OPTIONS
const request = (text: string, more = {}) => ({ method: 'GET', text, ifMatch: false, ...more })

describe('An analyser', () => {
  it('remembers what depends on the text alone', () => {
    const { analyse } = createAnalyser(MODEL, { roots })
    const first = analyse(request('/Events?$top=1'), openPageToken)
    expect(analyse(request('/Events?$top=1'), openPageToken)).toBe(first)
    expect(analyse(request('/Events?$top=2'), openPageToken)).not.toBe(first)
    expect(analyse(request('/Events?$top=1', { method: 'HEAD' }), openPageToken)).toMatchObject({
      method: 'HEAD',
    })
  })

  it('tells requests apart by If-Match', () => {
    const { analyse } = createAnalyser(MODEL, { roots })
    const keys = (ifMatch: boolean) => {
      const answer = analyse(request('/Events(1)', { method: 'PATCH', ifMatch }), openPageToken)
      return answer.ok ? answer.touches.map((touch) => touch.endpoint) : []
    }
    expect(keys(true)).toEqual(['PATCH Events'])
    expect(keys(false)).toEqual(['PATCH Events', 'POST Events'])
    expect(keys(true)).toEqual(['PATCH Events'])
  })

  it('does not remember page tokens, bodies, problems and what a batch has made', () => {
    const { analyse } = createAnalyser(MODEL, { roots })
    const token = request('/Events?$skiptoken=gw.good')
    expect(analyse(token, openPageToken)).toMatchObject({ unknownReach: [] })
    expect(analyse(token, () => undefined)).toMatchObject({ unknownReach: [{ in: '$skiptoken' }] })
    const query = (queryBody: string) => request('/Events/$query', { method: 'POST', queryBody })
    expect(analyse(query('$expand=Account'), openPageToken)).toMatchObject({ touches: { length: 2 } })
    expect(analyse(query('$top=1'), openPageToken)).toMatchObject({ touches: { length: 1 } })
    const bad = request('/Nothing')
    expect(analyse(bad, openPageToken)).not.toBe(analyse(bad, openPageToken))
    const source = MODEL.sources.get('Events')
    const references = source && new Map([['1', oneOf(atSource(source))]])
    expect(analyse(request('/$1/Account', { references }), openPageToken)).toMatchObject({
      ok: true,
      target: '/$1/Account',
    })
    expect(analyse(request('/$1/Account'), openPageToken)).toMatchObject({ code: 'odata_unknown_name' })
  })

  it('forgets the texts that were asked for longest ago', () => {
    const { analyse } = createAnalyser(MODEL, { roots })
    const kept = analyse(request('/Events?$top=0'), openPageToken)
    const first = analyse(request('/Events?$top=1'), openPageToken)
    for (let n = 2; n < 6000; n += 1) {
      analyse(request(`/Events?$top=${n}`), openPageToken)
      if (n % 500 === 0) expect(analyse(request('/Events?$top=0'), openPageToken)).toBe(kept)
    }
    expect(analyse(request('/Events?$top=1'), openPageToken)).not.toBe(first)
  })
})
