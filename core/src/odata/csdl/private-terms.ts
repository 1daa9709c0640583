import { type CsdlDocument, isObject, type Json } from './csdl-document.ts'
import { type Names, readNames } from './names.ts'

const PRIVATE = 'Stagedoor'

/**
 * The document without what the gateway's own annotations say: they are notes of whoever runs it, for nobody's eyes. Their
 * schema and the references to it go too. Throws CsdlError where names are broken.
 */
export function withoutPrivateTerms(document: CsdlDocument): CsdlDocument {
  const isPrivate = privateNames(readNames(document))
  const clean = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.filter((item) => !isPrivateInclude(item)).map(clean)
    return isObject(value) ? cleanObject(value) : value
  }
  const cleanObject = (object: Json): Json =>
    Object.fromEntries(
      Object.entries(object)
        // What refers to a private annotation by its path goes with it.
        .filter(([key, member]) => !isPrivate(key) && !(key.includes('@') && isPrivate(member)))
        .map(([key, member]) => [key, clean(member)]),
    )
  // Namespaces are no annotations: `Stagedoor.Events` is a schema like any other.
  const schemas = Object.entries(document).filter(([key]) => key !== PRIVATE)
  return Object.fromEntries(schemas.map(([key, member]) => [key, clean(member)]))
}

/** Whether a name or path names a private term: `@Stagedoor.Inferred`, `Events@Stagedoor.Inferred#x`. */
function privateNames({ aliases }: Names): (text: unknown) => boolean {
  const own = [...aliases].filter(([, namespace]) => namespace === PRIVATE).map(([alias]) => alias)
  const prefixes = new Set([PRIVATE, ...own])
  return (text) => {
    if (typeof text !== 'string' || !text.includes('.')) return false
    return text.split(/[@/]/).some((part) => {
      const dot = part.lastIndexOf('.')
      return dot >= 0 && prefixes.has(part.slice(0, dot))
    })
  }
}

function isPrivateInclude(item: unknown): boolean {
  const include: Json = isObject(item) ? item : {}
  return include['$Namespace'] === PRIVATE || include['$TermNamespace'] === PRIVATE
}
