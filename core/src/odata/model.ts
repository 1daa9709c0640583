/** A type as a property, a parameter or a result names it. `name` is qualified: `Edm.String`, `EM.Event`. */
export type TypeRef = { readonly name: string; readonly collection: boolean }

/** An entity type or a complex type. Members of base types are in the maps too, so that one look-up is enough. */
export type StructuredType = {
  readonly kind: 'entity' | 'complex'
  /** Qualified: `EM.Event`. */
  readonly name: string
  readonly base: StructuredType | undefined
  /** Every type that derives from this one, at any depth. */
  readonly derived: readonly StructuredType[]
  readonly abstract: boolean
  /** Takes undeclared properties, itself or through a base type. */
  readonly open: boolean
  readonly hasStream: boolean
  /** Names of the key's parts as requests spell them: the alias where there is one. */
  readonly key: readonly string[]
  readonly alternateKeys: readonly (readonly string[])[]
  readonly properties: ReadonlyMap<string, StructuralProperty>
  readonly navigation: ReadonlyMap<string, NavigationProperty>
  /**
   * True where nobody has published the properties (annotation `Stagedoor.Undescribed`): any name may be one, and any of
   * them may navigate. What could navigate is then of unknown reach.
   */
  readonly undescribed: boolean
}

/** Its type may be one of a document that is not here: then it is in none of the model's maps, and nothing is known of it. */
export type StructuralProperty = { readonly name: string; readonly type: TypeRef }

export type NavigationProperty = {
  readonly name: string
  /** Qualified name of the entity type. */
  readonly type: string
  readonly collection: boolean
  readonly containsTarget: boolean
  /** Core.AutoExpand: comes along without being asked for. */
  readonly autoExpand: boolean
}

/** An entity set or a singleton: what endpoints are made of. */
export type Source = {
  readonly kind: 'set' | 'singleton'
  readonly name: string
  readonly type: StructuredType
  /** NavigationPropertyBindings as published: path (casts included, names qualified) -> target. */
  readonly bindings: ReadonlyMap<string, string>
  /** `Stagedoor.SearchOwnOnly`: `$search` looks at nothing but this set. */
  readonly searchOwnOnly: boolean
  /** False where the service never inserts by PATCH or PUT (`Stagedoor.Upsert` false, Capabilities Upsertable false). */
  readonly upsert: boolean
  /** False where the service document leaves it out. */
  readonly inServiceDocument?: boolean
  readonly annotations: Annotations
}

/** Simple annotations (strings and booleans) by qualified term, for titles and marks. */
export type Annotations = ReadonlyMap<string, string>

export type Operation = {
  readonly kind: 'function' | 'action'
  /** Qualified: `EM.Cancel`. */
  readonly name: string
  readonly bound: boolean
  /** The first is the binding parameter where `bound`. */
  readonly parameters: readonly OperationParameter[]
  readonly returns: TypeRef | undefined
  /** `event/Bookings`: where the result comes from, relative to the binding parameter. */
  readonly entitySetPath: string | undefined
  readonly composable: boolean
  /** `Stagedoor.SelfContained`: its result belongs to no set, the operation's own endpoint is enough. */
  readonly selfContained: boolean
}

export type OperationParameter = { readonly name: string; readonly type: TypeRef; readonly optional: boolean }

export type OperationImport = {
  readonly kind: 'function' | 'action'
  readonly name: string
  /** Qualified name of the unbound operation; its overloads are all those of this name that are not bound. */
  readonly operation: string
  readonly entitySet: string | undefined
  /** True where the service document lists it: functions without parameters alone. */
  readonly inServiceDocument?: boolean
  readonly annotations: Annotations
}

/** What a service publishes of itself, ready for look-ups. Names are compared exactly, as OData asks. */
export type Model = {
  readonly version: '4.0' | '4.01'
  readonly container: string
  readonly namespaces: ReadonlySet<string>
  /** Namespaces and aliases whose names may stand unqualified (Core.DefaultNamespace). */
  readonly defaultNamespaces: ReadonlySet<string>
  readonly aliases: ReadonlyMap<string, string>
  readonly types: ReadonlyMap<string, StructuredType>
  /** Members of enumerations, by qualified name. */
  readonly enumerations: ReadonlyMap<string, ReadonlySet<string>>
  /** Type definitions: qualified name -> primitive type. */
  readonly definitions: ReadonlyMap<string, string>
  /** Entity sets and singletons in the document's order. */
  readonly sources: ReadonlyMap<string, Source>
  readonly imports: ReadonlyMap<string, OperationImport>
  /** Every overload by qualified name. One name may have actions and functions. */
  readonly operations: ReadonlyMap<string, readonly Operation[]>
}
