import type { ExpectedBody } from '#odata/analysis.ts'
import { itemsOf, type JsonMember, type JsonValue } from '#odata/json/document.ts'
import type { Operation } from '#odata/model.ts'
import { castTo, oneOf, type Position, sourcesOfType, UNDESCRIBED } from '#odata/position.ts'
import { type BodyContext, causeOf, namedType, refuseAt } from './context.ts'
import { checkContext, controlOf, namedMembers } from './control-information.ts'
import { walkChange } from './navigation.ts'
import { linkTo } from './reference.ts'
import { walkValue } from './structured.ts'

type JsonBody = Exclude<ExpectedBody, { readonly kind: 'none' | 'media' | 'query' | 'batch' | 'undescribed' }>

const CONTEXT: ReadonlySet<string> = new Set(['context'])

/** Walks through the whole of a JSON body of this kind. */
export function walkTop(context: BodyContext, value: JsonValue, expected: JsonBody): void {
  if (value.kind !== 'object') refuseAt(value, 'odata_malformed', 'the body has to be a JSON object')
  const written = controlOf(value, 'context')
  const position = expected.kind === 'parameters' ? undefined : expected.position
  if (written) checkContext(context, written, position)
  switch (expected.kind) {
    case 'entity': {
      const change = expected.change === 'insert' ? 'insert' : 'update'
      const position = oneOf(expected.position)
      return context.walk(context, { value, position, change, path: '', allowed: CONTEXT })
    }
    case 'delta':
      return walkDeltaPayload(context, value, expected.position)
    case 'property':
      return walkProperty(context, value, expected)
    case 'reference':
      return walkReference(context, value, expected.position)
    case 'parameters':
      return walkParameters(context, value, expected.operations)
  }
}

function walkDeltaPayload(context: BodyContext, value: JsonValue, position: Position): void {
  const list = onlyMember(value, 'value')
  if (list.value.kind !== 'array') refuseAt(list.value, 'odata_malformed', '"value" has to be an array')
  for (const item of itemsOf(list.value)) {
    walkChange(context, item, {
      target: oneOf(position),
      path: 'value',
      contained: position.steps.length > 0,
    })
  }
}

/** One complex value is the body itself; primitive values and collections are in `value` (JSON Format 11). */
function walkProperty(
  context: BodyContext,
  value: JsonValue,
  { type, position }: Extract<JsonBody, { readonly kind: 'property' }>,
): void {
  const named = namedType(context.model, type.name)
  const place = { position: position ?? nowhere(), change: 'update', path: 'value', type } as const
  if (named.kind === 'structured' && !type.collection) {
    const inside = castTo(oneOf(place.position), named.type)
    return context.walk(context, { value, position: inside, change: 'update', path: '', allowed: CONTEXT })
  }
  walkValue(context, onlyMember(value, 'value').value, place)
}

/** `{"@odata.id": "Accounts(1)"}`: the body of a request to `/$ref`. */
function walkReference(context: BodyContext, value: JsonValue, to: Position): void {
  const id = controlOf(value, 'id')
  if (!id) refuseAt(value, 'odata_malformed', 'a link, {"@odata.id": ".."}, was expected')
  for (const [member, name] of namedMembers(value)) {
    if (name.kind !== 'control' || name.of !== '' || !/^(?:id|context)$/.test(name.term)) {
      refuseAt(member, 'odata_malformed', 'a link has no other members')
    }
  }
  // A link of a collection is kept with the target: it changes.
  linkTo(context, id.value, { to, verbs: to.collection ? ['PATCH'] : ['GET'], cause: causeOf(id, id.name) })
}

/** Parameters of an action (row 62). All overloads that have these parameters are walked along: any may be meant. */
function walkParameters(context: BodyContext, value: JsonValue, operations: readonly Operation[]): void {
  const members: JsonMember[] = []
  for (const [member, name] of namedMembers(value)) {
    if (name.kind === 'control' && (name.of !== '' || name.term !== 'context')) {
      refuseAt(member, 'odata_not_supported', `"${member.name}" is not taken among parameters`)
    }
    if (name.kind === 'property') {
      if (!operations.some((operation) => parameterOf(operation, member.name))) {
        refuseAt(member, 'odata_unknown_name', `the action has no parameter "${member.name}"`)
      }
      members.push(member)
    }
  }
  const fitting = operations.filter((operation) => members.every(({ name }) => parameterOf(operation, name)))
  if (fitting.length === 0)
    refuseAt(value, 'odata_unknown_name', 'no action of this name has these parameters')
  for (const operation of fitting) {
    for (const member of members) walkParameter(context, member, operation)
  }
}

function walkParameter(context: BodyContext, member: JsonMember, operation: Operation): void {
  const parameter = parameterOf(operation, member.name)
  if (!parameter) return
  context.recorder.visited(parameter.name)
  const named = namedType(context.model, parameter.type.name)
  const type = named.kind === 'structured' ? named.type : UNDESCRIBED
  const sources = type.kind === 'entity' ? sourcesOfType(context.model, type) : []
  const position = { type, collection: false, sources, steps: [] }
  walkValue(context, member.value, { position, change: 'value', path: member.name, type: parameter.type })
}

function parameterOf(operation: Operation, name: string): Operation['parameters'][number] | undefined {
  return operation.parameters.slice(operation.bound ? 1 : 0).find((parameter) => parameter.name === name)
}

function onlyMember(value: JsonValue, wanted: string): JsonMember {
  let found: JsonMember | undefined
  for (const [member, name] of namedMembers(value)) {
    if (name.kind === 'property' && name.name === wanted) found = member
    else if (name.kind === 'property' || name.of !== '' || name.term !== 'context') {
      refuseAt(member, 'odata_unknown_name', `"${member.name}" where "${wanted}" was expected`)
    }
  }
  if (!found) refuseAt(value, 'odata_malformed', `"${wanted}" was expected`)
  return found
}

function nowhere(): Position {
  return { type: UNDESCRIBED, collection: false, sources: [], steps: [] }
}
