import type { ServiceRoots } from '#odata/analysis.ts'
import type { Context } from '#odata/expression/context.ts'
import { type Scope, scopeOf, structured, UNKNOWN } from '#odata/expression/scope.ts'
import { endpointKeys, type Position } from '#odata/position.ts'
import { causeAt, refuseAt, type SourceText } from '#odata/text/source-text.ts'
import type { Cause } from '#odata/touches.ts'
import { type Place, placeOf } from './place.ts'

/** What the steps of a resource path share. Segments are decoded. */
export type Walk = {
  readonly context: Context
  readonly segments: readonly SourceText[]
  readonly roots: ServiceRoots
  /** A link is changed: its two ends are updated, and nothing is read on the last step to it (odata.md row 7). */
  readonly linking: boolean
}

/** One step: where it leads, the canonical text of its segments, and how many of the request's segments it used. */
export type Step = { readonly place: Place; readonly written: readonly string[]; readonly used: number }

/** A step of one segment. */
export function stepTo(place: Place, written: string): Step {
  return { place, written: [written], used: 1 }
}

/** A whole segment as a cause. */
export function segmentCause(segment: SourceText): Cause {
  return causeAt(segment, 0, segment.text.length)
}

/** Refuses a segment whose name the model does not have there. */
export function refuseName(segment: SourceText, what: string): never {
  const problem = `"${segment.text.slice(0, 60)}" is ${what}`
  refuseAt(segment, { code: 'odata_unknown_name', problem }, [0, segment.text.length])
}

/** Refuses a segment that is never forwarded. */
export function refuseSegment(segment: SourceText, problem: string): never {
  refuseAt(segment, { code: 'odata_not_supported', problem }, [0, segment.text.length])
}

/** Notes the reading of a position: `GET` of each source; where there is none, nobody knows what is read. */
export function touchReading(context: Context, position: Position | undefined, cause: Cause): void {
  if (!position) return
  const keys = endpointKeys(position, 'GET')
  for (const key of keys) context.recorder.touch(key, cause)
  if (keys.length === 0 && position.type.kind === 'entity') context.recorder.unknownReach(cause)
}

/** The scope of keys, parameters and conditions in the path: bare names are members of what stands before them. */
export function scopeAt(position: Position | undefined): Scope {
  return scopeOf(position ? structured(position) : UNKNOWN)
}

/** Goes on into what nobody has published. */
export function stepIntoUnknown(walk: Walk, segment: SourceText): Step {
  walk.context.recorder.unknownReach(segmentCause(segment))
  return stepTo(placeOf('unknown', { name: 'Edm.Untyped', collection: true }, undefined), segment.text)
}

/** The text before the parentheses: what names are looked up by. */
export function nameOf(segment: SourceText): string {
  const open = segment.text.indexOf('(')
  return open < 0 ? segment.text : segment.text.slice(0, open)
}
