import { decodeSource, type SourceText } from '#odata/text/source-text.ts'
import { foldAscii } from './option-names.ts'
import { refuseKind, refuseMalformed, type Spot } from './problem.ts'
import type { NamedOption } from './request-options.ts'

/** Momentus takes all options as the value of one parameter: `?ODataQuery=$filter=...&$top=5`. */
export function isDialect(name: string): boolean {
  return foldAscii(name) === 'odataquery'
}

/**
 * The options inside of `ODataQuery`. Its value is decoded as a part of the address, and once more as a query of its own.
 * How often its receiver decodes is not known: so nothing is let through that a second decoding would change, nor what would
 * split a query at another place.
 */
export function dialectOptions(outer: NamedOption): readonly NamedOption[] {
  const { value } = outer
  const options: NamedOption[] = []
  let start = 0
  for (const pair of value.text.split('&')) {
    const end = start + pair.length
    if (pair !== '') options.push(innerOption(value, start, end))
    start = end + 1
  }
  return options
}

/** The one form of the dialect, decoded: a value that holds the canonical options. */
export function dialectOption(options: readonly string[]): string {
  return `ODataQuery=${options.join('&')}`
}

function innerOption(value: SourceText, start: number, end: number): NamedOption {
  const spot: Spot = { in: 'ODataQuery', at: [value.at(start), value.at(end)] }
  const equals = value.text.indexOf('=', start)
  if (equals < 0 || equals >= end) refuseMalformed('an option without "="', spot)
  const name = decodeAgain(slice(value, start, equals), spot)
  if (isDialect(name.text)) refuseMalformed('ODataQuery inside of itself', spot)
  return { name: name.text, value: decodeAgain(slice(value, equals + 1, end), spot), spot }
}

function decodeAgain(source: SourceText, spot: Spot): SourceText {
  const again = source.text.includes('%') ? decodedTwice(source, spot) : source
  const ambiguous = /[&#%+]/.exec(again.text)
  if (ambiguous) refuseKind(`"${ambiguous[0]}" inside of ODataQuery, which is read in different ways`, spot)
  return again
}

function decodedTwice(source: SourceText, spot: Spot): SourceText {
  if (/[^\t\x20-\x7e]/.test(source.text)) refuseMalformed('text that is percent-encoded in parts only', spot)
  const inner = decodeSource(source.text, { in: source.in, offset: 0 })
  return { in: inner.in, text: inner.text, at: (index) => source.at(inner.at(index)) }
}

function slice(source: SourceText, start: number, end: number): SourceText {
  return { in: source.in, text: source.text.slice(start, end), at: (index) => source.at(start + index) }
}
