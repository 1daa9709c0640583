import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CONTACT_MS, createStanding, decidesForMs } from './standing.ts'

const MINUTE = 60_000
const MAX_STALE = new Map([
  ['tnt_none', 0],
  ['tnt_quarter', 15 * MINUTE],
  ['tnt_day', 24 * 60 * MINUTE],
  ['tnt_odd', Number.NaN],
])

function world() {
  const time = { now: 1_000 }
  const standing = createStanding({ monotonic: () => time.now, maxStaleMs: MAX_STALE })
  return {
    time,
    standing,
    answered: (seq: number, told = seq, tripMs = 10) => {
      const sentAt = time.now
      time.now += tripMs
      standing.answered({ sentAt, told, seq })
    },
    all: () =>
      ['tnt_none', 'tnt_quarter', 'tnt_day', 'tnt_odd', 'tnt_unknown', undefined].map((id) =>
        standing.knowledgeOf(id),
      ),
  }
}

describe('the standing of a gateway', () => {
  it('is absent until something is loaded, and stale until an acknowledgement of it was answered', () => {
    const { standing, answered, all } = world()
    answered(0)
    expect(new Set(all())).toEqual(new Set(['absent']))
    standing.loaded(3)
    const fresh = createStanding({ monotonic: () => 1_000, maxStaleMs: MAX_STALE })
    fresh.loaded(3)
    expect(fresh.knowledgeOf('tnt_day')).toBe('stale')
    expect(fresh.ageMs()).toBe(Number.POSITIVE_INFINITY)
    answered(3)
    expect(all()).toEqual(['current', 'current', 'current', 'stale', 'current', 'current'])
  })

  it('tolerates exactly what each tenant does', () => {
    const { standing, answered, time, all } = world()
    standing.loaded(0)
    answered(0, 0, 0)
    const at = (ms: number) => {
      time.now = 1_000 + ms
      return all()
    }
    expect(at(CONTACT_MS)).toEqual(['current', 'current', 'current', 'stale', 'current', 'current'])
    expect(at(CONTACT_MS + 1)).toEqual([
      'stale',
      'disconnected',
      'disconnected',
      'stale',
      'stale',
      'disconnected',
    ])
    expect(at(15 * MINUTE)[1]).toBe('disconnected')
    expect(at(15 * MINUTE + 1)[1]).toBe('stale')
    expect(at(24 * 60 * MINUTE)[2]).toBe('disconnected')
    expect(at(24 * 60 * MINUTE + 1)[2]).toBe('stale')
    expect(at(24 * 60 * MINUTE + 1)[5]).toBe('disconnected')
  })

  it('counts from when the acknowledgement was sent, not from its answer', () => {
    const { standing, answered, time } = world()
    standing.loaded(0)
    answered(0, 0, 2_000)
    expect(standing.ageMs()).toBe(2_000)
    time.now += 15 * MINUTE - 2_000
    expect(standing.knowledgeOf('tnt_quarter')).toBe('disconnected')
    time.now += 1
    expect(standing.knowledgeOf('tnt_quarter')).toBe('stale')
  })

  it('grows old while what has changed does not come, and is fresh when it has', () => {
    const { standing, answered, time } = world()
    standing.loaded(0)
    answered(0)
    const known = time.now
    for (let second = 0; second < 20 * 60; second += 1) {
      time.now += 990
      answered(5 + second, 0)
    }
    expect(standing.isConnected()).toBe(true)
    expect(standing.knowledgeOf('tnt_quarter')).toBe('stale')
    expect(standing.ageMs()).toBeGreaterThan(time.now - known)
    standing.applied(5)
    expect(standing.knowledgeOf('tnt_quarter')).toBe('stale')
    standing.applied(5 + 20 * 60 - 1)
    expect(standing.knowledgeOf('tnt_quarter')).toBe('current')
  })

  it('takes nothing from an answer that knows less than it was told', () => {
    const { standing, answered, time } = world()
    standing.loaded(7)
    answered(7)
    time.now += 15 * MINUTE
    answered(3, 7)
    expect(standing.isConnected()).toBe(true)
    expect(standing.knowledgeOf('tnt_quarter')).toBe('stale')
  })

  it('goes on where it was after a restart', () => {
    const { standing, time } = world()
    standing.restored({ seq: 4, ageMs: 14 * MINUTE })
    expect(standing.knowledgeOf('tnt_quarter')).toBe('absent')
    standing.loaded(4)
    expect(standing.knowledgeOf('tnt_quarter')).toBe('disconnected')
    time.now += MINUTE
    expect(standing.knowledgeOf('tnt_quarter')).toBe('disconnected')
    time.now += 1
    expect(standing.knowledgeOf('tnt_quarter')).toBe('stale')
    for (const ageMs of [Number.NaN, -1]) {
      const other = world()
      other.standing.restored({ seq: 4, ageMs })
      other.standing.loaded(4)
      expect(other.standing.knowledgeOf('tnt_day')).toBe('stale')
    }
  })

  it('never decides for longer after its last contact than a receipt says, whatever happens', () => {
    const event = fc.record({
      pause: fc.integer({ min: 0, max: 2 * MINUTE }),
      trip: fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined }),
      changes: fc.nat(3),
      applies: fc.nat(4),
      loads: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const { standing, time } = world()
        let [newest, applied] = [0, 0]
        /** When the control plane last heard of it, and when everything that was committed then was applied. */
        let lastSeenAt = Number.NEGATIVE_INFINITY
        const commits: { readonly at: number; readonly seq: number }[] = []
        standing.loaded(0)
        for (const { pause, trip, changes, applies, loads } of events) {
          time.now += pause
          for (let each = 0; each < changes; each += 1) commits.push({ at: time.now, seq: (newest += 1) })
          applied = Math.min(newest, applied + applies)
          if (loads) standing.loaded((applied = newest))
          else standing.applied(applied)
          if (trip !== undefined) {
            const sentAt = time.now
            time.now += trip
            lastSeenAt = time.now
            standing.answered({ sentAt, told: applied, seq: newest })
          }
          for (const [tenant, maxStale] of MAX_STALE) {
            if (!['current', 'disconnected'].includes(standing.knowledgeOf(tenant))) continue
            const tolerated = decidesForMs(maxStale)
            expect(time.now).toBeLessThanOrEqual(lastSeenAt + tolerated)
            // A change that it does not decide by is never older than that.
            for (const { at, seq } of commits)
              if (seq > applied) expect(time.now - at).toBeLessThanOrEqual(tolerated)
          }
        }
      }),
      { numRuns: 3_000 },
    )
  })
})
