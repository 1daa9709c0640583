import { type Dice, pick } from './dice.ts'

const PIECES = [
  ...'/ ? & = ( ) \' " ; , : @ $ % * . + # \\ [ ] { } %27 %28 %29 %26 %24 %2F %25 %00 %0a %20 %C3 %F0%9F %zz'.split(
    ' ',
  ),
  ...'%2e%2e // $expand $it $root $this $count $ref $value $all any Account EM.Gala Events null eq and 1'.split(
    ' ',
  ),
  '\u0000',
  '\ud800',
  '\u00e9',
  '@p1',
  'true',
  '$filter(',
  '$levels=max',
  ' ',
]

/** Damages a text in one to three places: inserted, removed, doubled or exchanged characters. */
export function mutate(dice: Dice, text: string): string {
  let damaged = text
  for (let times = 1 + dice(3); times > 0; times -= 1) {
    const at = dice(damaged.length + 1)
    const length = dice(4)
    const before = damaged.slice(0, at)
    const after = damaged.slice(at)
    damaged = pick(dice, [
      () => before + pick(dice, PIECES) + after,
      () => before + after.slice(length),
      () => before + after.slice(0, length) + after,
      () => before + pick(dice, PIECES) + after.slice(length),
      () => before + after.slice(length, length * 2) + after.slice(0, length) + after.slice(length * 2),
    ])()
  }
  return damaged
}
