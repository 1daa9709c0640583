import { type JsonToken, textOf } from '#odata/json/cursor.ts'
import { encodeUtf8 } from '#odata/json/utf8.ts'
import {
  type AnswerPlace,
  type DescribedPlace,
  FREE,
  OPERATION,
  type Restriction,
  SCALAR,
} from './answer-place.ts'
import { isContextOf } from './context-url.ts'
import type { Annotated } from './control.ts'
import type { LinkKind } from './links.ts'
import { narrowTo } from './narrow.ts'
import {
  type AnnotationAt,
  fail,
  leaveOut,
  type Outcome,
  type ReadAnnotation,
  type Walk,
  walkValue,
} from './walk.ts'

const NEXT_PAGE_LOST =
  'Its link to the next page leads out of the service, and without it the list would end early.'

/** `{"reason": "deleted"}` of what a delta has removed. */
const REMOVED: AnswerPlace = { kind: 'wrapper', value: SCALAR, other: SCALAR, position: undefined }

/** Of a credential that may call everything: links are turned, the addresses of offered operations too. */
export function readFreeAnnotation(walk: Walk, { here, member, token }: AnnotationAt): Outcome {
  const { annotated, operation } = member
  if (annotated?.link && token === 'string') return rewriteLink(walk, annotated.link)
  const place = operation ? OPERATION : here.kind === 'free' ? here : FREE
  return walkValue(walk, token, { place, readAnnotation: readFreeAnnotation }) ? 'keep' : 'stop'
}

/**
 * Of a restricted credential. Nothing is lost with an annotation, so that whatever could hold more than a value is left out:
 * objects and lists, offered operations, all that is said of a navigation property that is not granted.
 */
export function readRestrictedAnnotation(restriction: Restriction): ReadAnnotation {
  const read: ReadAnnotation = (walk, { here, member, token }) => {
    const { annotated, place } = member
    if (!annotated) return leaveOut(walk, token)
    if (place.kind === 'withheld') return readWithheld(walk, token, annotated)
    const own = annotated.of === ''
    if (annotated.link === 'context')
      return readContext(walk, token, { position: positionOf(own ? here : place), restriction })
    if (annotated.link) return token === 'string' ? rewriteLink(walk, annotated.link) : readPlain(walk, token)
    if (annotated.control && own && annotated.term === 'type' && here.kind === 'described')
      return readType(walk, token, here)
    const content = contentOf(annotated, place)
    if (content) return walkValue(walk, token, { place: content, readAnnotation: read }) ? 'keep' : 'stop'
    return readPlain(walk, token)
  }
  return read
}

/** Annotations that hold data, not only words about it: deltas. */
function contentOf({ of, term, control }: Annotated, place: AnswerPlace): AnswerPlace | undefined {
  if (!control) return undefined
  if (of === '') return term === 'removed' ? REMOVED : undefined
  return term === 'delta' ? place : undefined
}

function readPlain(walk: Walk, token: JsonToken): Outcome {
  return token === 'object' || token === 'array' ? leaveOut(walk, token) : 'keep'
}

/** A link through the navigation property holds only the key of what it stands in; one that does not is the other's. */
function readWithheld(walk: Walk, token: JsonToken, { of, term, control }: Annotated): Outcome {
  const isPath = control && (term === 'navigationLink' || term === 'associationLink')
  if (!isPath || token !== 'string') return leaveOut(walk, token)
  const url = textOf(walk.cursor)
  return url.endsWith(`/${of}`) || url.endsWith(`/${of}/$ref`) ? rewriteLink(walk, 'other') : 'leave_out'
}

function readContext(
  walk: Walk,
  token: JsonToken,
  {
    position,
    restriction,
  }: { readonly position: DescribedPlace['position'] | undefined; readonly restriction: Restriction },
): Outcome {
  if (token !== 'string') return readPlain(walk, token)
  if (isContextOf(textOf(walk.cursor), position, restriction)) return rewriteLink(walk, 'context')
  fail(walk, { kind: 'reveals', sources: [], why: 'its context is another set or type' })
  return 'stop'
}

/** `#EM.Gala`, `EM.Gala`, `https://host/$metadata#EM.Gala`. */
function readType(walk: Walk, token: JsonToken, here: DescribedPlace): Outcome | AnswerPlace {
  const text = token === 'string' ? textOf(walk.cursor) : ''
  const name = text.slice(text.lastIndexOf('#') + 1)
  const collection = /^Collection\(([^()]*)\)$/.exec(name)
  const item = collection?.[1] ?? name
  // Around a value that has no members: `#Collection(String)`.
  if (here.outermost && item !== '' && (!item.includes('.') || item.startsWith('Edm.'))) return 'keep'
  const narrowed = collection && !here.outermost ? undefined : narrowTo(here, item)
  if (narrowed) return collection ? 'keep' : narrowed
  fail(walk, { kind: 'reveals', sources: [], why: 'it is of a type that cannot stand there' })
  return 'stop'
}

function rewriteLink(walk: Walk, kind: LinkKind): Outcome {
  const { start, end } = walk.cursor
  const url = textOf(walk.cursor)
  const rewritten = walk.rewriteUrl(url, kind)
  if (rewritten === undefined && kind === 'next') {
    // Without it a list would end early, and nobody would know.
    fail(walk, { kind: 'unreadable', why: 'a next link that leads out of the service', says: NEXT_PAGE_LOST })
    return 'stop'
  }
  if (rewritten === undefined) return 'leave_out'
  if (rewritten !== url) walk.edits.push({ start, end, bytes: encodeUtf8(JSON.stringify(rewritten)) })
  return 'keep'
}

function positionOf(place: AnswerPlace): DescribedPlace['position'] | undefined {
  return place.kind === 'described' || place.kind === 'wrapper' ? place.position : undefined
}
