import type { Context } from '#odata/expression/context.ts'
import { type CallOrigin, operationResult } from '#odata/expression/operations.ts'
import type { Operation } from '#odata/model.ts'
import type { Cause } from '#odata/touches.ts'
import { entitiesAt, type Place, placeOf, placeOfPrimitive } from './place.ts'
import { touchReading } from './walk.ts'

/**
 * What a call gives back; its sets are touched by GET. Undefined where it gives nothing. Entities of a self-contained
 * operation belong to no set; others without a known set may come from any set of their type.
 */
export function resultOf(
  context: Context,
  operation: Operation,
  origin: CallOrigin,
  cause: Cause,
): Place | undefined {
  const result = operationResult(context.model, operation, origin)
  const { returns } = operation
  if (!result || !returns) return undefined
  const readOnly = true
  if (result.kind === 'primitive') return { ...placeOfPrimitive(returns, undefined), readOnly }
  if (result.kind === 'unknown') {
    context.recorder.unknownReach(cause)
    return placeOf('unknown', returns, undefined)
  }
  const { position } = result
  if (position.type.kind === 'complex') {
    return { ...placeOf(position.collection ? 'complexes' : 'complex', returns, position), readOnly }
  }
  if (!operation.selfContained) touchReading(context, position, cause)
  return entitiesAt(position, { readOnly })
}
