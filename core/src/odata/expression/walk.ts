import { endpointKeys, type Position } from '#odata/position.ts'
import { causeAt, refuseAt } from '#odata/text/source-text.ts'
import type { Segment } from './ast.ts'
import type { Typed } from './scope.ts'
import type { State } from './state.ts'

/** How far the reading of one path has come. */
export type Walk = {
  readonly state: State
  /** Where the path begins. */
  readonly start: number
  readonly segments: Segment[]
  type: Typed
  /** Names from the instance that bare names belong to; undefined for paths that begin elsewhere. */
  steps: string[] | undefined
  /** Endpoints named since the last `flush`, whose words are known when the path goes no further. */
  readonly pending: Set<string>
}

export function beginWalk(state: State, type: Typed, fromThis: boolean): Walk {
  const start = state.cursor.peek().start
  return { state, start, segments: [], type, steps: fromThis ? [] : undefined, pending: new Set() }
}

/** Adds a segment and what it leads to. */
export function step(walk: Walk, segment: Segment, type: Typed): void {
  walk.segments.push(segment)
  walk.type = type
  if (segment.kind === 'name') walk.steps?.push(segment.name)
  walk.state.context.budget.node(walk.state.cursor.source, walk.start)
}

/** Notes that entities at a position are read. Refused where nobody has published where they are. */
export function reads(walk: Walk, position: Position, range: readonly [number, number]): void {
  if (position.sources.length === 0) {
    refuseAt(
      walk.state.cursor.source,
      { code: 'odata_unknown_name', problem: 'where it leads is not published' },
      range,
    )
  }
  for (const key of endpointKeys(position, 'GET')) walk.pending.add(key)
}

/** Records what was named so far, with the words of the path up to here. */
export function flush(walk: Walk): void {
  const { cursor, context } = walk.state
  const cause = causeAt(cursor.source, walk.start, cursor.position())
  for (const key of walk.pending) context.recorder.touch(key, cause)
  walk.pending.clear()
}

/** Records that nobody knows what the path reaches from here. */
export function unknownReach(walk: Walk): void {
  const { cursor, context } = walk.state
  context.recorder.unknownReach(causeAt(cursor.source, walk.start, cursor.position()))
}

/** Refuses a name, and says what it should have been one of. */
export function unknownName(walk: Walk, range: readonly [number, number], expected: string): never {
  const { source } = walk.state.cursor
  const problem = `"${source.text.slice(...range).slice(0, 128)}" is not known here: ${expected} expected`
  return refuseAt(source, { code: 'odata_unknown_name', problem }, range)
}
