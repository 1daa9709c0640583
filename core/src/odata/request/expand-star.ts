import type { NavigationProperty, StructuredType } from '#odata/model.ts'
import { castTo, navigate, type Position } from '#odata/position.ts'
import { type Cursor, unexpected } from '#odata/text/lexer.ts'
import { causeAt } from '#odata/text/source-text.ts'
import type { Cause } from '#odata/touches.ts'
import { touchAlong } from './auto-expand.ts'
import { optionName } from './option-names.ts'
import { readLevels } from './plain-options.ts'
import type { Reading } from './reading.ts'
import { touchReading } from './walk.ts'

/** The items that `*` stands for: by path, as they are written. */
export type Star = ReadonlyMap<string, string>

/** Reads `*`, `*` with `/$ref`, or `*($levels=2)`: all navigation properties that the model knows, also of derived types. */
export function readExpandStar(cursor: Cursor, reading: Reading, prefix: string): Star {
  const token = cursor.expect('*')
  let references = false
  let levels = 1
  if (cursor.accept('/')) {
    const suffix = cursor.next()
    if (suffix.text !== '$ref') unexpected(cursor.source, suffix, '$ref')
    references = true
  } else if (cursor.accept('(')) {
    const name = cursor.next()
    if (optionName(name.text) !== '$levels') unexpected(cursor.source, name, '$levels')
    cursor.expect('=')
    levels = readLevels(cursor)
    cursor.expect(')')
  }
  const { position } = reading
  const cause = causeAt(cursor.source, token.start, cursor.position())
  // Of a type that nobody has published, the model does not know what it has.
  if (!position || position.type.undescribed) {
    reading.context.recorder.unknownReach(cause)
    const tail = references ? '/$ref' : levels > 1 ? `($levels=${levels})` : ''
    return new Map([[`${prefix}*`, `${prefix}*${tail}`]])
  }
  const star = starItems({ cursor, reading, cause, references }, position, levels)
  return new Map([...star].map(([path, text]) => [`${prefix}${path}`, `${prefix}${text}`]))
}

/** The text of the items that are not named beside the star. */
export function writeStar(star: Star, named: ReadonlySet<string>): readonly string[] {
  return [...star].flatMap(([path, text]) => (named.has(path) ? [] : [text]))
}

type Spread = {
  readonly cursor: Cursor
  readonly reading: Reading
  readonly cause: Cause
  readonly references: boolean
}

function starItems(spread: Spread, position: Position, levels: number): Star {
  const { context, items } = spread.reading
  const star = new Map<string, string>()
  for (const [path, { type, navigation }] of ownNavigation(position.type)) {
    items.count(spread.cursor)
    const target = navigate(context.model, castTo(position, type), navigation)
    touchReading(context, target, spread.cause)
    if (!spread.references) touchAlong(context, target, spread.cause)
    const inner = levels > 1 ? [...starItems(spread, target, levels - 1).values()] : []
    const tail = spread.references ? '/$ref' : inner.length > 0 ? `($expand=${inner.join(',')})` : ''
    star.set(path, `${path}${tail}`)
  }
  return star
}

type Own = { readonly type: StructuredType; readonly navigation: NavigationProperty }

function ownNavigation(type: StructuredType): ReadonlyMap<string, Own> {
  const found = new Map<string, Own>()
  for (const navigation of type.navigation.values()) found.set(navigation.name, { type, navigation })
  for (const derived of type.derived) {
    for (const navigation of derived.navigation.values()) {
      // What a type has from its base is written once, as the base's.
      const inherited = type.navigation.has(navigation.name) || derived.base?.navigation.has(navigation.name)
      if (!inherited) found.set(`${derived.name}/${navigation.name}`, { type: derived, navigation })
    }
  }
  return found
}
