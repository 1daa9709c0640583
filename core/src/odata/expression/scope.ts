import type { TypeRef } from '#odata/model.ts'
import type { Position } from '#odata/position.ts'

/** What an expression yields. */
export type Typed =
  /** Entities or complex values; `sources` of the position is empty for those that belong to no set. */
  | { readonly kind: 'structured'; readonly position: Position }
  /** Primitive and enumeration values, or collections of them. `owner` is what they are a property of. */
  | { readonly kind: 'primitive'; readonly type: TypeRef; readonly owner: Position | undefined }
  /** Nobody has published what it is; `null`. Whatever is asked of it is of unknown reach. */
  | { readonly kind: 'unknown' }

/** What the names in an expression mean (URL conventions 5.1.1.14). */
export type Scope = {
  /** `$it`: what the resource path names. */
  readonly it: Typed
  /** `$this`, and what bare names are members of: what the option is about. */
  readonly this: Typed
  /** Lambda variables. They hide properties of the same name. */
  readonly variables: ReadonlyMap<string, Typed>
  /** Names made by `$compute` and `$apply`. */
  readonly computed: ReadonlyMap<string, Typed>
  /** Paths that a grouping has left (`Account`, `Account/Name`); undefined where everything is still there. */
  readonly visible: ReadonlySet<string> | undefined
}

export const UNKNOWN: Typed = { kind: 'unknown' }

/** The scope of an option of the request itself: `$it` and `$this` are one element of what the path names. */
export function scopeOf(target: Typed): Scope {
  const element = elementOf(target)
  return { it: element, this: element, variables: new Map(), computed: new Map(), visible: undefined }
}

/** The scope of a nested option: bare names belong to `target`'s elements, `$it` stays. */
export function nestedScope(scope: Scope, target: Typed): Scope {
  return { ...scope, this: elementOf(target), computed: new Map(), visible: undefined }
}

/** The same scope with more computed names. */
export function withComputed(scope: Scope, names: ReadonlyMap<string, Typed>): Scope {
  return { ...scope, computed: new Map([...scope.computed, ...names]) }
}

/** Entities and complex values at a position. */
export function structured(position: Position): Typed {
  return { kind: 'structured', position }
}

export function primitive(name: string, collection = false): Typed {
  return { kind: 'primitive', type: { name, collection }, owner: undefined }
}

export function isCollection(typed: Typed): boolean {
  if (typed.kind === 'structured') return typed.position.collection
  return typed.kind === 'primitive' && typed.type.collection
}

/** One element of a collection; anything else is its own element. */
export function elementOf(typed: Typed): Typed {
  if (typed.kind === 'structured') return { ...typed, position: { ...typed.position, collection: false } }
  if (typed.kind === 'primitive') return { ...typed, type: { ...typed.type, collection: false } }
  return typed
}
