import { type Dice, pick, seldom } from './dice.ts'

/**
 * How the same words can be written in a request: encoded or not, in the cases and with the spaces that OData allows.
 * `plain` writes the shortest form only.
 */
export type Wording = {
  readonly name: (text: string) => string
  /** A keyword or operator whose case does not matter. */
  readonly keyword: (text: string) => string
  /** `$filter`, `filter`, `$FILTER`, `%24filter`. */
  readonly option: (text: string) => string
  readonly open: () => string
  readonly close: () => string
  readonly comma: () => string
  readonly colon: () => string
  readonly semicolon: () => string
  readonly at: () => string
  readonly star: () => string
  readonly string: (value: string) => string
  /** White space that has to be there, and that may be. */
  readonly space: () => string
  readonly gap: () => string
}

export function plainWording(): Wording {
  const always = (text: string) => () => text
  return {
    name: (text) => text,
    keyword: (text) => text,
    option: (text) => text,
    open: always('('),
    close: always(')'),
    comma: always(','),
    colon: always(':'),
    semicolon: always(';'),
    at: always('@'),
    star: always('*'),
    string: (value) => `'${encodeString(value).replaceAll("'", "''")}'`,
    space: always('%20'),
    gap: always(''),
  }
}

export function variedWording(dice: Dice): Wording {
  const either = (usual: string, other: string) => () => (seldom(dice, 8) ? other : usual)
  return {
    name: (text) => (seldom(dice, 12) ? encodeOne(dice, text) : text),
    keyword: (text) => (seldom(dice, 6) ? text.toUpperCase() : text),
    option: (text) => optionName(dice, text),
    open: either('(', '%28'),
    close: either(')', '%29'),
    comma: either(',', '%2C'),
    colon: either(':', '%3A'),
    semicolon: either(';', '%3B'),
    at: either('@', '%40'),
    star: either('*', '%2A'),
    string: (value) => {
      const quote = seldom(dice, 8) ? '%27' : "'"
      return `${quote}${encodeString(value).replaceAll("'", quote + quote)}${quote}`
    },
    space: () => pick(dice, ['%20', '%20', '%20', '%20%20', '%09', '%20%09%20']),
    gap: () => pick(dice, ['', '', '', '', '', '%20', '%09']),
  }
}

function encodeOne(dice: Dice, text: string): string {
  const at = dice(text.length)
  const code = text.charCodeAt(at).toString(16)
  return `${text.slice(0, at)}%${seldom(dice, 2) ? code.toUpperCase() : code}${text.slice(at + 1)}`
}

function optionName(dice: Dice, text: string): string {
  const cased = seldom(dice, 8) ? text.toUpperCase() : text
  const bare = cased.slice(1)
  return pick(dice, [cased, cased, cased, cased, bare, `%24${bare}`])
}

function encodeString(value: string): string {
  return value.replaceAll(/[^A-Za-z0-9'._~,;:@!*()-]/gu, (each) => encodeURIComponent(each))
}
