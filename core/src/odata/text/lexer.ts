import {
  isAsciiNameCharacter,
  isNameCharacter,
  prefixedType,
  quotedEnd,
  unquotedLiteral,
} from './literals.ts'
import { refuseAt, type SourceText } from './source-text.ts'

/**
 * - `name`: an identifier, or several joined by dots; operators and functions too
 * - `string`: `'...'` with its quotes; `json`: `"..."` with its quotes
 * - `literal`: any other literal; `type` says which
 * - `system`: `$it`; `alias`: `@p`, or an annotation `@NS.Term`
 * - `mark`: one character
 */
export type TokenKind = 'name' | 'string' | 'json' | 'literal' | 'system' | 'alias' | 'mark' | 'end'

export type Token = {
  readonly kind: TokenKind
  readonly text: string
  /** Of a literal: `Edm.Guid`, or as written the name of an enumeration. */
  readonly type: string | undefined
  /** Offsets in the decoded text. */
  readonly start: number
  readonly end: number
  /** Whether whitespace (SP, HTAB) stood before it. */
  readonly spaced: boolean
}

/** Reads one text from left to right. Every parser leaves it at the first token that it does not use. */
export type Cursor = {
  readonly source: SourceText
  /** The next token, which stays there. */
  readonly peek: () => Token
  /** The next token, which is used up. */
  readonly next: () => Token
  /** Uses up the mark if it comes next. */
  readonly accept: (mark: string) => boolean
  /** Uses up the mark, or refuses what stands there instead. */
  readonly expect: (mark: string) => Token
  /** Refuses whatever is left. */
  readonly expectEnd: () => void
  /** Offset behind the last token used up. */
  readonly position: () => number
  /** Goes to an offset, for bounded looking ahead and for texts of another grammar (`$search`). */
  readonly moveTo: (position: number) => void
}

const IDENTIFIER = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*/uy
const IDENTIFIER_LENGTH = 128
const MARKS = '(),;:/=*-{}[]'

/** A cursor at the beginning of a text. */
export function createCursor(source: SourceText): Cursor {
  let used = 0
  let ahead: Token | undefined
  const peek = (): Token => {
    ahead ??= readToken(source, used)
    return ahead
  }
  const next = (): Token => {
    const token = peek()
    used = token.end
    ahead = undefined
    return token
  }
  const isNext = (mark: string): boolean => isMark(peek(), mark)
  return {
    source,
    peek,
    next,
    accept: (mark) => {
      const found = isNext(mark)
      if (found) next()
      return found
    },
    expect: (mark) => (isNext(mark) ? next() : unexpected(source, peek(), `"${mark}"`)),
    expectEnd: () => {
      if (peek().kind !== 'end') unexpected(source, peek(), 'the end')
    },
    position: () => used,
    moveTo: (position) => {
      used = position
      ahead = undefined
    },
  }
}

/** Whether a token is this one character. */
export function isMark(token: Token, mark: string): boolean {
  return token.kind === 'mark' && token.text === mark
}

/** Refuses a token and says what was expected in its place. */
export function unexpected(source: SourceText, token: Token, expected: string): never {
  const found = token.kind === 'end' ? 'the end of the text' : `"${token.text.slice(0, 60)}"`
  return refuseAt(source, { code: 'odata_malformed', problem: `${expected} expected, found ${found}` }, [
    token.start,
    token.end,
  ])
}

function readToken(source: SourceText, from: number): Token {
  const { text } = source
  let start = from
  while (text[start] === ' ' || text[start] === '\t') start += 1
  const token = (kind: TokenKind, end: number, type?: string): Token => ({
    kind,
    text: text.slice(start, end),
    type,
    start,
    end,
    spaced: start > from,
  })
  const first = text[start]
  if (first === undefined) return token('end', start)
  if (first === "'") return token('string', quoted(source, start))
  if (first === '"') return token('json', jsonStringEnd(source, start))
  if (first === '$') return token('system', identifierEnd(source, start + 1, 'a name behind "$"'))
  if (first === '@') return token('alias', qualifiedEnd(source, start + 1, 'a name behind "@"'))
  const literal = unquotedLiteral(text, start)
  if (literal) return token('literal', literal.end, literal.type)
  if (MARKS.includes(first)) return token('mark', start + 1)
  if (isNameCharacter(text, start)) return readName(source, start, token)
  return strange(source, start)
}

function readName(
  source: SourceText,
  start: number,
  token: (kind: TokenKind, end: number, type?: string) => Token,
): Token {
  const end = qualifiedEnd(source, start, 'a name')
  if (source.text[end] !== "'") return token('name', end)
  const literalEnd = quoted(source, end)
  const type = prefixedType(source.text.slice(start, end), source.text.slice(end + 1, literalEnd - 1))
  if (type !== undefined) return token('literal', literalEnd, type)
  const problem = `not a value of ${source.text.slice(start, end)}`
  return refuseAt(source, { code: 'odata_malformed', problem }, [start, literalEnd])
}

/** The end of an identifier, or of several joined by dots. */
function qualifiedEnd(source: SourceText, index: number, expected: string): number {
  let end = identifierEnd(source, index, expected)
  while (source.text[end] === '.' && isNameCharacter(source.text, end + 1))
    end = identifierEnd(source, end + 1, 'a name behind "."')
  return end
}

function identifierEnd(source: SourceText, index: number, expected: string): number {
  const ascii = asciiIdentifierEnd(source.text, index)
  if (ascii !== undefined && ascii - index <= IDENTIFIER_LENGTH) return ascii
  IDENTIFIER.lastIndex = index
  const found = IDENTIFIER.exec(source.text)?.[0]
  if (found !== undefined && found.length <= IDENTIFIER_LENGTH) return index + found.length
  const problem = found === undefined ? `${expected} expected` : 'a name of more than 128 characters'
  return refuseAt(source, { code: 'odata_malformed', problem }, [index, index + (found?.length ?? 1)])
}

/** Nearly all names are ASCII. Undefined where this one is not, or is none. */
function asciiIdentifierEnd(text: string, index: number): number | undefined {
  const first = text.charCodeAt(index)
  if (!isAsciiNameCharacter(first) || (first >= 0x30 && first <= 0x39)) return undefined
  let end = index + 1
  while (isAsciiNameCharacter(text.charCodeAt(end))) end += 1
  return text.charCodeAt(end) >= 0x80 ? undefined : end
}

function quoted(source: SourceText, start: number): number {
  const end = quotedEnd(source.text, start)
  if (end !== undefined) return end
  const problem = `"'" begins a text that never ends`
  return refuseAt(source, { code: 'odata_malformed', problem }, [start, source.text.length])
}

/** JSON's string (RFC 8259 7). Controls in it have to be escaped. */
function jsonStringEnd(source: SourceText, start: number): number {
  const { text } = source
  let index = start + 1
  while (index < text.length) {
    const character = text[index]
    if (character === '"') return index + 1
    if (character === '\\' && !/^\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})$/.test(escapeAt(text, index))) break
    // Services that decode before they split, or know single quotes alone, would find other options at such a sign; JSON
    // can write \\u0026.
    if (character !== undefined && (character < ' ' || "&#%;'".includes(character))) break
    index += character === '\\' ? escapeAt(text, index).length : 1
  }
  const problem =
    "a JSON text that never ends, an escape or control that JSON does not have, or one of & # % ; and ' without an escape"
  return refuseAt(source, { code: 'odata_malformed', problem }, [start, index])
}

function escapeAt(text: string, index: number): string {
  return text.slice(index, index + (text[index + 1] === 'u' ? 6 : 2))
}

function strange(source: SourceText, index: number): never {
  const code = source.text.codePointAt(index) ?? 0
  const character = String.fromCodePoint(code)
  const problem =
    character === '+'
      ? '"+" outside a literal: write %20 for a space, %2B for a plus sign'
      : `a character that stands only in quoted texts: ${code < 0x20 ? 'a control' : `"${character}"`}`
  return refuseAt(source, { code: 'odata_malformed', problem }, [index, index + character.length])
}
