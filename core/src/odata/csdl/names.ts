import { type CsdlDocument, CsdlError, declarations, isObject, type Json, readText } from './csdl-document.ts'

/** The namespaces of a document, and what stands for them. */
export type Names = {
  readonly namespaces: ReadonlySet<string>
  /** Namespaces that the document refers to and does not have. */
  readonly elsewhere: ReadonlySet<string>
  /** Aliases, of the document's own namespaces and of others. */
  readonly aliases: ReadonlyMap<string, string>
}

const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]{0,127}$/u

/** Nearly all names are of this kind, and told at a fraction of the cost. */
const PLAIN = /^[A-Za-z]\w{0,127}$/

/** CSDL's SimpleIdentifier; but for `__proto__`, which JavaScript's objects cannot have as a plain member. */
export function isIdentifier(name: string): boolean {
  return PLAIN.test(name) || (IDENTIFIER.test(name) && name !== '__proto__')
}

/** A namespace: identifiers with dots between them, at most 511 characters. */
export function isNamespace(name: string): boolean {
  return name.length <= 511 && name.split('.').every(isIdentifier)
}

/** Schemas of a document, in its order. Throws CsdlError. */
export function schemasOf(document: CsdlDocument): readonly (readonly [string, Json])[] {
  return declarations(document).map(([namespace, schema]) => {
    if (!isNamespace(namespace)) throw new CsdlError([namespace], `"${namespace}" is not a namespace`)
    if (!isObject(schema)) throw new CsdlError([namespace], 'the schema is not an object')
    return [namespace, schema]
  })
}

/** Throws CsdlError where an alias stands for two namespaces, or is one. */
export function readNames(document: CsdlDocument): Names {
  const schemas = schemasOf(document)
  const namespaces = new Set(schemas.map(([namespace]) => namespace))
  const elsewhere = new Set<string>()
  const aliases = new Map<string, string>()
  const add = (alias: string | undefined, namespace: string, path: readonly string[]): void => {
    if (alias === undefined) return
    const other = aliases.get(alias)
    if (namespaces.has(alias) || (other !== undefined && other !== namespace))
      throw new CsdlError(path, `the alias "${alias}" stands for two namespaces`)
    // Published documents have aliases with a hyphen, which are no identifiers: only what would mislead is refused.
    if (/[^\p{L}\p{N}_-]/u.test(alias)) throw new CsdlError(path, `"${alias}" is not an alias`)
    aliases.set(alias, namespace)
  }
  for (const [namespace, schema] of schemas) {
    add(readText(schema, '$Alias', [namespace]), namespace, [namespace, '$Alias'])
  }
  for (const { include, path } of includesOf(document)) {
    const namespace = readText(include, '$Namespace', path)
    if (namespace === undefined) throw new CsdlError(path, 'an $Include without $Namespace')
    if (!namespaces.has(namespace)) elsewhere.add(namespace)
    add(readText(include, '$Alias', path), namespace, path)
  }
  return { namespaces, elsewhere, aliases }
}

/** Every `$Include` of every `$Reference`. Throws CsdlError. */
export function* includesOf(
  document: CsdlDocument,
): Generator<{ readonly include: Json; readonly path: readonly string[] }, void> {
  const references = document['$Reference'] ?? {}
  if (!isObject(references)) throw new CsdlError(['$Reference'], 'not an object')
  for (const [uri, reference] of Object.entries(references)) {
    const at = ['$Reference', uri]
    if (!isObject(reference)) throw new CsdlError(at, 'not an object')
    const includes: unknown = reference['$Include'] ?? []
    if (!Array.isArray(includes)) throw new CsdlError([...at, '$Include'], 'not a list')
    for (const [index, include] of includes.entries()) {
      const path = [...at, '$Include', String(index)]
      if (!isObject(include)) throw new CsdlError(path, 'not an object')
      yield { include, path }
    }
  }
}

/** `self.Event` -> `EM.Event`. What is not qualified stays as it is. */
export function resolve(names: Names, name: string): string {
  const dot = name.lastIndexOf('.')
  if (dot < 0) return name
  const namespace = names.aliases.get(name.slice(0, dot))
  return namespace === undefined ? name : `${namespace}${name.slice(dot)}`
}

/** The namespace of a qualified name. */
export function namespaceOf(qualified: string): string {
  const dot = qualified.lastIndexOf('.')
  return dot < 0 ? '' : qualified.slice(0, dot)
}

/** Resolves the qualified steps of a path: `self.Gala/Sponsor` -> `EM.Gala/Sponsor`. */
export function resolvePath(names: Names, path: string): string {
  if (!path.includes('.')) return path
  if (!path.includes('/')) return resolve(names, path)
  const steps = path.split('/')
  return steps.map((step) => resolve(names, step)).join('/')
}
