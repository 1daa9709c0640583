/**
 * What a metadata document says about navigation, read by a few regular expressions: a second opinion beside the reader
 * of CSDL.
 */
export type Metadata = {
  readonly types: ReadonlyMap<string, MetadataType>
  readonly sources: readonly MetadataSource[]
}

type MetadataType = {
  readonly name: string
  readonly base: string | undefined
  readonly keys: string[]
  readonly properties: Map<string, string>
  readonly navigation: Map<
    string,
    { readonly type: string; readonly contained: boolean; readonly collection: boolean }
  >
}

type MetadataSource = {
  readonly kind: 'EntitySet' | 'Singleton'
  readonly name: string
  readonly type: string
  readonly bindings: { readonly path: string; readonly target: string }[]
}

const TAG = /<([A-Za-z]+:)?([A-Za-z]+)((?:\s+[\w.:]+\s*=\s*"[^"]*")*)\s*\/?>/g

export function readMetadata(xml: string): Metadata {
  const types = new Map<string, MetadataType>()
  const sources: MetadataSource[] = []
  const aliases = new Map<string, string>()
  let namespace = ''
  let type: MetadataType | undefined
  for (const [, , tag = '', text = ''] of xml.replaceAll(/<!--[^]*?-->/g, '').matchAll(TAG)) {
    const has = attributes(text)
    const name = has('Name')
    if (tag === 'Schema') {
      namespace = has('Namespace')
      if (has('Alias')) aliases.set(has('Alias'), namespace)
    } else if (tag === 'EntityType' || tag === 'ComplexType') {
      const base = has('BaseType') || undefined
      type = { name: `${namespace}.${name}`, base, keys: [], properties: new Map(), navigation: new Map() }
      types.set(type.name, type)
    } else if (tag === 'PropertyRef') type?.keys.push(name)
    else if (tag === 'Property') type?.properties.set(name, has('Type'))
    else if (tag === 'NavigationProperty') {
      const collection = has('Type').startsWith('Collection(')
      const target = { type: element(has('Type')), collection, contained: has('ContainsTarget') === 'true' }
      type?.navigation.set(name, target)
    } else if (tag === 'EntitySet' || tag === 'Singleton') {
      sources.push({ kind: tag, name, type: has('EntityType') || has('Type'), bindings: [] })
    } else if (tag === 'NavigationPropertyBinding') {
      sources.at(-1)?.bindings.push({ path: has('Path'), target: has('Target') })
    }
  }
  return qualified({ types, sources }, aliases)
}

function attributes(text: string): (name: string) => string {
  const found = new Map(
    [...text.matchAll(/([\w.:]+)\s*=\s*"([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
  return (name) => found.get(name) ?? ''
}

function element(type: string): string {
  return type.replace(/^Collection\((.*)\)$/, '$1')
}

function qualified({ types, sources }: Metadata, aliases: ReadonlyMap<string, string>): Metadata {
  const full = (name: string) => {
    const dot = name.lastIndexOf('.')
    const before = aliases.get(name.slice(0, dot))
    return before === undefined ? name : `${before}.${name.slice(dot + 1)}`
  }
  const qualifiedTypes = [...types.values()].map((type) => ({
    ...type,
    base: type.base === undefined ? undefined : full(type.base),
    navigation: new Map([...type.navigation].map(([name, to]) => [name, { ...to, type: full(to.type) }])),
  }))
  return {
    types: new Map(qualifiedTypes.map((type) => [type.name, type])),
    sources: sources.map((source) => ({ ...source, type: full(source.type) })),
  }
}

/** A type and its base types. */
export function lineage({ types }: Metadata, name: string): readonly MetadataType[] {
  const type = types.get(name)
  return type ? [type, ...(type.base ? lineage({ types, sources: [] }, type.base) : [])] : []
}

/** Sets and singletons that a navigation property of a source leads to; the order is that of the document. */
export function leadsTo(metadata: Metadata, source: MetadataSource, navigation: string): readonly string[] {
  const to = lineage(metadata, source.type).flatMap((type) => type.navigation.get(navigation) ?? [])[0]
  if (!to) throw new Error(`${source.name} has no ${navigation}`)
  if (to.contained) return [source.name]
  const bound = source.bindings
    .filter(({ path }) => path.replaceAll(/[^/]*\.[^/]*\//g, '') === navigation)
    .map(
      ({ target }) =>
        target.split('/').find((part) => metadata.sources.some(({ name }) => name === part)) ?? '',
    )
  if (bound.length > 0) return bound
  return metadata.sources.filter((each) => related(metadata, each.type, to.type)).map(({ name }) => name)
}

function related(metadata: Metadata, one: string, other: string): boolean {
  const names = (type: string) => lineage(metadata, type).map(({ name }) => name)
  return names(one).includes(other) || names(other).includes(one)
}

/** A key predicate with values of the right types; undefined where the key is of a kind with no plain literal. */
export function keyOf(metadata: Metadata, source: MetadataSource): string | undefined {
  if (source.kind === 'Singleton') return ''
  const types = lineage(metadata, source.type)
  const keys = types.flatMap(({ keys }) => keys)
  const values = keys.map((key) => {
    const type = types.flatMap(({ properties }) => properties.get(key) ?? [])[0]
    return type === undefined ? undefined : LITERALS[type]
  })
  if (keys.length === 0 || values.includes(undefined)) return undefined
  return keys.length === 1 ? `(${values[0]})` : `(${keys.map((key, at) => `${key}=${values[at]}`).join(',')})`
}

const LITERALS: Readonly<Record<string, string>> = {
  'Edm.String': "'x'",
  'Edm.Int16': '1',
  'Edm.Int32': '1',
  'Edm.Int64': '1',
  'Edm.Guid': '01234567-89ab-cdef-0123-456789abcdef',
  'Edm.Boolean': 'true',
  'Edm.Byte': '1',
  'Edm.Decimal': '1.5',
  'Edm.Date': '2024-02-29',
  'Edm.DateTimeOffset': '2024-02-29T12:00:00Z',
}
