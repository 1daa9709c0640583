/** Numbers that look random and are the same on every start, so that examples and tests can name rows. */
export type Seeded = {
  /** A whole number from min to max, both included. */
  readonly whole: (min: number, max: number) => number
  readonly pick: <Item>(list: readonly [Item, ...Item[]]) => Item
}

/** mulberry32: 32 bits of state are plenty for a made-up venue. */
export function createSeeded(seed: number): Seeded {
  let state = seed >>> 0
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const whole = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1))
  return { whole, pick: (list) => list[whole(0, list.length - 1)] ?? list[0] }
}

/** `count` items from a function of their index. */
export function times<Item>(count: number, make: (index: number) => Item): readonly Item[] {
  return Array.from({ length: count }, (_, index) => make(index))
}
