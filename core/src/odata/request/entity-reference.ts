import type { ODataProblem, ServiceRoots } from '#odata/analysis.ts'
import { createContext } from '#odata/expression/context.ts'
import type { Model } from '#odata/model.ts'
import type { Position } from '#odata/position.ts'
import { attempt } from '#odata/text/refusal.ts'
import type { Cause, Recorder } from '#odata/touches.ts'
import { decodeSegments } from './decode-segments.ts'
import { followPath } from './path.ts'
import { firstStep } from './path-root.ts'
import { refuseKind, refuseMalformed } from './problem.ts'
import { splitRequest } from './split-request.ts'
import { writeSegment } from './write-target.ts'

/** An entity that was named by its address. `text` is its canonical address, relative to the service root. */
export type EntityReference = { readonly ok: true; readonly position: Position; readonly text: string }

/**
 * Resolves what `$id`, `@odata.id` and `@odata.bind` hold: the address of one entity, relative to the service root, or
 * absolute within `roots` (odata.md rows 7, 19, 56). The way to it is recorded, all of it with `cause`; the entity itself
 * is not, since that depends on what is done with it. Addresses of other origins, and relative ones with dot segments,
 * are refused. Offsets of a problem are those of `cause`.
 */
export function resolveEntityReference(
  model: Model,
  text: string,
  parts: { readonly roots: ServiceRoots; readonly recorder: Recorder; readonly cause: Cause },
): EntityReference | ODataProblem {
  const { roots, cause } = parts
  const answer = attempt((): EntityReference => {
    const path = belowRoot(text, roots, cause)
    if (/[?#]/.test(path)) refuseKind('an entity is named by a path alone', cause)
    const { segments } = splitRequest(`/${path}`)
    const context = createContext({ model, recorder: recorderOf(parts.recorder, cause) })
    const walk = { context, roots, segments: decodeSegments(segments), linking: false }
    if (segments.length === 0) refuseMalformed('an empty address of an entity', cause)
    const { place, written } = followPath(walk, firstStep(walk, undefined))
    const { position } = place
    if (place.kind !== 'entity' || !position || place.readOnly)
      refuseMalformed('not the address of one entity', cause)
    return { ok: true, position, text: written.map(writeSegment).join('/') }
  })
  return answer.ok ? answer.value : { ...answer, in: cause.in, at: cause.at }
}

/** The part of an address below the service root. */
function belowRoot(text: string, roots: ServiceRoots, cause: Cause): string {
  const path = /^[a-z][-+.0-9a-z]*:/i.test(text) ? behindOrigin(text, roots, cause) : text
  if (!path.startsWith('/')) return path
  const root = `${roots.mount}/`
  if (!path.startsWith(root)) refuseKind('an address outside of this service', cause)
  return path.slice(root.length)
}

function behindOrigin(text: string, roots: ServiceRoots, cause: Cause): string {
  const origin = roots.origins.find(
    (each) => text.slice(0, each.length).toLowerCase() === each && text[each.length] === '/',
  )
  if (origin === undefined) refuseKind('an address of another origin', cause)
  return text.slice(origin.length)
}

/** Offsets inside of the address are of no use to whoever sent it as a part of something else. */
function recorderOf(recorder: Recorder, cause: Cause): Recorder {
  return {
    touch: (endpoint) => recorder.touch(endpoint, cause),
    unknownReach: () => recorder.unknownReach(cause),
    visited: recorder.visited,
    found: recorder.found,
  }
}
