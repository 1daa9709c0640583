import { expect, it } from 'vitest'
import { longestStaleMs, withLongestStale } from './stale-in-digest.ts'

it('a digest of settings says for how long a gateway decides without contact, or else a day is taken', () => {
  for (const milliseconds of [0, 9_000, 86_400_000])
    expect(longestStaleMs(withLongestStale('0a1b', milliseconds))).toBe(milliseconds)
  for (const digest of ['', 'same', '0a1b', '0a1b-', '0a1b-x', '0a1b-900000000', '-1-'])
    expect(longestStaleMs(digest)).toBe(86_400_000)
})
