import { boundOperations, type CallOrigin, overloadsFor } from '#odata/expression/operations.ts'
import { parseParameters } from '#odata/expression/parser.ts'
import { writeParameters } from '#odata/expression/write.ts'
import type { Operation } from '#odata/model.ts'
import { boundOperationKeys, type Position } from '#odata/position.ts'
import { createCursor } from '#odata/text/lexer.ts'
import type { SourceText } from '#odata/text/source-text.ts'
import { endSegment } from './key.ts'
import { resultOf } from './operations.ts'
import { type Place, placeOf, typedOf } from './place.ts'
import {
  nameOf,
  refuseName,
  refuseSegment,
  type Step,
  scopeAt,
  segmentCause,
  stepTo,
  touchReading,
  type Walk,
} from './walk.ts'

/** A bound operation as the next segment; undefined where the name is none of the place's type. */
export function boundOperationStep(walk: Walk, place: Place, segment: SourceText): Step | undefined {
  const { context } = walk
  const name = nameOf(segment)
  const operations = boundOperations(context.model, name, typedOf(place))
  const [first] = operations
  if (!first) return undefined
  const { position } = place
  const cause = segmentCause(segment)
  const keys = position ? boundOperationKeys(position, first) : []
  for (const key of keys) context.recorder.touch(key, cause)
  // A value that no set holds has no endpoint for its operations.
  if (keys.length === 0) context.recorder.unknownReach(cause)
  // Which entities there are to operate on is shown by what happens to them.
  if (place.navigated || place.filtered || place.kind === 'each') touchReading(context, position, cause)
  context.recorder.visited(name)
  return callStep(walk, segment, {
    name: first.name,
    operations,
    origin: { binding: typedOf(place) },
    holder: position,
  })
}

/** An operation import as the first segment; undefined where the model has none of this name. */
export function importStep(walk: Walk, segment: SourceText): Step | undefined {
  const { model, recorder } = walk.context
  const name = nameOf(segment)
  const imported = model.imports.get(name)
  if (!imported) return undefined
  recorder.visited(name)
  const operations = (model.operations.get(imported.operation) ?? []).filter((each) => !each.bound)
  recorder.touch(`${imported.kind === 'function' ? 'GET' : 'POST'} ${name}`, segmentCause(segment))
  if (operations.length === 0) recorder.unknownReach(segmentCause(segment))
  const origin = { import: imported }
  return callStep(walk, segment, { name, operations, origin, holder: undefined, kind: imported.kind })
}

type Call = {
  readonly name: string
  readonly operations: readonly Operation[]
  readonly origin: CallOrigin
  readonly holder: Position | undefined
  readonly kind?: Operation['kind']
}

function callStep(walk: Walk, segment: SourceText, call: Call): Step {
  const { context } = walk
  const kind = call.kind ?? call.operations[0]?.kind
  const cursor = createCursor(segment)
  cursor.next()
  if (kind === 'action') {
    if (cursor.peek().kind !== 'end') refuseSegment(segment, 'an action, whose parameters stand in the body')
    return stepTo(actionPlace(walk, segment, call), call.name)
  }
  const bare = cursor.peek().kind === 'end'
  // Only a call with parentheses can be gone on from (ABNF boundFunctionCallNoParens).
  if (bare && walk.segments.at(-1) !== segment)
    refuseSegment(segment, 'a call without "()", behind which nothing can stand')
  const parameters = bare ? [] : parseParameters(cursor, scopeAt(call.holder), context)
  const names = parameters.map((parameter) => parameter.name)
  if (new Set(names).size < names.length) refuseSegment(segment, 'a call that gives a parameter twice')
  const fitting = overloadsFor(call.operations, names)
  // Nobody has published its parameters, which is of unknown reach already.
  if (fitting.length === 0 && call.operations.length > 0) {
    refuseName(segment, 'no call of this function: its parameters are others')
  }
  for (const name of names) context.recorder.visited(name)
  const place = resultPlace(walk, segment, { ...call, operations: fitting })
  const text = bare ? call.name : `${call.name}${writeParameters(parameters)}`
  return endSegment(walk, cursor, place ?? placeOf('unknown', ANYTHING, undefined), text)
}

const ANYTHING = { name: 'Edm.Untyped', collection: true }

function actionPlace(walk: Walk, segment: SourceText, call: Call): Place {
  const result = call.operations.length === 0 ? undefined : resultPlace(walk, segment, call)
  return { ...placeOf('action', ANYTHING, undefined), action: { operations: call.operations, result } }
}

/** Where the call leads. Overloads that lead to different types leave it open. */
function resultPlace(walk: Walk, segment: SourceText, call: Call): Place | undefined {
  const cause = segmentCause(segment)
  const results = call.operations.map((operation) => resultOf(walk.context, operation, call.origin, cause))
  const [first] = results
  const differing = results.some(
    (result) => result?.type.name !== first?.type.name || result?.kind !== first?.kind,
  )
  if (differing) walk.context.recorder.unknownReach(cause)
  return first
}
