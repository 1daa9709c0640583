import { trimBlanks } from './wire/framing.ts'
import type { FieldLines } from './wire/head.ts'

export type Header = readonly [name: string, value: string]

/** The value of the first header of this name, or undefined. */
export function fieldOf(fields: FieldLines, name: string): string | undefined {
  for (let at = 0; at < fields.length; at += 2) if (fields[at] === name) return fields[at + 1]
  return undefined
}

/** Names and values in pairs. */
export function toHeaders(fields: FieldLines): readonly Header[] {
  const headers: Header[] = []
  for (let at = 0; at + 1 < fields.length; at += 2) headers.push([fields[at] ?? '', fields[at + 1] ?? ''])
  return headers
}

/** Names and values, alternating. */
export function toFields(headers: Readonly<Record<string, string | number>>): string[] {
  const fields: string[] = []
  for (const [name, value] of Object.entries(headers)) fields.push(name, String(value))
  return fields
}

/** Header names that `Connection` lists (RFC 9110 7.6.1), in lower case. */
export function connectionNames(fields: FieldLines): readonly string[] {
  let names: string[] | undefined
  for (let at = 0; at < fields.length; at += 2) {
    if (fields[at] !== 'connection') continue
    names ??= []
    for (const each of (fields[at + 1] ?? '').split(',')) {
      const name = trimBlanks(each)
      if (name !== '') names.push(name.toLowerCase())
    }
  }
  return names ?? NONE
}

const NONE: readonly string[] = []
