/** A whole number below `count`; from a seed, always the same ones. */
export type Dice = (count: number) => number

/** A mulberry32 sequence. */
export function diceFromSeed(seed: number): Dice {
  let state = seed >>> 0
  return (count) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count
  }
}

export function pick<T>(dice: Dice, from: readonly T[]): T {
  const found = from[dice(from.length)]
  if (found === undefined) throw new Error('Nothing to pick from')
  return found
}

/** True in so many of a hundred cases. */
export function chance(dice: Dice, percent: number): boolean {
  return dice(100) < percent
}
