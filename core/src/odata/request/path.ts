import type { SourceText } from '#odata/text/source-text.ts'
import { keySegments } from './key.ts'
import { castStep, memberStep } from './path-members.ts'
import { boundOperationStep } from './path-operation.ts'
import { systemStep } from './path-system.ts'
import { isCollection, type Place, turnInto } from './place.ts'
import { refuseName, type Step, segmentCause, stepIntoUnknown, stepTo, type Walk } from './walk.ts'

/** A path that was followed to its end, and its canonical segments, decoded. */
export type Followed = { readonly place: Place; readonly written: readonly string[] }

/** Follows the segments of a resource path from where its first one leads (URL conventions 4.3 to 4.17). */
export function followPath(walk: Walk, first: Step): Followed {
  let { place } = first
  const written = [...first.written]
  let index = first.used
  while (index < walk.segments.length) {
    const segment = walk.segments[index]
    if (!segment) break
    const step = nextStep(walk, place, segment, index)
    for (const text of step.written) {
      // A key predicate belongs to the segment before it.
      if (text.startsWith('(')) written.push(`${written.pop() ?? ''}${text}`)
      else written.push(text)
    }
    place = step.place
    index += step.used
  }
  return { place, written }
}

function nextStep(walk: Walk, place: Place, segment: SourceText, index: number): Step {
  if (place.kind === 'unknown') return stepIntoUnknown(walk, segment)
  if (place.kind === 'action') refuseName(segment, 'behind an action, where nothing can stand')
  // Nobody has published what such a type has, so that even a name that is known may be shown with more.
  if (place.position?.type.undescribed) walk.context.recorder.unknownReach(segmentCause(segment))
  if (segment.text.startsWith('$')) return systemStep(walk, place, segment)
  return (
    namedStep(walk, place, segment) ??
    (place.kind === 'set' ? keySegments(walk, place, index) : undefined) ??
    (place.position?.type.undescribed ? stepIntoUnknown(walk, segment) : undefined) ??
    refuseName(
      segment,
      place.position ? `no segment that ${place.type.name} has` : 'nothing that can stand here',
    )
  )
}

function namedStep(walk: Walk, place: Place, segment: SourceText): Step | undefined {
  switch (place.kind) {
    case 'entity':
    case 'complex':
      return (
        memberStep(walk, place, segment) ??
        boundOperationStep(walk, place, segment) ??
        castStep(walk, place, segment)
      )
    case 'set':
      return boundOperationStep(walk, place, segment) ?? castStep(walk, place, segment)
    case 'complexes':
      return (
        ordinalStep(place, segment) ??
        boundOperationStep(walk, place, segment) ??
        castStep(walk, place, segment)
      )
    case 'primitives':
      return ordinalStep(place, segment) ?? boundOperationStep(walk, place, segment)
    case 'each':
    case 'primitive':
    case 'stream':
      return boundOperationStep(walk, place, segment)
    case 'all':
    case 'media':
    case 'raw':
    case 'count':
    case 'reference':
    case 'references':
    case 'action':
    case 'crossjoin':
    case 'unknown':
      return undefined
  }
}

/** One item of an ordered collection: `/Tags/0`, `/Tags/-1`. */
function ordinalStep(place: Place, segment: SourceText): Step | undefined {
  if (!isCollection(place) || !/^-?\d{1,9}$/.test(segment.text)) return undefined
  const position = place.position && { ...place.position, collection: false }
  const item = turnInto({ ...place, position }, place.kind === 'complexes' ? 'complex' : 'primitive')
  return stepTo({ ...item, type: { ...place.type, collection: false }, readOnly: true }, segment.text)
}
