import type { Model, Operation, OperationImport, StructuredType, TypeRef } from '#odata/model.ts'
import {
  atSource,
  castTo,
  insideProperty,
  navigate,
  type Position,
  sourcesOfType,
  UNDESCRIBED,
} from '#odata/position.ts'
import { findType, qualifiedNames } from './names.ts'
import { type Typed, UNKNOWN } from './scope.ts'

/** Overloads of an operation that can be bound to this, by a name as written, qualified or not. */
export function boundOperations(model: Model, name: string, binding: Typed): readonly Operation[] {
  return qualifiedNames(model, name)
    .flatMap((qualified) => model.operations.get(qualified) ?? [])
    .filter((operation) => operation.bound && takesBinding(model, operation, binding))
}

/** Overloads of an operation without binding, by a name as written. */
export function unboundOperations(model: Model, name: string): readonly Operation[] {
  return qualifiedNames(model, name)
    .flatMap((qualified) => model.operations.get(qualified) ?? [])
    .filter((operation) => !operation.bound)
}

/** Those overloads that take exactly these parameters, optional ones left out or not. */
export function overloadsFor(
  operations: readonly Operation[],
  names: readonly string[],
): readonly Operation[] {
  return operations.filter((operation) => {
    const own = ownParameters(operation)
    const known = names.every((name) => own.some((parameter) => parameter.name === name))
    return known && own.every((parameter) => parameter.optional || names.includes(parameter.name))
  })
}

/** Parameters that a request gives: all but the binding one. */
export function ownParameters(operation: Operation): Operation['parameters'] {
  return operation.bound ? operation.parameters.slice(1) : operation.parameters
}

/** What a call comes from: the value that it is bound to, or the import that it was named by. */
export type CallOrigin = {
  readonly binding?: Typed | undefined
  readonly import?: OperationImport | undefined
}

/**
 * What an operation returns, and where that comes from: its EntitySetPath, the import's entity set, or else every source
 * of the type. Undefined where it returns nothing. Entities with no `sources` are from nowhere that is published, unless the
 * operation is self-contained.
 */
export function operationResult(model: Model, operation: Operation, origin: CallOrigin): Typed | undefined {
  const { returns } = operation
  if (!returns) return undefined
  const type = model.types.get(returns.name)
  if (!type)
    return isOpaque(model, returns) ? UNKNOWN : { kind: 'primitive', type: returns, owner: undefined }
  const position = resultPosition(model, { operation, type, origin })
  return { kind: 'structured', position: { ...position, type, collection: returns.collection } }
}

/** Abstract types, and types that the model refers to without having them. */
export function isOpaque(model: Model, type: TypeRef): boolean {
  if (['Edm.EntityType', 'Edm.ComplexType', 'Edm.Untyped'].includes(type.name)) return true
  return (
    !type.name.startsWith('Edm.') && !model.enumerations.has(type.name) && !model.definitions.has(type.name)
  )
}

function resultPosition(
  model: Model,
  call: { readonly operation: Operation; readonly type: StructuredType; readonly origin: CallOrigin },
): Position {
  const { operation, type, origin } = call
  const nowhere: Position = {
    type,
    collection: operation.returns?.collection ?? false,
    sources: [],
    steps: [],
  }
  if (operation.selfContained || type.kind === 'complex') return nowhere
  const set = origin.import?.entitySet
  const source = set === undefined ? undefined : model.sources.get(set)
  if (source) return atSource(source)
  const { binding } = origin
  if (operation.entitySetPath !== undefined && binding?.kind === 'structured') {
    const end = followPath(model, binding.position, operation.entitySetPath.split('/').slice(1))
    if (end && end.sources.length > 0) return end
  }
  return { ...nowhere, sources: sourcesOfType(model, type) }
}

function followPath(model: Model, from: Position, steps: readonly string[]): Position | undefined {
  let position = from
  for (const step of steps) {
    const navigation = position.type.navigation.get(step)
    const property = position.type.properties.get(step)
    const cast = step.includes('.') ? findType(model, step) : undefined
    if (navigation) position = navigate(model, position, navigation)
    else if (property) {
      const type = model.types.get(property.type.name) ?? UNDESCRIBED
      position = insideProperty(position, step, { type, collection: property.type.collection })
    } else if (cast) position = castTo(position, cast)
    else return undefined
  }
  return position
}

function takesBinding(model: Model, operation: Operation, binding: Typed): boolean {
  const wanted = operation.parameters[0]?.type
  if (!wanted || binding.kind === 'unknown') return false
  if (binding.kind === 'primitive') {
    const primitiveOf = (type: TypeRef): string => model.definitions.get(type.name) ?? type.name
    if (wanted.collection !== binding.type.collection) return false
    return wanted.name === 'Edm.PrimitiveType' || primitiveOf(wanted) === primitiveOf(binding.type)
  }
  const { type, collection } = binding.position
  if (wanted.collection !== collection) return false
  if (wanted.name === (type.kind === 'entity' ? 'Edm.EntityType' : 'Edm.ComplexType')) return true
  const bound = model.types.get(wanted.name)
  return bound !== undefined && (bound === type || bound.derived.includes(type))
}
