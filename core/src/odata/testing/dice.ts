/** Where a generator's choices come from: a whole number below `count`. */
export type Dice = (count: number) => number

/** Choices that depend on the seed alone (a mulberry32 sequence). */
export function diceFromSeed(seed: number): Dice {
  let state = seed >>> 0
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
}

/** True once in `count` times; never where fast-check shrinks to zeros and `count` is more than 1. */
export function seldom(dice: Dice, count: number): boolean {
  return dice(count) === count - 1
}

export function pick<T>(dice: Dice, from: readonly T[]): T {
  const found = from[dice(from.length)]
  if (found === undefined) throw new Error('Nothing to pick from')
  return found
}
