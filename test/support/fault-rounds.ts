/** Set by vitest.faults.config.ts. It has no prefix of Stagedoor's: the program refuses settings that it does not know. */
const IS_LONG = process.env['FAULT_TESTS'] === 'long'

/** How often a fault is made: a few times in `npm test`, many times in `npm run test:faults`. */
export function faultRounds({ short, long }: { readonly short: number; readonly long: number }): number {
  return IS_LONG ? long : short
}
