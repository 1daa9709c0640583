import type { Operation, OperationImport, Source } from '#odata/model.ts'
import { TERMS } from './annotations.ts'
import { CsdlError, declarations, isObject, type Json, readFlag, readText } from './csdl-document.ts'
import { readAlternateKeys } from './keys.ts'
import { isIdentifier, resolve, resolvePath } from './names.ts'
import type { DraftType, ReadContext } from './read-types.ts'
import type { SchemaElement } from './schema-elements.ts'

export type Container = {
  readonly name: string
  readonly sources: ReadonlyMap<string, Source>
  readonly imports: ReadonlyMap<string, OperationImport>
}

/** What the container is read with. */
type Known = ReadContext & {
  readonly types: ReadonlyMap<string, DraftType>
  readonly operations: ReadonlyMap<string, readonly Operation[]>
  /** Qualified names of the container and of those that it extends. */
  readonly chain: readonly string[]
}

type Member = {
  readonly name: string
  readonly json: Json
  readonly path: readonly string[]
  readonly targets: readonly string[]
}

/** The service's container: its sets, singletons and imports, with those of the containers that it extends. Throws CsdlError. */
export function readContainer(
  context: ReadContext & Pick<Known, 'types' | 'operations'>,
  name: string,
): Container {
  const chain = containerChain(context, name)
  const known: Known = { ...context, chain: chain.map((element) => element.name) }
  const members = chain.toReversed().flatMap((element) => membersOf(element))
  const names = new Set<string>()
  for (const member of members) {
    if (names.has(member.name)) throw new CsdlError(member.path, `the name "${member.name}" is used twice`)
    names.add(member.name)
  }
  const isSource = ({ json }: Member): boolean =>
    json['$Action'] === undefined && json['$Function'] === undefined
  const own = new Set(members.filter(isSource).map((member) => member.name))
  return {
    name: known.chain[0] ?? name,
    sources: new Map(members.filter(isSource).map((each) => [each.name, readSource(known, each, own)])),
    imports: new Map(
      members.filter((each) => !isSource(each)).map((each) => [each.name, readImport(known, each, own)]),
    ),
  }
}

function containerChain({ names, elements }: ReadContext, name: string): readonly SchemaElement[] {
  const chain: SchemaElement[] = []
  let path: readonly string[] = ['$EntityContainer']
  for (let next: string | undefined = name; next !== undefined; ) {
    const element = elements.containers.get(resolve(names, next))
    if (!element) throw new CsdlError(path, `there is no EntityContainer "${next}"`)
    if (chain.includes(element)) throw new CsdlError(path, 'the container extends itself')
    chain.push(element)
    path = [...element.path, '$Extends']
    next = readText(element.json, '$Extends', element.path)
  }
  return chain
}

function membersOf({ name, json, path }: SchemaElement): readonly Member[] {
  return declarations(json).map(([own, member]) => {
    const at = [...path, own]
    if (!isIdentifier(own)) throw new CsdlError(at, `"${own}" is not a name in OData`)
    if (!isObject(member)) throw new CsdlError(at, 'not an object')
    return { name: own, json: member, path: at, targets: [`${name}/${own}`] }
  })
}

function readSource(known: Known, member: Member, own: ReadonlySet<string>): Source {
  const { annotations, names, types } = known
  const { name, json, path, targets } = member
  const given = readText(json, '$Type', path)
  if (given === undefined) throw new CsdlError(path, 'an entity set or singleton without $Type')
  const type = types.get(resolve(names, given))
  if (type?.kind !== 'entity') throw new CsdlError([...path, '$Type'], `there is no entity type "${given}"`)
  type.alternateKeys = [...type.alternateKeys, ...readAlternateKeys(annotations, json, targets)]
  return {
    kind: readFlag(json, '$Collection', path) ? 'set' : 'singleton',
    name,
    type,
    bindings: readBindings(known, member, own),
    searchOwnOnly: annotations.value(json, targets, TERMS.searchOwnOnly) === true,
    upsert: !neverInserts(known, member),
    inServiceDocument: json['$IncludeInServiceDocument'] !== false,
    annotations: annotations.simple(json, targets),
  }
}

/** Only where it is said in so many words. Capabilities' own default is not trusted: few services know of it. */
function neverInserts({ annotations }: Known, { json, targets }: Member): boolean {
  if (annotations.value(json, targets, TERMS.upsert) === false) return true
  const restrictions = annotations.value(json, targets, TERMS.updateRestrictions)
  return isObject(restrictions) && restrictions['Upsertable'] === false
}

function readBindings(
  known: Known,
  { json, path }: Member,
  own: ReadonlySet<string>,
): ReadonlyMap<string, string> {
  const bindings = json['$NavigationPropertyBinding'] ?? {}
  const at = [...path, '$NavigationPropertyBinding']
  if (!isObject(bindings)) throw new CsdlError(at, 'not an object')
  const read = Object.entries(bindings).filter(([binding]) => !binding.includes('@'))
  return new Map(
    read.map(([binding, target]) => {
      const place = [...at, binding]
      if (typeof target !== 'string') throw new CsdlError(place, 'the target is not a text')
      return [resolvePath(known.names, binding), ownTarget(known, target, { place, own })]
    }),
  )
}

/**
 * A target below the own container: `EM.Container/Accounts` -> `Accounts`; `Venues/Rooms` stays. A set of a container that
 * is not here cannot be granted to anybody, so that a way to it is refused at once.
 */
function ownTarget(
  { names, chain }: Known,
  target: string,
  { place, own }: { readonly place: readonly string[]; readonly own: ReadonlySet<string> },
): string {
  const [first = '', ...rest] = resolvePath(names, target).split('/')
  const steps = chain.includes(first) && rest.length > 0 ? rest : [first, ...rest]
  if (!own.has(steps[0] ?? '')) throw new CsdlError(place, `there is no entity set or singleton "${target}"`)
  return steps.join('/')
}

function readImport(
  known: Known,
  { name, json, path, targets }: Member,
  own: ReadonlySet<string>,
): OperationImport {
  const kind = json['$Action'] === undefined ? 'function' : 'action'
  const member = kind === 'action' ? '$Action' : '$Function'
  const given = readText(json, member, path) ?? ''
  const operation = resolve(known.names, given)
  const overloads = known.operations.get(operation) ?? []
  if (!overloads.some((each) => each.kind === kind && !each.bound))
    throw new CsdlError([...path, member], `there is no unbound ${kind} "${given}"`)
  const entitySet = readText(json, '$EntitySet', path)
  return {
    kind,
    name,
    operation,
    entitySet:
      entitySet === undefined
        ? undefined
        : ownTarget(known, entitySet, { place: [...path, '$EntitySet'], own }),
    // One with parameters has no address of its own (CSDL 4.01 section 13.6).
    inServiceDocument:
      json['$IncludeInServiceDocument'] === true &&
      overloads.some((each) => !each.bound && each.kind === 'function' && each.parameters.length === 0),
    annotations: known.annotations.simple(json, targets),
  }
}
