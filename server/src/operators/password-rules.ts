import { passwordProblem } from '#credentials/field-rules.ts'
import type { FieldError } from '#credentials/use-case.ts'

/** Who chooses the password: what everybody knows of them does not make it any harder to guess. */
export type PasswordOwner = { readonly email: string; readonly name: string }

export type PasswordRefusal = {
  readonly code: 'validation_failed' | 'password_too_common'
  readonly errors: readonly FieldError[]
}

/** Why an operator cannot have this password, or undefined (NIST SP 800-63B-4, 3.1.1.2). */
export function refusePassword(
  password: string,
  { owner, field }: { readonly owner: PasswordOwner; readonly field: string },
): PasswordRefusal | undefined {
  const problem = passwordProblem(password)
  if (problem !== undefined) return { code: 'validation_failed', errors: [{ field, message: problem }] }
  if (!isTooCommon(password, owner)) return undefined
  return {
    code: 'password_too_common',
    errors: [
      { field, message: 'This password is too easy to guess: take a few words that only you put together.' },
    ],
  }
}

/** Less than this beside what everybody would try is little more than nothing. */
const REST_LENGTH_MIN = 8
const DISTINCT_MIN = 5

const COMMON_WORDS = [
  'stagedoor momentus ungerboeck technologies gateway console operator venue event',
  'password passwort passphrase passw letmein welcome changeme default secret login',
  'admin administrator root user test demo guest master access iloveyou monkey',
  'dragon football baseball princess sunshine shadow superman batman trustno whatever',
  'correcthorsebatterystaple hello summer winter spring autumn company qazwsx zaq xsw',
].flatMap((line) => line.split(' '))
const YEAR = /(?:19|20)\d\d/g
const SEPARATORS = /[\s!-/:-@[-`{-~]/g
const ROWS = ['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'zxcvbnm', 'yxcvbnm', '1234567890']
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
}

function isTooCommon(password: string, { email, name }: PasswordOwner): boolean {
  const text = password.normalize('NFKC').toLowerCase()
  if (new Set(text).size < DISTINCT_MIN || isRepeated(text)) return true
  const known = [email, ...email.split(/[@.+_-]/), ...name.toLowerCase().split(/\s+/)]
  // The longest first, so that what is left of a long word is not kept apart by a short one within it.
  const words = [...COMMON_WORDS, ...known.filter((word) => word.length >= 3)].toSorted(
    (one, other) => other.length - one.length,
  )
  let rest = withoutWords(withoutRuns(text.replaceAll(YEAR, '')), words)
  rest = withoutWords(asLetters(rest), words)
  return Array.from(rest.replaceAll(SEPARATORS, '')).length < REST_LENGTH_MIN
}

/** Whether a text is one shorter text over and over: found within itself doubled before its own end. */
function isRepeated(text: string): boolean {
  return (text + text).indexOf(text, 1) < text.length
}

function withoutWords(text: string, words: readonly string[]): string {
  let rest = text
  for (const word of words) rest = rest.replaceAll(word, '')
  return rest
}

function asLetters(text: string): string {
  return Array.from(text, (character) => LOOK_ALIKES[character] ?? character).join('')
}

const RUN_LENGTH_MIN = 3

/** The text without `aaa`, `abc`, `cba`, `qwe` and the like. */
function withoutRuns(text: string): string {
  const characters = Array.from(text)
  let rest = ''
  let start = 0
  for (let at = 1; at <= characters.length; at += 1) {
    if (at < characters.length && isRun(characters.slice(start, at + 1))) continue
    if (at - start < RUN_LENGTH_MIN) rest += characters.slice(start, at).join('')
    start = at
  }
  return rest
}

/** Whether each character follows the one before in one and the same way. */
function isRun(characters: readonly string[]): boolean {
  const text = characters.join('')
  const backwards = characters.toReversed().join('')
  const steps = characters.slice(1).map((character, at) => codeOf(character) - codeOf(characters[at]))
  const [step = 9] = steps
  const inStep = Math.abs(step) <= 1 && steps.every((other) => other === step)
  return inStep || ROWS.some((row) => row.includes(text) || row.includes(backwards))
}

function codeOf(character: string | undefined): number {
  return character?.codePointAt(0) ?? 0
}
