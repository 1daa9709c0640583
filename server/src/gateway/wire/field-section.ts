import { isBlank } from './char-classes.ts'
import { fieldBit, fieldNumber, KNOWN_NAMES, OTHER_NAME } from './field-names.ts'
import type { FieldLines } from './head.ts'

/**
 * The field lines of a head or the trailers of a body (RFC 9110 5, 6.3, 6.5) in the order in which they came, duplicates kept. One
 * text and where in it each line stands: most lines are never looked at one by one.
 */
export type FieldSection = {
  /** Somewhere in it each line as `name: value` and CRLF, the name in lower case, the value without the blanks around it. */
  readonly text: string
  /** PLACES of each line: the number of its name, where the line begins, where its value begins and where its value ends. */
  readonly places: readonly number[]
  /** The bits of all names, and of those that stand there more than once. */
  readonly seen: number
  readonly twice: number
}

export const PLACES = 4

/** No lines. */
export const NO_FIELDS: FieldSection = { text: '', places: [], seen: 0, twice: 0 }

/** The name of the line whose places begin at `at`. */
export function nameAt({ text, places }: FieldSection, at: number): string {
  const number = places[at] ?? OTHER_NAME
  return KNOWN_NAMES[number] ?? text.slice(places[at + 1], (places[at + 2] ?? 0) - 2)
}

export function valueAt({ text, places }: FieldSection, at: number): string {
  return text.slice(places[at + 2], places[at + 3])
}

/** The value of the first line with this name, or undefined. */
export function valueOf(section: FieldSection, number: number): string | undefined {
  if ((section.seen & fieldBit(number)) === 0) return undefined
  const { places } = section
  for (let at = 0; at < places.length; at += PLACES) if (places[at] === number) return valueAt(section, at)
  return undefined
}

/** The values of all lines with this name, in order. */
export function valuesOf(section: FieldSection, number: number): readonly string[] {
  if (!hasField(section, number)) return NO_VALUES
  const values: string[] = []
  for (let at = 0; at < section.places.length; at += PLACES)
    if (section.places[at] === number) values.push(valueAt(section, at))
  return values
}

const NO_VALUES: readonly string[] = []

/** In place of a value: there are two. */
export const TWICE = Symbol('twice')

/** The value of a header that may stand there once. */
export function valueOnce(section: FieldSection, number: number): string | typeof TWICE | undefined {
  return (section.twice & fieldBit(number)) === 0 ? valueOf(section, number) : TWICE
}

/** Whether there is a line with this name, which has a number. */
export function hasField({ seen }: FieldSection, number: number): boolean {
  return (seen & fieldBit(number)) !== 0
}

/**
 * Names and values, alternating.
 * @internal
 */
export function toFieldLines(section: FieldSection): FieldLines {
  const fields: string[] = []
  for (let at = 0; at < section.places.length; at += PLACES)
    fields.push(nameAt(section, at), valueAt(section, at))
  return fields
}

/** The section of lines that no socket brought. Names are in lower case. */
export function toFieldSection(fields: FieldLines): FieldSection {
  const places: number[] = []
  let [text, seen, twice] = ['', 0, 0]
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const name = fields[at] ?? ''
    const number = KNOWN_NAMES.indexOf(name)
    const bit = fieldBit(number)
    twice |= seen & bit
    seen |= bit
    const valueFrom = text.length + name.length + 2
    const valueEnd = valueFrom + (fields[at + 1] ?? '').length
    places.push(number, text.length, valueFrom, valueEnd)
    text += `${name}: ${fields[at + 1]}\r\n`
  }
  return { text, places, seen, twice }
}

const CONNECTION = fieldNumber('connection')

/** Whether `Connection` has this member, in any case of letters (RFC 9110 7.6.1). */
export function connectionHas(section: FieldSection, member: string): boolean {
  for (const value of valuesOf(section, CONNECTION)) {
    if (value === member) return true
    // By far the most frequent of all.
    if (value === 'keep-alive') continue
    for (const each of value.split(',')) if (trimBlanks(each).toLowerCase() === member) return true
  }
  return false
}

/** Without the blanks around it (RFC 9110 5.6.3). `trim()` takes away more, which other programs keep. */
export function trimBlanks(text: string): string {
  let from = 0
  let to = text.length
  while (from < to && isBlank(text.charCodeAt(from))) from += 1
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1
  return text.slice(from, to)
}
