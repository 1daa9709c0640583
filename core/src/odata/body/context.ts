import type { AnalyseOptions, ODataProblem } from '#odata/analysis.ts'
import type { JsonMember, JsonValue } from '#odata/json/document.ts'
import { LIMITS } from '#odata/limits.ts'
import type { Model, StructuredType } from '#odata/model.ts'
import type { Position, Verb } from '#odata/position.ts'
import { endpointKeys, UNDESCRIBED } from '#odata/position.ts'
import { refuseLimit } from '#odata/request/problem.ts'
import { refuse } from '#odata/text/refusal.ts'
import type { Cause, Recorder } from '#odata/touches.ts'

export type BodyOptions = AnalyseOptions & {
  /** In a batch: where the entity of an earlier request stands, by that request's id. */
  readonly references?: ReadonlyMap<string, Position> | undefined
  /** In a batch: the ids of all earlier requests. */
  readonly earlier?: ReadonlySet<string> | undefined
}

/**
 * What happens with the entities of an object: created; changed, created or replaced; or taken as they are, as the
 * parameters of an action.
 */
export type Change = 'insert' | 'update' | 'value'

/** An object of the body, and where it stands in the model. */
export type PlacedObject = {
  readonly value: JsonValue
  readonly position: Position
  readonly change: Change
  /** Names of the members that lead to it: `Bookings/Account`. */
  readonly path: string
  /** Control information that may stand here besides type and etag. */
  readonly allowed: ReadonlySet<string>
}

/** A piece of the body to be written differently, in bytes of the original. */
export type Replacement = { readonly start: number; readonly end: number; readonly text: string }

/** What the walk through one body carries along. */
export type BodyContext = {
  readonly model: Model
  readonly options: BodyOptions
  readonly recorder: Recorder
  /** By their start. */
  readonly replacements: Map<number, Replacement>
  /** Ids of earlier requests of the batch that links name. */
  readonly linked: Set<string>
  /** How many causes of each endpoint have been told, and how many links have been resolved. */
  readonly counted: Map<string, number>
  /** Walks through an object. Here, since objects hold objects; `LIMITS.jsonDepth` bounds the recursion. */
  readonly walk: (context: BodyContext, object: PlacedObject) => void
}

/** A long list says the same of every item: some causes are enough to find the place. */
const CAUSES_TOLD = 20

/** Ends the analysis: `where` is what the problem is about. */
export function refuseAt(
  where: { readonly start: number; readonly end: number },
  code: ODataProblem['code'],
  problem: string,
): never {
  refuse({ code, problem, in: 'body', at: [where.start, where.end] })
}

export function causeOf(member: Pick<JsonMember, 'start' | 'end'>, path: string): Cause {
  return { in: 'body', text: path, at: [member.start, member.end] }
}

/**
 * Records what is done at a position. Where no source takes it, nobody can say what is reached. A singleton is never
 * created: where others may be, it is changed.
 */
export function touchAt(
  context: BodyContext,
  position: Position,
  verbs: readonly Verb[],
  cause: Cause,
): void {
  const sets = { ...position, sources: position.sources.filter((source) => source.kind === 'set') }
  const keys = verbs.flatMap((verb) => endpointKeys(verb === 'POST' ? sets : position, verb))
  if (keys.length === 0 && verbs.length > 0) unknownReach(context, cause)
  for (const endpoint of keys) {
    if (count(context, endpoint) <= CAUSES_TOLD) context.recorder.touch(endpoint, cause)
  }
}

/** Records something whose reach nobody can know from the model. */
export function unknownReach(context: BodyContext, cause: Cause): void {
  if (count(context, '') <= CAUSES_TOLD) context.recorder.unknownReach(cause)
}

/** Counts what a body spends of one of the LIMITS; refuses what is beyond. */
export function spend(
  context: BodyContext,
  name: 'bodyObjects' | 'bodyReferences',
  where: { readonly start: number; readonly end: number },
): void {
  if (count(context, name) <= LIMITS[name]) return
  const what = name === 'bodyObjects' ? 'too many objects in the body' : 'too many links in the body'
  refuseLimit(name, what, { in: 'body', at: [where.start, where.end] })
}

/** How often this has been said, this time included. */
function count(context: BodyContext, what: string): number {
  const times = (context.counted.get(what) ?? 0) + 1
  context.counted.set(what, times)
  return times
}

export function joinPath(path: string, name: string): string {
  return path === '' ? name : `${path}/${name}`
}

/** What a type name of the model stands for in a body. */
export type NamedType =
  | { readonly kind: 'structured'; readonly type: StructuredType }
  /** GeoJSON: objects and arrays of numbers that lead nowhere. */
  | { readonly kind: 'geo' }
  | { readonly kind: 'primitive' }

/** What a type of the model is. A name that the model does not describe may be anything. */
export function namedType(model: Model, name: string): NamedType {
  const type = model.types.get(name)
  if (type) return { kind: 'structured', type }
  if (model.enumerations.has(name)) return { kind: 'primitive' }
  const primitive = model.definitions.get(name) ?? name
  if (/^Edm\.Geo(?:graphy|metry)/.test(primitive)) return { kind: 'geo' }
  const abstract =
    primitive === 'Edm.Untyped' || primitive === 'Edm.ComplexType' || primitive === 'Edm.EntityType'
  if (primitive.startsWith('Edm.') && !abstract) return { kind: 'primitive' }
  return { kind: 'structured', type: UNDESCRIBED }
}

/** A qualified name with its alias written out. */
export function withoutAlias(model: Model, name: string): string {
  const dot = name.lastIndexOf('.')
  const namespace = dot < 0 ? undefined : model.aliases.get(name.slice(0, dot))
  return namespace === undefined ? name : `${namespace}${name.slice(dot)}`
}

export function isScalar(value: JsonValue): boolean {
  return value.kind !== 'object' && value.kind !== 'array'
}
