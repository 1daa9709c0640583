import { LIMITS } from '#odata/limits.ts'
import { type Cursor, unexpected } from '#odata/text/lexer.ts'
import { refuseAt, type SourceText } from '#odata/text/source-text.ts'
import { foldAscii } from './option-names.ts'
import { refuseLimit } from './problem.ts'

/** `$top=5`, `$skip=5`: a number of entities. */
export function readNumber(cursor: Cursor): string {
  const token = cursor.next()
  if (token.kind === 'literal' && /^\d{1,10}$/.test(token.text)) return token.text
  unexpected(cursor.source, token, 'a number of at most ten digits')
}

/** `$count=true`. */
export function readBoolean(cursor: Cursor): string {
  const token = cursor.next()
  const folded = foldAscii(token.text)
  if (token.kind === 'name' && (folded === 'true' || folded === 'false')) return folded
  unexpected(cursor.source, token, 'true or false')
}

/** `$index=0`, `$index=-1`. */
export function readIndex(cursor: Cursor): string {
  const token = cursor.next()
  if (token.kind === 'literal' && /^-?\d{1,10}$/.test(token.text)) return token.text
  unexpected(cursor.source, token, 'a whole number')
}

/** `$levels=3`; `max` is as many as are followed at most. */
export function readLevels(cursor: Cursor): number {
  const token = cursor.next()
  if (token.kind === 'name' && foldAscii(token.text) === 'max') return LIMITS.levels
  if (token.kind !== 'literal' || !/^[1-9]\d*$/.test(token.text))
    unexpected(cursor.source, token, 'a number or max')
  const levels = token.text.length > 3 ? Number.POSITIVE_INFINITY : Number.parseInt(token.text, 10)
  if (levels > LIMITS.levels) {
    const at = [cursor.source.at(token.start), cursor.source.at(token.end)] as const
    refuseLimit('levels', 'too many levels', { in: cursor.source.in, at })
  }
  return levels
}

const PARAMETERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['odata.metadata', ['minimal', 'full', 'none']],
  ['metadata', ['minimal', 'full', 'none']],
  ['odata.streaming', ['true', 'false']],
  ['streaming', ['true', 'false']],
  ['ieee754compatible', ['true', 'false']],
])

/** `$format`: JSON, by its short or its full name and OData's own parameters; others would not be looked through. */
export function readFormat(source: SourceText): string {
  const [type = '', ...parameters] = foldAscii(source.text).split(';')
  const known = parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=')
    return PARAMETERS.get(name)?.includes(value) ?? false
  })
  const names = parameters.map((parameter) => parameter.split('=')[0])
  const once = new Set(names).size === names.length
  if (type === 'json' && parameters.length === 0) return 'json'
  if (type === 'application/json' && known && once) {
    return [type, ...parameters.map((each) => each.replace('ieee754c', 'IEEE754C'))].join(';')
  }
  const problem = 'a format that is not read: json, or application/json with parameters of OData'
  return refuseAt(source, { code: 'odata_not_supported', problem }, [0, source.text.length])
}

/** `$schemaversion`: another version of the schema would be another model (odata.md row 52). */
export function readSchemaVersion(source: SourceText): string {
  if (source.text === '*') return '*'
  const problem = 'another version of the schema: only * is known'
  return refuseAt(source, { code: 'odata_not_supported', problem }, [0, source.text.length])
}
