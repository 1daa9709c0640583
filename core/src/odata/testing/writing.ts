import { type Dice, pick, seldom } from './dice.ts'
import type { At } from './reach.ts'
import type { Wording } from './wording.ts'
import { ENUMERATION, type Kind } from './world.ts'

/** What an expression is written in: what it may name, and where its touches go. */
export type Writing = {
  readonly dice: Dice
  readonly words: Wording
  readonly touch: (endpoint: string) => void
  /** Names that stand for something: `''` is the instance itself; others are lambda variables. */
  readonly names: readonly (readonly [string, At])[]
  /** Takes a value over to a parameter alias and gives the alias's name. Undefined where none may stand. */
  readonly alias: ((value: string) => string) | undefined
}

export function qualified({ dice, words }: Writing, name: string): string {
  return `${pick(dice, ['EM.', 'EM.', 'E.'])}${words.name(name)}`
}

export function parameters(writing: Writing, of: Readonly<Record<string, 'number' | 'text'>>): string {
  const { words } = writing
  const inner = Object.entries(of).map(
    ([name, kind]) => `${words.name(name)}=${aliased(writing, literal(writing, kind))}`,
  )
  return `${words.open()}${inner.join(words.comma())}${words.close()}`
}

export function reach(writing: Writing, at: At): void {
  for (const set of at.sets) writing.touch(`GET ${set}`)
}

export function aliased(writing: Writing, value: string): string {
  const { dice, words, alias } = writing
  return alias && seldom(dice, 10) ? `${words.at()}${alias(value)}` : value
}

export const TEXTS = [
  'x',
  'a b',
  "O'Neil",
  '50% off',
  'a&b=c',
  'caf\u00e9',
  'Account/Name',
  ')',
  '',
  '$expand=Account',
  '\u{1f600}',
] as const

export function literal({ dice, words }: Pick<Writing, 'dice' | 'words'>, kind: Kind): string {
  if (kind === 'number') return pick(dice, ['1', '42', '0', '-7', '3.14', '1e3', '-0.5e-2'])
  if (kind === 'text') return words.string(pick(dice, TEXTS))
  if (kind === 'boolean') return pick(dice, ['true', 'false'])
  if (kind === 'instant')
    return pick(dice, ['2024-02-29T23:59:59Z', '2024-01-01T00:00:00.5-05:00', '2024-01-01T00%3A00Z'])
  return `EM.${ENUMERATION.name}${words.string(pick(dice, ENUMERATION.members))}`
}
export function call({ words }: Writing, name: string, parameters: readonly string[]): string {
  const inner = parameters.map((each) => `${words.gap()}${each}${words.gap()}`).join(words.comma())
  return `${name}${words.open()}${inner}${words.close()}`
}

/** What is not written in the end touches nothing. */
export function tentative<T>(writing: Writing, write: (attempt: Writing) => T | undefined): T | undefined {
  const endpoints: string[] = []
  const written = write({ ...writing, touch: (endpoint) => void endpoints.push(endpoint) })
  if (written !== undefined) for (const endpoint of endpoints) writing.touch(endpoint)
  return written
}
