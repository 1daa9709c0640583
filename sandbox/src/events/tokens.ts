import { Refusal } from '#refusal.ts'
import type { Value } from './entity.ts'

export type Token =
  | { readonly kind: 'sign' | 'name'; readonly text: string }
  | { readonly kind: 'value'; readonly text: string; readonly value: Value }

const TOKEN =
  /\s+|(?<text>(?:[A-Za-z]\w*)?'(?:[^']|'')*')|(?<date>\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?)|(?<guid>[\da-f]{8}-[\da-f]{4}-[\da-f-]{22})|(?<number>-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)|(?<name>[$@]?[\p{L}_*][\p{L}\p{N}_.@-]*|\$\d+)|(?<sign>[(),/:;=[\]{}"+-])/giuy

const WORDS: Readonly<Record<string, Value>> = { true: true, false: false, null: null }

/** Cuts an expression into tokens. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    end = match.index + match[0].length
    const token = toToken(match.groups ?? {})
    if (token) tokens.push(token)
  }
  if (end < text.length) throw new Refusal(400, `Cannot read '${text.slice(end, end + 20)}'.`)
  return tokens
}

function toToken(found: Readonly<Record<string, string | undefined>>): Token | undefined {
  const { text, date, guid, number, name, sign } = found
  if (text !== undefined) {
    const value = text.slice(text.indexOf("'") + 1, -1).replaceAll("''", "'")
    return { kind: 'value', text, value }
  }
  if (number !== undefined) return { kind: 'value', text: number, value: Number(number) }
  const literal = date ?? guid
  if (literal !== undefined) return { kind: 'value', text: literal, value: literal }
  if (name !== undefined) {
    const word = WORDS[name.toLowerCase()]
    return word === undefined ? { kind: 'name', text: name } : { kind: 'value', text: name, value: word }
  }
  return sign === undefined ? undefined : { kind: 'sign', text: sign }
}
