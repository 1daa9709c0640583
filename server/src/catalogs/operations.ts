import { type Effect, METHODS, type Method } from '@stagedoor/core/catalog/endpoint.ts'
import { parseTemplate } from '@stagedoor/core/catalog/template.ts'
import { CatalogError } from './catalog-error.ts'
import { isObject, type Json, pointer } from './read-document.ts'
import { serverPrefix } from './servers.ts'

/** An operation of a document, with everything that it inherits from path and document. */
export type FoundOperation = {
  readonly method: Method
  readonly path: string
  readonly name: string
  readonly title: string
  readonly resource: string
  readonly effect: Effect
  readonly licenceTier: string | undefined
  readonly personalData: boolean
  readonly upstreamPrefix: string
  /** Other ways to address it: `x-also`. */
  readonly also: readonly { readonly path: string; readonly query: readonly string[] }[]
  readonly place: string
}

const BY_MEMBER = new Map<string, Method>(METHODS.map((method) => [method.toLowerCase(), method]))
const NOT_ENDPOINTS = new Set(['head', 'options', 'trace'])

type Found = { readonly operations: readonly FoundOperation[]; readonly notes: readonly string[] }

/** Every operation under `paths`, in the order of the document. Throws CatalogError with a JSON pointer. */
export function findOperations(file: string, document: Json): Found {
  const { paths } = document
  if (!isObject(paths)) throw new CatalogError(file, pointer('paths'), 'there are no paths')
  const operations: FoundOperation[] = []
  const notes: string[] = []
  for (const [path, item] of Object.entries(paths)) {
    if (path.startsWith('x-')) continue
    const place = pointer('paths', path)
    checkPath(file, path, place)
    if (!isObject(item)) throw new CatalogError(file, place, 'the path item is not an object')
    for (const [member, operation] of Object.entries(item)) {
      const method = BY_MEMBER.get(member)
      if (NOT_ENDPOINTS.has(member))
        notes.push(`${place}/${member}: the gateway answers ${member.toUpperCase()} without an endpoint`)
      if (!method) continue
      const at = `${place}/${member}`
      if (!isObject(operation)) throw new CatalogError(file, at, 'the operation is not an object')
      const upstreamPrefix = serverPrefix(file, { document, item, operation, itemPlace: place, place: at })
      const personalData =
        readFlag(file, operation['x-personal-data'], `${at}/x-personal-data`) ??
        readFlag(file, item['x-personal-data'], `${place}/x-personal-data`) ??
        false
      operations.push(toOperation(file, operation, { method, path, place: at, upstreamPrefix, personalData }))
    }
  }
  return { operations, notes }
}

function checkPath(file: string, path: string, place: string): void {
  if (!path.startsWith('/')) throw new CatalogError(file, place, 'a path starts with "/"')
  if (/[?#]/.test(path))
    throw new CatalogError(file, place, 'a path holds no query: say which parameters are meant with x-also')
  const odd = /\/\/|\/\.{1,2}(?=\/|$)|[%;\\]/.exec(path)
  if (odd) {
    // A request with these is refused before it is matched, so the operation could never be called.
    throw new CatalogError(
      file,
      place,
      `"${odd[0]}" in a path, which is written decoded and without empty or dot segments`,
    )
  }
  try {
    parseTemplate(path)
  } catch (error) {
    throw new CatalogError(file, place, error instanceof Error ? error.message : String(error))
  }
}

type Place = Pick<FoundOperation, 'method' | 'path' | 'place' | 'upstreamPrefix' | 'personalData'>

function toOperation(file: string, operation: Json, at: Place): FoundOperation {
  const read = (member: string): string | undefined => {
    const value = operation[member]
    if (value === undefined || value === null) return undefined
    if (typeof value === 'string' && value !== '') return value
    throw new CatalogError(file, `${at.place}/${member}`, 'not a text')
  }
  const name = read('x-operation-name') ?? read('operationId') ?? `${at.method} ${at.path}`
  const tags = operation['tags']
  const tag: unknown = Array.isArray(tags) ? tags[0] : undefined
  return {
    ...at,
    name,
    title: read('summary') ?? name,
    resource: typeof tag === 'string' && tag !== '' ? tag : firstLiteral(at.path),
    effect: readEffect(file, read('x-effect'), at),
    licenceTier: read('x-licence-tier'),
    also: readAlso(file, operation['x-also'], `${at.place}/x-also`),
  }
}

function firstLiteral(path: string): string {
  return path.split('/').find((segment) => segment !== '' && !segment.includes('{')) ?? '/'
}

function readEffect(file: string, given: string | undefined, { method, place }: Place): Effect {
  if (given === undefined) return method === 'GET' ? 'read' : 'write'
  if (given === 'read' || given === 'write') return given
  throw new CatalogError(file, `${place}/x-effect`, `"${given}" is neither "read" nor "write"`)
}

function readFlag(file: string, value: unknown, place: string): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value
  throw new CatalogError(file, place, 'neither true nor false')
}

function readAlso(file: string, value: unknown, place: string): FoundOperation['also'] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new CatalogError(file, place, 'not a list')
  return value.map((each: unknown, index) => {
    const at = `${place}/${index}`
    if (!isObject(each) || typeof each['path'] !== 'string') throw new CatalogError(file, at, 'needs a path')
    checkPath(file, each['path'], `${at}/path`)
    const query: unknown = each['query'] ?? []
    if (!Array.isArray(query) || !query.every((name) => typeof name === 'string' && name !== '')) {
      throw new CatalogError(file, `${at}/query`, 'not a list of parameter names')
    }
    return { path: each['path'], query: query.map(String) }
  })
}
