import { type Cursor, isMark, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import { readExpandPath } from './expand-path.ts'
import { readExpandStar, type Star, writeStar } from './expand-star.ts'
import type { Reading } from './reading.ts'

/** One item: a navigation property by its path, or `*` behind a path, whose place the list of all others takes. */
export type ExpandItem =
  | { readonly kind: 'path'; readonly path: string; readonly text: string }
  | { readonly kind: 'star'; readonly prefix: string; readonly star: Star }

/**
 * Reads `$expand` (URL conventions 5.1.3) and gives its canonical text, empty where nothing is left. `*` is written as the
 * list that the model knows, so that a property which the service gets later never rides along. Every target is touched.
 */
export function readExpand(cursor: Cursor, reading: Reading): string {
  const items: ExpandItem[] = []
  do {
    const { start } = cursor.peek()
    const item = readItem(cursor, reading)
    const twice = items.some((other) => samePlace(other, item))
    if (twice) {
      const problem = 'a second item for the same property, which servers read differently'
      refuseAt(cursor.source, { code: 'odata_malformed', problem }, [start, cursor.position()])
    }
    items.push(item)
  } while (cursor.accept(','))
  const named = new Set(items.flatMap((item) => (item.kind === 'path' ? [item.path] : [])))
  return items.flatMap((item) => (item.kind === 'path' ? [item.text] : writeStar(item.star, named))).join(',')
}

function readItem(cursor: Cursor, reading: Reading): ExpandItem {
  reading.items.count(cursor)
  const token = cursor.peek()
  if (isMark(token, '*')) {
    return { kind: 'star', prefix: '', star: readExpandStar(cursor, reading, '') }
  }
  if (token.kind === 'alias') {
    refuseAt(cursor.source, { code: 'odata_not_supported', problem: 'annotations are not expanded' }, [
      token.start,
      token.end,
    ])
  }
  if (token.kind === 'system' && token.text === '$value') {
    cursor.next()
    const { position } = reading
    const types = position ? [position.type, ...position.type.derived] : []
    if (!types.some((type) => type.hasStream)) unexpected(cursor.source, token, 'a navigation property')
    return { kind: 'path', path: '$value', text: '$value' }
  }
  return readExpandPath(cursor, reading)
}

function samePlace(one: ExpandItem, other: ExpandItem): boolean {
  if (one.kind === 'star') return other.kind === 'star' && one.prefix === other.prefix
  return other.kind === 'path' && one.path === other.path
}
