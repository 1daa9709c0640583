import type { Cursor } from '#odata/text/lexer.ts'
import { causeAt, refuseAt } from '#odata/text/source-text.ts'
import type { SearchExpression } from './ast.ts'
import type { Context } from './context.ts'
import type { Typed } from './scope.ts'

/**
 * Reads `$search` (ABNF searchExpr) up to a `)` that it did not open, a `;` or the end. What a service searches cannot
 * be seen from the request: of unknown reach, unless every source is marked `searchOwnOnly`. Throws a `Refusal`.
 */
export function readSearch(cursor: Cursor, target: Typed, context: Context): SearchExpression {
  const start = cursor.position()
  const reader: Reader = { cursor, context, index: start }
  const search = readOr(reader)
  cursor.moveTo(reader.index)
  const { text } = cursor.source
  // To whoever knows single quotes alone it would begin a literal, which swallows what divides the options behind it.
  if (reader.index < text.length && text.slice(start, reader.index).includes("'"))
    return malformed(
      reader,
      'an apostrophe in a $search with something behind it, which services read differently',
    )
  const sources = target.kind === 'structured' ? target.position.sources : []
  if (sources.length === 0 || !sources.every((source) => source.searchOwnOnly))
    context.recorder.unknownReach(causeAt(cursor.source, start, reader.index))
  return search
}

type Reader = { readonly cursor: Cursor; readonly context: Context; index: number }

function readOr(reader: Reader): SearchExpression {
  const operands = [readAnd(reader)]
  while (acceptWord(reader, 'OR')) operands.push(readAnd(reader))
  const [only] = operands
  return only && operands.length === 1 ? only : { kind: 'or', operands }
}

function readAnd(reader: Reader): SearchExpression {
  const operands = [readNot(reader)]
  while (true) {
    const end = reader.index
    if (!atEnd(reader) && reader.index === end) return malformed(reader, 'white space expected')
    if (!acceptWord(reader, 'AND') && (atEnd(reader) || peekWord(reader) === 'OR')) break
    operands.push(readNot(reader))
  }
  const [only] = operands
  return only && operands.length === 1 ? only : { kind: 'and', operands }
}

function readNot(reader: Reader): SearchExpression {
  reader.context.budget.node(reader.cursor.source, reader.index)
  if (!acceptWord(reader, 'NOT')) return readTerm(reader)
  return deeper(reader, () => ({ kind: 'not', operand: readNot(reader) }))
}

function readTerm(reader: Reader): SearchExpression {
  skipSpace(reader)
  const { text } = reader.cursor.source
  const start = reader.index
  if (text[start] === '(') {
    return deeper(reader, () => {
      reader.index += 1
      const inner = readOr(reader)
      skipSpace(reader)
      if (text[reader.index] !== ')') return malformed(reader, '")" expected')
      reader.index += 1
      return { kind: 'group', inner }
    })
  }
  if (text[start] === '"') return readPhrase(reader)
  const word = peekWord(reader)
  if (word === '' || word === 'AND' || word === 'OR') return malformed(reader, 'a word or a phrase expected')
  const bad = /^'|[^\p{L}\p{M}\p{N}\p{Pd}\p{Pc}\p{Cf}\p{So}\p{Sc}.~!*,:@/='_]/u.exec(word)
  if (bad) {
    reader.index += bad.index
    return malformed(reader, 'a character that stands only in phrases ("...")')
  }
  reader.index += word.length
  return { kind: 'term', text: word }
}

function readPhrase(reader: Reader): SearchExpression {
  const { text } = reader.cursor.source
  const start = reader.index
  const end = text.indexOf('"', start + 1)
  if (end <= start + 1) return malformed(reader, 'a phrase that is empty or never ends')
  // A backslash before the end is an escape to some and a letter to others.
  if (text[end - 1] === '\\') return malformed(reader, 'a backslash before the end of a phrase')
  // Services that decode before they split would find other options here.
  const delimiter = /[&#;%]/.exec(text.slice(start, end))
  if (delimiter) {
    reader.index += delimiter.index
    return malformed(reader, 'a delimiter of requests (& # ; %) in a phrase')
  }
  reader.index = end + 1
  return { kind: 'term', text: text.slice(start, end + 1) }
}

function acceptWord(reader: Reader, wanted: string): boolean {
  if (peekWord(reader) !== wanted) return false
  reader.index += wanted.length
  if (/["(]/.test(reader.cursor.source.text[reader.index] ?? ''))
    return malformed(reader, 'white space expected')
  return true
}

const WORD = /[^ \t()";]*/y

function peekWord(reader: Reader): string {
  skipSpace(reader)
  WORD.lastIndex = reader.index
  return WORD.exec(reader.cursor.source.text)?.[0] ?? ''
}

function atEnd(reader: Reader): boolean {
  skipSpace(reader)
  const character = reader.cursor.source.text[reader.index]
  return character === undefined || character === ')' || character === ';'
}

function skipSpace(reader: Reader): void {
  const { text } = reader.cursor.source
  while (text[reader.index] === ' ' || text[reader.index] === '\t') reader.index += 1
}

function deeper(reader: Reader, read: () => SearchExpression): SearchExpression {
  return reader.context.budget.deeper(reader.cursor.source, reader.index, read)
}

function malformed(reader: Reader, problem: string): never {
  const { index } = reader
  return refuseAt(reader.cursor.source, { code: 'odata_malformed', problem }, [index, index + 1])
}
