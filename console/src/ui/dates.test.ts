import { describe, expect, it } from 'vitest'
import { clockTime, minuteAtLatest } from './dates.ts'

const at = new Date(2026, 2, 1, 9, 41, 5)
const now = new Date(2026, 2, 1, 9, 30).getTime()

describe('until when something may last', () => {
  it('is never said too early', () => {
    expect(minuteAtLatest(at.toISOString(), now)).toMatch(/^0?9:42/)
    expect(minuteAtLatest(new Date(2026, 2, 1, 9, 41).toISOString(), now)).toMatch(/^0?9:41/)
  })

  it('has the day where it is another one', () => {
    expect(minuteAtLatest(new Date(2026, 2, 1, 23, 59, 30).toISOString(), now)).toMatch(/Mar 2|2 Mar/)
    expect(minuteAtLatest(at.toISOString(), now)).not.toContain('2026')
  })
})

describe('a moment to the second', () => {
  it('has the day where it is another one', () => {
    expect(clockTime(at.toISOString(), now)).toMatch(/^0?9:41:05/)
    expect(clockTime(new Date(2026, 1, 28, 9, 41, 5).toISOString(), now)).toMatch(/(Feb 28|28 Feb).*9:41:05/)
  })
})
