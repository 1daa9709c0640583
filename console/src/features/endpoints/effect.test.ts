import { describe, expect, it } from 'vitest'
import { effectOf } from './effect.ts'

const index = {
  places: new Map([
    ['a', 0],
    ['b', 1],
    ['c', 2],
  ]),
}
const only = (...endpoints: string[]) => ({ kind: 'only' as const, endpoints })

describe('what a saved choice of endpoints changes', () => {
  it.each([
    ['narrowed to a list', { kind: 'all' as const }, only('a'), 'takenOff'],
    ['narrowed to nothing', { kind: 'all' as const }, only(), 'takenOff'],
    ['one taken off', only('a', 'b'), only('a'), 'takenOff'],
    ['one added', only('a'), only('a', 'b'), 'added'],
    ['widened to all', only('a'), { kind: 'all' as const }, 'added'],
    ['one for another', only('a'), only('b'), 'list'],
    ['saved as it was', only('a'), only('a'), 'list'],
    ['one that has left the catalogs goes with it', only('a', 'gone'), only('a'), 'list'],
  ])('%s', (_, before, after, effect) => {
    expect(effectOf(after, { before, index })).toBe(effect)
  })
})
