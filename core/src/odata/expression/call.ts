import type { Operation, OperationImport } from '#odata/model.ts'
import { boundOperationKeys, type Position, type Verb } from '#odata/position.ts'
import type { Token } from '#odata/text/lexer.ts'
import { causeAt, refuseAt } from '#odata/text/source-text.ts'
import type { NamedValue } from './ast.ts'
import { boundOperations, operationResult, overloadsFor, unboundOperations } from './operations.ts'
import { looseParameters, readParameters } from './parameters.ts'
import { type Typed, UNKNOWN } from './scope.ts'
import { flush, reads, step, unknownName, unknownReach, type Walk } from './walk.ts'

/** A function bound to what the path has come to, or at its beginning one without binding. */
export function callFunction(walk: Walk, token: Token): void {
  const { model, recorder } = walk.state.context
  const bound = boundOperations(model, token.text, walk.type).filter(isFunction)
  const unbound = walk.segments.length === 0 ? unboundOperations(model, token.text).filter(isFunction) : []
  if (bound.length === 0 && unbound.length === 0) return callUnknown(walk, token)
  recorder.visited(token.text)
  flush(walk)
  const parameters = readParameters(walk.state)
  const names = parameters.map((parameter) => parameter.name)
  const fitting = overloadsFor(bound, names)
  if (fitting.length > 0) {
    for (const operation of fitting) touchBound(walk, token, operation)
    return finish(walk, token, { operations: fitting, parameters, binding: walk.type })
  }
  const others = overloadsFor(unbound, names)
  if (others.length === 0) return unknownName(walk, [token.start, token.end], 'other parameters')
  touchImports(walk, token, others)
  finish(walk, token, { operations: others, parameters })
}

/** A function import behind `$root/`. */
export function callImport(walk: Walk, token: Token, called: OperationImport): void {
  const { model, recorder } = walk.state.context
  recorder.visited(token.text)
  const parameters = readParameters(walk.state)
  const unbound = (model.operations.get(called.operation) ?? []).filter(
    (each) => !each.bound && isFunction(each),
  )
  const names = parameters.map((parameter) => parameter.name)
  const operations = overloadsFor(unbound, names)
  if (operations.length === 0)
    unknownName(walk, [token.start, token.end], 'a function import with these parameters')
  walk.pending.add(importKey(called))
  finish(walk, token, { operations, parameters, import: called, name: called.name })
}

type Call = {
  readonly operations: readonly Operation[]
  readonly parameters: readonly NamedValue[]
  readonly binding?: Typed
  readonly import?: OperationImport
  /** How it is written; the operation's qualified name where it is not given. */
  readonly name?: string
}

function finish(walk: Walk, token: Token, call: Call): void {
  const { model } = walk.state.context
  const results = call.operations.map((operation) => {
    const result = operationResult(model, operation, call) ?? UNKNOWN
    if (result.kind === 'structured' && result.position.type.kind === 'entity' && !operation.selfContained)
      reads(walk, result.position, [token.start, token.end])
    return result
  })
  const name = call.name ?? call.operations[0]?.name ?? token.text
  step(walk, { kind: 'operation', name, parameters: call.parameters }, common(walk, results))
}

/** Results of several overloads that a call may mean: one type, all sources. */
function common(walk: Walk, results: readonly Typed[]): Typed {
  const [first, ...others] = results
  if (!first || others.length === 0) return first ?? UNKNOWN
  if (first.kind === 'structured') {
    const positions = results.flatMap((result) => (result.kind === 'structured' ? [result.position] : []))
    const same = positions.every(
      ({ type, collection }) => type === first.position.type && collection === first.position.collection,
    )
    if (same && positions.length === results.length)
      return { kind: 'structured', position: union(positions, first.position) }
  }
  const same = others.every(
    (other) =>
      first.kind === 'primitive' &&
      other.kind === 'primitive' &&
      other.type.name === first.type.name &&
      other.type.collection === first.type.collection,
  )
  if (same) return first
  unknownReach(walk)
  return UNKNOWN
}

function union(positions: readonly Position[], first: Position): Position {
  return { ...first, sources: [...new Set(positions.flatMap((position) => position.sources))], steps: [] }
}

function touchBound(walk: Walk, token: Token, operation: Operation): void {
  const { cursor, context } = walk.state
  const { type } = walk
  const owner =
    type.kind === 'structured' ? type.position : type.kind === 'primitive' ? type.owner : undefined
  const keys = owner ? boundOperationKeys(owner, operation) : []
  // Bound to something that belongs to no set: no endpoint stands for it.
  if (keys.length === 0) unknownReach(walk)
  const cause = causeAt(cursor.source, walk.start, token.end)
  for (const key of keys) context.recorder.touch(key, cause)
}

function touchImports(walk: Walk, token: Token, operations: readonly Operation[]): void {
  const { cursor, context } = walk.state
  const imports = [...context.model.imports.values()].filter(
    (each) => each.kind === 'function' && operations.some((operation) => operation.name === each.operation),
  )
  if (imports.length === 0) unknownReach(walk)
  const cause = causeAt(cursor.source, walk.start, token.end)
  for (const each of imports) context.recorder.touch(importKey(each), cause)
}

function callUnknown(walk: Walk, token: Token): void {
  const { type, state } = walk
  const undescribed =
    type.kind === 'unknown' || (type.kind === 'structured' && type.position.type.undescribed)
  if (!undescribed) return unknownName(walk, [token.start, token.end], 'a function that can be called here')
  state.context.recorder.visited(token.text)
  flush(walk)
  unknownReach(walk)
  const [first] = state.context.model.operations.get(token.text) ?? []
  if (first?.kind === 'action')
    refuseAt(state.cursor.source, { code: 'odata_malformed', problem: 'an action in an expression' }, [
      token.start,
      token.end,
    ])
  const inside = looseParameters(state)
  if (inside.kind === 'named') {
    step(walk, { kind: 'operation', name: token.text, parameters: inside.parameters }, UNKNOWN)
    return
  }
  step(walk, { kind: 'name', name: token.text }, UNKNOWN)
  step(walk, { kind: 'key', key: { kind: 'simple', value: inside.value } }, UNKNOWN)
}

function isFunction(operation: Operation): boolean {
  return operation.kind === 'function'
}

function importKey(called: OperationImport): string {
  const verb: Verb = 'GET'
  return `${verb} ${called.name}`
}
