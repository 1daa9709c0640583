import { type CsdlDocument, CsdlError, isObject, type Json } from './csdl-document.ts'
import { type Names, resolve, resolvePath, schemasOf } from './names.ts'

/** Terms that decide something here. */
export const TERMS = {
  defaultNamespace: 'Org.OData.Core.V1.DefaultNamespace',
  description: 'Org.OData.Core.V1.Description',
  autoExpand: 'Org.OData.Core.V1.AutoExpand',
  autoExpandReferences: 'Org.OData.Core.V1.AutoExpandReferences',
  optionalParameter: 'Org.OData.Core.V1.OptionalParameter',
  alternateKeys: 'Org.OData.Core.V1.AlternateKeys',
  communityKeys: 'OData.Community.Keys.V1.AlternateKeys',
  updateRestrictions: 'Org.OData.Capabilities.V1.UpdateRestrictions',
  upsert: 'Stagedoor.Upsert',
  searchOwnOnly: 'Stagedoor.SearchOwnOnly',
  selfContained: 'Stagedoor.SelfContained',
  undescribed: 'Stagedoor.Undescribed',
} as const

/** Looks up annotations, wherever they stand: in what they are about, or under `$Annotations`. */
export type AnnotationReader = {
  /** The value of a term without qualifier; undefined where there is none. */
  readonly value: (element: Json, targets: readonly string[], term: string) => unknown
  /** Whether a term is there and not `false`. An expression counts as true: nobody here can evaluate it. */
  readonly tagged: (element: Json, targets: readonly string[], term: string) => boolean
  /** Texts and flags, by qualified term. */
  readonly simple: (element: Json, targets: readonly string[]) => ReadonlyMap<string, string>
  /** What `$Annotations` have for targets that carry this term, as published: `EM.Event/Account`. */
  readonly targetsOf: (
    term: string,
  ) => readonly { readonly target: string; readonly path: readonly string[] }[]
}

type External = { readonly target: string; readonly annotations: Json; readonly path: readonly string[] }

/** Throws CsdlError where `$Annotations` are broken. */
export function readAnnotations(document: CsdlDocument, names: Names): AnnotationReader {
  const externals = readExternals(document, names)
  const byTarget = Map.groupBy(externals, ({ target }) => target)
  const spellings = spellingsOf(names)
  const value: AnnotationReader['value'] = (element, targets, term) => {
    const keys = spellings(term)
    const inline = lookUp(element, keys)
    if (inline !== undefined) return inline
    for (const target of targets) {
      for (const { annotations } of byTarget.get(target) ?? []) {
        const found = lookUp(annotations, keys)
        if (found !== undefined) return found
      }
    }
    return undefined
  }
  return {
    value,
    tagged: (element, targets, term) => isTrue(value(element, targets, term)),
    simple: (element, targets) => {
      const found = new Map<string, string>()
      const outside = targets.flatMap((target) => byTarget.get(target) ?? [])
      // What stands in the element itself counts before what is said of it elsewhere.
      for (const { annotations } of outside) addSimple(found, annotations, names)
      addSimple(found, element, names)
      return found
    },
    targetsOf: (term) => externals.filter(({ annotations }) => isTrue(lookUp(annotations, spellings(term)))),
  }
}

function isTrue(value: unknown): boolean {
  return value !== undefined && value !== false
}

function lookUp(annotations: Json, keys: readonly string[]): unknown {
  for (const key of keys) if (annotations[key] !== undefined) return annotations[key]
  return undefined
}

/** Every way a document may write a term: with its namespace and with each of its aliases. */
function spellingsOf(names: Names): (term: string) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return (term) => {
    const before = known.get(term)
    if (before) return before
    const dot = term.lastIndexOf('.')
    const namespace = term.slice(0, dot)
    const aliases = [...names.aliases].filter(([, each]) => each === namespace).map(([alias]) => alias)
    const keys = [namespace, ...aliases].map((prefix) => `@${prefix}${term.slice(dot)}`)
    known.set(term, keys)
    return keys
  }
}

function addSimple(found: Map<string, string>, annotations: Json, names: Names): void {
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith('@') || key.includes('#') || key.includes('@', 1)) continue
    if (typeof value === 'string' || typeof value === 'boolean')
      found.set(resolve(names, key.slice(1)), String(value))
  }
}

function readExternals(document: CsdlDocument, names: Names): readonly External[] {
  return schemasOf(document).flatMap(([namespace, schema]) => {
    const path = [namespace, '$Annotations']
    const targets = schema['$Annotations'] ?? {}
    if (!isObject(targets)) throw new CsdlError(path, 'not an object')
    return Object.entries(targets).map(([target, annotations]) => {
      if (!isObject(annotations)) throw new CsdlError([...path, target], 'not an object')
      return { target: resolveTarget(names, target), annotations, path: [...path, target] }
    })
  })
}

/** `self.Cancel(Collection(self.Event))/reason` -> with namespaces. */
export function resolveTarget(names: Names, target: string): string {
  if (!target.includes('(')) return resolvePath(names, target)
  return target.replace(/[^/(),]+/g, (name) => resolve(names, name))
}
