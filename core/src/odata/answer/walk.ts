import { advance, type JsonCursor, type JsonToken, skipValue } from '#odata/json/cursor.ts'
import { type AnswerPlace, SCALAR } from './answer-place.ts'
import { createMemberEditor, type Edit } from './edits.ts'
import type { RewriteUrl } from './links.ts'
import { memberOf } from './members.ts'

/** A way through an answer, by one cursor. Nothing of the answer is built. */
export type Walk = {
  readonly cursor: JsonCursor
  readonly rewriteUrl: RewriteUrl
  readonly edits: Edit[]
  /** Names of the members that the cursor is in. */
  readonly path: string[]
  failure: WalkFailure | undefined
}

export type WalkFailure =
  /** `says`: for the caller. */
  | { readonly kind: 'unreadable'; readonly why: string; readonly says?: string }
  | { readonly kind: 'reveals'; readonly sources: readonly string[]; readonly why: string }

/** How a member goes on: `stop` where the walk has failed. */
export type Outcome = 'keep' | 'leave_out' | 'stop'

/** Reads the members with an `@` and those with a `#` in front; the cursor is at the first token of the value. */
export type ReadAnnotation = (walk: Walk, at: AnnotationAt) => Outcome | AnswerPlace

export type AnnotationAt = {
  /** The object that the member stands in. */
  readonly here: AnswerPlace
  readonly member: ReturnType<typeof memberOf>
  readonly token: JsonToken
}

const GEOGRAPHY_MEMBERS: ReadonlySet<string> = new Set([
  'type',
  'coordinates',
  'geometries',
  'bbox',
  'crs',
  'properties',
  'name',
])

/** Walks the value that begins at `token`, just read. False where the walk has failed. */
export function walkValue(
  walk: Walk,
  token: JsonToken,
  { place, readAnnotation }: { readonly place: AnswerPlace; readonly readAnnotation: ReadAnnotation },
): boolean {
  if (token === 'problem') return fail(walk, unreadable(walk))
  if (place.kind === 'withheld') return fail(walk, { ...place, kind: 'reveals' })
  if (token === 'object') return walkObject(walk, place, readAnnotation)
  if (token === 'array') return walkArray(walk, place, readAnnotation)
  return true
}

export function fail(walk: Walk, failure: WalkFailure): false {
  walk.failure = failure
  return false
}

/** Leaves a member out without looking at what is in it. */
export function leaveOut(walk: Walk, token: JsonToken): Outcome {
  if (skipValue(walk.cursor, token) !== 'problem') return 'leave_out'
  fail(walk, unreadable(walk))
  return 'stop'
}

function unreadable(walk: Walk): WalkFailure {
  return { kind: 'unreadable', why: walk.cursor.problem?.problem ?? 'not JSON' }
}

function walkArray(walk: Walk, place: AnswerPlace, readAnnotation: ReadAnnotation): boolean {
  if (place.kind === 'plain' && !place.arrays)
    return fail(walk, { kind: 'reveals', sources: [], why: 'a list that nobody has declared' })
  const items = { place: place.kind === 'plain' ? SCALAR : place, readAnnotation }
  for (;;) {
    const token = advance(walk.cursor)
    if (token === 'array_end') return true
    if (!walkValue(walk, token, items)) return false
  }
}

function walkObject(walk: Walk, place: AnswerPlace, readAnnotation: ReadAnnotation): boolean {
  if (place.kind === 'plain')
    return fail(walk, { kind: 'reveals', sources: [], why: 'an object that nobody has declared' })
  const { cursor, path } = walk
  const editor = createMemberEditor(walk.edits)
  let here: AnswerPlace = place
  for (;;) {
    const token = advance(cursor)
    if (token === 'object_end') {
      editor.finish()
      return true
    }
    if (token !== 'name') return fail(walk, unreadable(walk))
    editor.begin(cursor.start)
    path.push(cursor.name)
    const outcome = walkMember(walk, here, readAnnotation)
    if (outcome === 'stop') return false
    path.pop()
    if (typeof outcome !== 'string') here = outcome
    editor.end(cursor.end, outcome !== 'leave_out')
  }
}

/** The place is where the object's further members stand, once its type is known. */
function walkMember(walk: Walk, here: AnswerPlace, readAnnotation: ReadAnnotation): Outcome | AnswerPlace {
  const { name } = walk.cursor
  if (here.kind === 'geography' && !GEOGRAPHY_MEMBERS.has(name)) {
    fail(walk, { kind: 'reveals', sources: [], why: 'a member that GeoJSON does not have' })
    return 'stop'
  }
  const member = memberOf(here, name)
  const token = advance(walk.cursor)
  if (token === 'problem') {
    fail(walk, unreadable(walk))
    return 'stop'
  }
  if (member.annotated || member.operation) return readAnnotation(walk, { here, member, token })
  return walkValue(walk, token, { place: member.place, readAnnotation }) ? 'keep' : 'stop'
}
