import { basename } from 'node:path'
import { dereference } from '@apidevtools/json-schema-ref-parser'
import { parseDocument } from 'yaml'
import { CatalogError } from './catalog-error.ts'

/** A JSON object of a document. */
export type Json = Readonly<Record<string, unknown>>

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A JSON pointer of these members (RFC 6901). */
export function pointer(...members: readonly string[]): string {
  return members.map((member) => `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

/** More aliases than any hand-written document has; fewer than it takes to fill the memory. */
const ALIASES_MAX = 1_000

/**
 * Reads JSON or YAML into an object, with every `$ref` replaced by what it refers to: inside the document, or in files
 * relative to it. Rejects with a CatalogError; nothing is fetched over a network.
 */
export async function readDocument(file: string, text: string): Promise<Json> {
  const value = /^\s*\{/.test(text) ? readJson(file, text) : readYaml(file, text)
  if (!isObject(value)) throw new CatalogError(file, '', 'the document is not an object')
  if (!text.includes('$ref')) return value
  refuseNetwork(file, value)
  try {
    const resolved: unknown = await dereference(file, structuredClone(value), {
      resolve: { http: { order: 1, canRead: ({ url }) => isNetwork(url), read: ({ url }) => refuse(url) } },
      dereference: { circular: true },
    })
    if (isObject(resolved)) return resolved
    throw new TypeError('the document is not an object')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new CatalogError(file, placeOfRef(value, message), `a $ref cannot be followed: ${message}`)
  }
}

/** Reads JSON. Throws CatalogError with line and column. */
export function readJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    // JSON.parse does not always tell where. JSON is a part of YAML, whose reader does.
    const start = parseDocument(text, { schema: 'json', prettyErrors: true }).errors[0]?.linePos?.[0]
    throw new CatalogError(
      file,
      start ? `line ${start.line}, column ${start.col}` : '',
      `not JSON: ${message}`,
    )
  }
}

function readYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { prettyErrors: true })
  const [problem] = document.errors
  if (problem) {
    const start = problem.linePos?.[0]
    const message = problem.message.split(' at line')[0] ?? problem.message
    throw new CatalogError(
      file,
      start ? `line ${start.line}, column ${start.col}` : '',
      `not YAML: ${message}`,
    )
  }
  try {
    return document.toJS({ maxAliasCount: ALIASES_MAX })
  } catch (error) {
    throw new CatalogError(
      file,
      '',
      `not usable YAML: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
}

function isNetwork(url: string): boolean {
  // One letter and a colon are a drive.
  return /^[a-z][a-z0-9+.-]+:|^\/\//i.test(url)
}

function refuse(url: string): never {
  throw new TypeError(`references over a network are not followed: ${url}`)
}

/** A document that a stranger wrote must not make this program ask addresses that the stranger chose. */
function refuseNetwork(file: string, value: Json): void {
  for (const { ref, place } of refsIn(value)) {
    if (isNetwork(ref)) {
      throw new CatalogError(file, place, `references over a network are not followed: ${ref}`)
    }
  }
}

/** Where the reference stands that a message is about; empty if that cannot be told. */
function placeOfRef(value: Json, message: string): string {
  for (const { ref, place } of refsIn(value)) {
    const [path = '', fragment = ''] = ref.split('#')
    if (path === '' ? message.includes(`#${fragment}`) : message.includes(basename(path))) return place
  }
  return ''
}

type Ref = { readonly ref: string; readonly place: string }

function* refsIn(
  value: unknown,
  path: readonly string[] = [],
  seen = new Set<unknown>(),
): Generator<Ref, void> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return
  seen.add(value)
  for (const [name, member] of Object.entries(value)) {
    if (name === '$ref' && typeof member === 'string') yield { ref: member, place: pointer(...path, name) }
    else yield* refsIn(member, [...path, name], seen)
  }
}
