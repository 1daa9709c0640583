import { findType } from '#odata/expression/names.ts'
import type { NavigationProperty, Source, StructuredType } from '#odata/model.ts'
import { atSource, type Position, sourcesOfType, UNDESCRIBED } from '#odata/position.ts'
import { createCursor } from '#odata/text/lexer.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { endSegment } from './key.ts'
import { importStep } from './path-operation.ts'
import { entitiesAt, placeOf } from './place.ts'
import { refuseName, refuseSegment, type Step, segmentCause, stepTo, type Walk } from './walk.ts'

/** The first segment of a resource path: a set, a singleton, an operation import, `$crossjoin`, `$all`, or a reference. */
export function firstStep(walk: Walk, references: ReadonlyMap<string, Position> | undefined): Step {
  const [segment] = walk.segments
  if (!segment) throw new Error('A resource path has a first segment')
  const { text } = segment
  if (text.startsWith('$crossjoin')) return crossJoin(walk, segment)
  if (text === '$all') return everything(walk, segment)
  if (text.startsWith('$')) return reference(segment, references)
  return (
    sourceStep(walk, segment) ?? importStep(walk, segment) ?? refuseName(segment, 'no set of this service')
  )
}

function sourceStep(walk: Walk, segment: SourceText): Step | undefined {
  const cursor = createCursor(segment)
  const token = cursor.peek()
  const source = token.kind === 'name' ? walk.context.model.sources.get(token.text) : undefined
  if (!source) return undefined
  cursor.next()
  walk.context.recorder.visited(source.name)
  return endSegment(walk, cursor, entitiesAt(atSource(source)), source.name)
}

/** In a batch `$<id>` is what an earlier request has made or found. */
function reference(segment: SourceText, references: ReadonlyMap<string, Position> | undefined): Step {
  const position = references?.get(segment.text.slice(1))
  if (!position) refuseName(segment, 'no address of this service')
  return stepTo(entitiesAt(position), segment.text)
}

function everything(walk: Walk, segment: SourceText): Step {
  const { model, recorder } = walk.context
  recorder.unknownReach(segmentCause(segment))
  const next = walk.segments[1]
  const type = next && findType(model, next.text)
  if (!next)
    return stepTo(placeOf('all', { name: 'Edm.EntityType', collection: true }, undefined), segment.text)
  if (!type) refuseName(next, 'no type of this service')
  recorder.visited(next.text)
  const position = { type, collection: true, sources: sourcesOfType(model, type), steps: [] }
  const place = placeOf('all', { name: type.name, collection: true }, position)
  return { place, written: [segment.text, type.name], used: 2 }
}

/** `$crossjoin(Events,Invoices)`: every listed set is read; each combination has a property named as the set. */
function crossJoin(walk: Walk, segment: SourceText): Step {
  const { model, recorder } = walk.context
  const cursor = createCursor(segment)
  if (cursor.next().text !== '$crossjoin') refuseName(segment, 'no address of this service')
  cursor.expect('(')
  const sources: Source[] = []
  do {
    const name = cursor.next().text
    const source = model.sources.get(name)
    if (source?.kind !== 'set') refuseName(segment, `a join with "${name.slice(0, 60)}", which is no set`)
    if (sources.includes(source)) refuseSegment(segment, 'a join that names a set twice')
    recorder.visited(name)
    recorder.touch(`GET ${name}`, segmentCause(segment))
    sources.push(source)
  } while (cursor.accept(','))
  cursor.expect(')')
  cursor.expectEnd()
  const names = sources.map((source) => source.name)
  const position = joined(sources)
  const place = placeOf('crossjoin', { name: position.type.name, collection: true }, position)
  return stepTo({ ...place, readOnly: true }, `$crossjoin(${names.join(',')})`)
}

function joined(sources: readonly Source[]): Position {
  const navigation = new Map(
    sources.map((each): [string, NavigationProperty] => [each.name, joinedSet(each)]),
  )
  const type: StructuredType = {
    ...UNDESCRIBED,
    name: '$crossjoin',
    open: false,
    undescribed: false,
    navigation,
  }
  const bindings = new Map(sources.map((each): [string, string] => [each.name, each.name]))
  const source: Source = {
    kind: 'set',
    name: '$crossjoin',
    type,
    bindings,
    searchOwnOnly: sources.every((each) => each.searchOwnOnly),
    upsert: false,
    annotations: new Map(),
  }
  return { type, collection: true, sources: [source], steps: [] }
}

function joinedSet(source: Source): NavigationProperty {
  const { name, type } = source
  return { name, type: type.name, collection: false, containsTarget: false, autoExpand: false }
}
