import { fieldNumber } from './wire/field-names.ts'
import {
  type FieldSection,
  hasField,
  nameAt,
  PLACES,
  trimBlanks,
  valueAt,
  valuesOf,
} from './wire/field-section.ts'

export type Header = readonly [name: string, value: string]

/** Names and values in pairs. */
export function toHeaders(section: FieldSection): readonly Header[] {
  const headers: Header[] = []
  for (let at = 0; at < section.places.length; at += PLACES)
    headers.push([nameAt(section, at), valueAt(section, at)])
  return headers
}

/** Names and values, alternating. */
export function toFields(headers: Readonly<Record<string, string | number>>): string[] {
  const fields: string[] = []
  for (const [name, value] of Object.entries(headers)) fields.push(name, String(value))
  return fields
}

const CONNECTION = fieldNumber('connection')

/** Header names that `Connection` lists (RFC 9110 7.6.1), in lower case. */
export function connectionNames(section: FieldSection): readonly string[] {
  if (!hasField(section, CONNECTION)) return NONE
  const names: string[] = []
  for (const value of valuesOf(section, CONNECTION)) {
    // Most have this alone, which is the name of a header that is hop-by-hop anyway.
    if (value === 'keep-alive') continue
    for (const each of value.split(',')) {
      const name = trimBlanks(each)
      if (name !== '') names.push(name.toLowerCase())
    }
  }
  return names.length === 0 ? NONE : names
}

const NONE: readonly string[] = []
