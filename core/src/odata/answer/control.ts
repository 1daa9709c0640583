import type { LinkKind } from './links.ts'

/** A member whose name has an `@` (OData JSON 4.6, 20): control information or an instance annotation. */
export type Annotated = {
  /** The property or navigation property that it is about; empty where it is about the object itself. */
  readonly of: string
  /** `type`, `nextLink`: without `odata.`. An annotation's term keeps its namespace: `Core.Messages`. */
  readonly term: string
  readonly control: boolean
  /** Of control information that is an address. */
  readonly link: LinkKind | undefined
}

const LINKS: ReadonlyMap<string, LinkKind> = new Map([
  ['context', 'context'],
  ['nextLink', 'next'],
  ['deltaLink', 'delta'],
  ['id', 'other'],
  ['editLink', 'other'],
  ['readLink', 'other'],
  ['mediaReadLink', 'other'],
  ['mediaEditLink', 'other'],
  ['navigationLink', 'other'],
  ['associationLink', 'other'],
])

const PREFIX = 'odata.'

/** Undefined for the name of a property. 4.01 may leave out `odata.`, and terms of vocabularies always have a dot. */
export function readAnnotated(name: string): Annotated | undefined {
  const at = name.indexOf('@')
  if (at < 0) return undefined
  const whole = name.slice(at + 1)
  const prefixed = whole.startsWith(PREFIX)
  const term = prefixed ? whole.slice(PREFIX.length) : whole
  const control = prefixed || !whole.includes('.')
  return { of: name.slice(0, at), term, control, link: control ? LINKS.get(term) : undefined }
}

/** Of an offered operation (OData JSON 16) only the address matters. */
export function readOffered(name: string): Annotated | undefined {
  return name === 'target' ? { of: '', term: name, control: true, link: 'other' } : undefined
}
