/** Numbers that look random and are the same in every run: a failure can be looked at again by its seed. */
export type Random = {
  /** 0 to max - 1. */
  readonly below: (max: number) => number
  readonly pick: <Item>(items: readonly [Item, ...Item[]]) => Item
  /** True in one of so many cases. */
  readonly oneIn: (count: number) => boolean
}

/** Mulberry32. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (max: number): number => next() % max
  return {
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    oneIn: (count) => below(count) === 0,
  }
}
