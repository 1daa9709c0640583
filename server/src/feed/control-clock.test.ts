import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createControlClock } from './control-clock.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const START = 1_800_000_000_000

/** A gateway and a control plane whose true time is known. */
function world({ wallShift = 0, monotonic = 0 } = {}) {
  const time = { now: START, wallShift, controlShift: 0 }
  const clock = createControlClock({
    monotonic: () => time.now - START + monotonic,
    wall: () => time.now + time.wallShift,
  })
  return {
    time,
    clock,
    control: () => time.now + time.controlShift,
    /** One acknowledgement; the control plane looks at its clock after `there` milliseconds. */
    acknowledge: ({ there = 5, back = 5, at }: { there?: number; back?: number; at?: number } = {}) => {
      const sentAt = time.now - START + monotonic
      time.now += there
      const said = at ?? time.now + time.controlShift
      time.now += back
      clock.observe({ at: said, sentAt, answeredAt: time.now - START + monotonic })
    },
  }
}

describe('the clock of the control plane', () => {
  it.each([5 * MINUTE, -5 * MINUTE, DAY, -DAY])(
    'is right whatever the wall clock says: off by %d ms',
    (wallShift) => {
      const { clock, control, acknowledge, time } = world({ wallShift })
      acknowledge()
      expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
      expect(Math.abs(clock.offsetMs() + wallShift)).toBeLessThanOrEqual(10)
      // The wall clock is set while it runs.
      time.wallShift = -wallShift
      time.now += 15 * MINUTE
      expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
      expect(Math.abs(clock.offsetMs() - wallShift)).toBeLessThanOrEqual(10)
    },
  )

  it('is never wrong by more than a round trip, and never goes back by more', () => {
    const step = fc.record({
      there: fc.integer({ min: 0, max: 2_000 }),
      back: fc.integer({ min: 0, max: 2_000 }),
      pause: fc.integer({ min: 0, max: 20 * MINUTE }),
      wallShift: fc.integer({ min: -DAY, max: DAY }),
    })
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), fc.integer(), (steps, monotonic) => {
        const { clock, control, acknowledge, time } = world({ monotonic })
        let before = Number.NEGATIVE_INFINITY
        let best = Number.POSITIVE_INFINITY
        for (const { there, back, pause, wallShift } of steps) {
          acknowledge({ there, back })
          best = Math.min(best, there + back)
          expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(best + 1)
          expect(clock.now()).toBeGreaterThanOrEqual(before - 2_000)
          time.wallShift = wallShift
          time.now += pause
          before = clock.now()
          expect(Math.abs(before - control())).toBeLessThanOrEqual(best + 1)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  it('follows a control plane whose clock drifts', () => {
    const { clock, control, acknowledge, time } = world()
    for (let second = 0; second < 3_600; second += 1) {
      acknowledge()
      time.now += 1_000
      time.controlShift += 1
    }
    expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(20)
  })

  it('does not believe one answer that is far off, whichever way', () => {
    for (const off of [DAY, -DAY, 10_000, -10_000]) {
      const { clock, control, acknowledge } = world()
      acknowledge()
      acknowledge({ at: control() + off })
      expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
      acknowledge()
      acknowledge({ at: control() + off })
      acknowledge({ at: control() + off })
      expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
    }
  })

  it('follows a clock that was set, once three answers agree on it', () => {
    for (const off of [DAY, -DAY]) {
      const { clock, control, acknowledge, time } = world()
      acknowledge()
      time.controlShift = off
      acknowledge()
      acknowledge()
      expect(Math.abs(clock.now() - time.now)).toBeLessThanOrEqual(10)
      acknowledge()
      expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
    }
  })

  it('takes nothing from an answer that is no number', () => {
    const { clock, control, acknowledge } = world()
    acknowledge()
    for (let times = 0; times < 5; times += 1) acknowledge({ at: Number.NaN })
    expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
  })

  it('begins with the wall clock and what was kept, and not before the last contact', () => {
    const { clock, time } = world({ wallShift: 5 * MINUTE })
    expect(clock.isSet()).toBe(false)
    clock.restore({ offsetMs: -5 * MINUTE, notBefore: START - 1_000 })
    expect(clock.now()).toBe(START)
    time.wallShift = -DAY
    time.now += MINUTE
    expect(clock.now()).toBe(START + MINUTE)
    clock.restore({ offsetMs: 0, notBefore: START + 2 * MINUTE })
    expect(clock.now()).toBe(START + 2 * MINUTE)
    clock.restore({ offsetMs: Number.NaN, notBefore: 0 })
    expect(clock.now()).toBe(START + 2 * MINUTE)
  })

  it('keeps to its contact where something older was kept', () => {
    const { clock, control, acknowledge } = world()
    acknowledge()
    clock.restore({ offsetMs: DAY, notBefore: START + DAY })
    expect(Math.abs(clock.now() - control())).toBeLessThanOrEqual(10)
    expect(clock.isSet()).toBe(true)
  })
})
