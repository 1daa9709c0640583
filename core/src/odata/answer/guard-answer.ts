import type { ResultShape } from '#odata/analysis.ts'
import { advance, openJson } from '#odata/json/cursor.ts'
import { LIMITS } from '#odata/limits.ts'
import type { Model } from '#odata/model.ts'
import { readFreeAnnotation, readRestrictedAnnotation } from './annotations.ts'
import {
  type AnswerPlace,
  describedAt,
  freePlace,
  type Restriction,
  SCALAR,
  SCALARS,
} from './answer-place.ts'
import { applyEdits } from './edits.ts'
import type { IsGranted } from './granted.ts'
import type { RewriteUrl } from './links.ts'
import { type ReadAnnotation, type Walk, walkValue } from './walk.ts'

export type GuardOptions = {
  /** Of the request's analysis. */
  readonly result: ResultShape
  /** May the answer hold entities of this source? The result's own position has been decided with the request. */
  readonly isGranted: IsGranted
  readonly rewriteUrl: RewriteUrl
}

export type GuardedAnswer =
  /** What the caller gets: the same object where nothing had to be changed. */
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** It holds, or may hold, more than was decided. Nothing of it may be relayed. */
  | { readonly ok: false; readonly reveals: Revealed; readonly unreadable?: undefined }
  /** Not what was expected, so that nobody can say what it holds. `unreadable` says why, for logs; `says`, for the caller. */
  | {
      readonly ok: false
      readonly unreadable: string
      readonly says?: string | undefined
      readonly reveals?: undefined
    }

export type Revealed = {
  /** Names of the sets and singletons that are not granted; empty where the model does not know which. */
  readonly sources: readonly string[]
  /** Names of members, from the outside: `value/Account`. */
  readonly path: string
  /** For logs and alarms, not for callers. */
  readonly why: string
}

/**
 * The second line of defence (odata.md 1d): looks through an answer of success for what the analysis of its request did not
 * foresee, and turns its links. Numbers and texts stay as they are, byte for byte.
 *
 * For a restricted credential an answer is refused where it holds
 * - any value, also null or `[]`, of a navigation property of which a possible target is not granted;
 * - an object, or a list of any kind, in a member that a closed type does not declare;
 * - an object, also inside a list, in a member that an open or undescribed type does not declare: it could be an entity;
 * - an `@odata.type` outside the hierarchy, or a context that names another set or type;
 * - anything at all where the shape of the result is unknown.
 * Left out instead, since an answer is whole without them: annotations that hold objects or lists, offered operations,
 * and all annotations of a navigation property that is not granted, but links that hold only the own key.
 *
 * Answers of errors are for `guardErrorAnswer`.
 */
export function guardAnswer(model: Model, bytes: Uint8Array, options: GuardOptions): GuardedAnswer {
  const { result, isGranted } = options
  if (bytes.length > LIMITS.answerBytes)
    return { ok: false, unreadable: `more than ${LIMITS.answerBytes} bytes` }
  if (result.kind === 'media') return { ok: true, bytes }
  if (result.kind === 'nothing' && bytes.length === 0) return { ok: true, bytes }
  if (result.kind === 'count') return guardCount(bytes)
  if (isGranted === 'all')
    return walkAnswer(bytes, freePlace(), { ...options, readAnnotation: readFreeAnnotation })
  const restriction = { model, isGranted }
  const place = placeOfResult(result, restriction)
  if (!place) {
    const why = 'nobody can say what the answer to this request holds'
    return { ok: false, reveals: { sources: [], path: '', why } }
  }
  return walkAnswer(bytes, place, { ...options, readAnnotation: readRestrictedAnnotation(restriction) })
}

function placeOfResult({ kind, position }: ResultShape, restriction: Restriction): AnswerPlace | undefined {
  if (kind === 'reference') {
    const nothing: AnswerPlace = {
      kind: 'withheld',
      sources: [],
      why: 'a reference holds nothing but an address',
    }
    const one: AnswerPlace = { kind: 'wrapper', value: nothing, other: nothing, position }
    return { kind: 'wrapper', value: one, other: nothing, position }
  }
  if (kind !== 'entities' && kind !== 'value') return undefined
  if (position) return describedAt(position, restriction, { outermost: true })
  return kind === 'value' ? { kind: 'wrapper', value: SCALARS, other: SCALAR, position } : undefined
}

function walkAnswer(
  bytes: Uint8Array,
  place: AnswerPlace,
  {
    rewriteUrl,
    readAnnotation,
  }: { readonly rewriteUrl: RewriteUrl; readonly readAnnotation: ReadAnnotation },
): GuardedAnswer {
  const cursor = openJson(bytes)
  const walk: Walk = { cursor, rewriteUrl, edits: [], path: [], failure: undefined }
  const token = advance(cursor)
  if (token !== 'object' && token !== 'problem') return { ok: false, unreadable: 'not a JSON object' }
  const walked = walkValue(walk, token, { place, readAnnotation })
  if (walked && advance(cursor) === 'end') return { ok: true, bytes: applyEdits(bytes, walk.edits) }
  const { failure } = walk
  if (failure?.kind !== 'reveals')
    return {
      ok: false,
      unreadable: failure?.why ?? cursor.problem?.problem ?? 'not JSON',
      says: failure?.says,
    }
  return { ok: false, reveals: { sources: failure.sources, path: walk.path.join('/'), why: failure.why } }
}

/** `/$count` is digits in text/plain; some services begin it with a byte order mark. */
function guardCount(bytes: Uint8Array): GuardedAnswer {
  const marked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf
  const digits = marked ? bytes.subarray(3) : bytes
  const isNumber =
    digits.length > 0 && digits.length < 20 && digits.every((byte) => byte >= 0x30 && byte <= 0x39)
  return isNumber ? { ok: true, bytes } : { ok: false, unreadable: 'not a count' }
}
