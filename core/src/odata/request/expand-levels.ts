import { castTo, navigate, type Position } from '#odata/position.ts'
import type { Cursor } from '#odata/text/lexer.ts'
import { causeAt } from '#odata/text/source-text.ts'
import { touchAlong } from './auto-expand.ts'
import type { Way } from './expand-path.ts'
import type { Reading } from './reading.ts'
import { touchReading } from './walk.ts'

/** An item with `$levels`: where it begins, and how to read its options once more for another place. */
export type Repeated = {
  readonly cursor: Cursor
  readonly reading: Reading
  readonly start: number
  readonly levels: number
  readonly readAgain: (position: Position) => void
}

/**
 * `$levels`: the same property again from where it leads to, with the same options, until nothing new is reached. A property
 * that only a derived type of the target has is followed too, since services may.
 */
export function followLevels(way: Way, repeated: Repeated): void {
  const { cursor, reading, start, levels, readAgain } = repeated
  const end = cursor.position()
  const cause = causeAt(cursor.source, start, end)
  const seen = new Set([placeOf(way.target)])
  let reached: readonly Position[] = [way.target]
  for (let level = 2; level <= levels && reached.length > 0; level += 1) {
    const next = reached.flatMap((from) => againFrom(reading, from, way.navigation.name))
    reached = next.filter((position) => !seen.has(placeOf(position)))
    for (const position of reached) {
      seen.add(placeOf(position))
      touchReading(reading.context, position, cause)
      touchAlong(reading.context, position, cause)
      readAgain(way.shown === way.target ? position : castTo(position, way.shown.type))
    }
  }
  cursor.moveTo(end)
}

function againFrom(reading: Reading, from: Position, name: string): readonly Position[] {
  const own = from.type.navigation.has(name) ? [from.type] : from.type.derived
  return own.flatMap((type) => {
    const navigation = type.navigation.get(name)
    return navigation ? [navigate(reading.context.model, castTo(from, type), navigation)] : []
  })
}

function placeOf(position: Position): string {
  return `${position.type.name} ${position.steps.join('/')} ${position.sources.map((source) => source.name).join()}`
}
