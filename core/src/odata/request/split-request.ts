import { LIMITS } from '#odata/limits.ts'
import { refuseLimit, refuseMalformed } from './problem.ts'

/** A piece of a request's raw text, still encoded. `at` counts the characters before it. */
export type RawPart = { readonly raw: string; readonly at: number }

/** A query option, still encoded. `value` is undefined where the text has no `=`. */
export type RawOption = { readonly name: RawPart; readonly value: RawPart | undefined }

export type SplitRequest = {
  readonly segments: readonly RawPart[]
  readonly options: readonly RawOption[]
}

/**
 * Splits the raw text of a request before anything in it is decoded (OData Part 2, 2.1): at the first `?`, the path at
 * every `/`, the query at every `&`. Refuses what two programs could read in two ways (odata.md rows 49 and 77): empty
 * and dot segments, backslashes, encoded slashes, percents, semicolons and characters that need no encoding.
 * One `/` at the path's end is left out.
 */
export function splitRequest(text: string): SplitRequest {
  if (text.length > LIMITS.urlLength) {
    refuseLimit('urlLength', 'the address is too long', { in: 'path', at: [0, text.length] })
  }
  const mark = text.indexOf('?')
  const path = mark < 0 ? text : text.slice(0, mark)
  const invalid = /[^\x21-\x7e]|[#"<>]/.exec(text) ?? /[\\^`{|}]/.exec(path)
  if (invalid) refused('a character that must be percent-encoded', invalid.index, 1)
  const segments = splitPath(path)
  const options = mark < 0 ? [] : splitQuery(text.slice(mark + 1), mark + 1)
  return { segments, options }
}

/** Splits the options of a query, at every `&`. `a&&b` carries nothing between the two. */
export function splitQuery(query: string, start: number): readonly RawOption[] {
  const options: RawOption[] = []
  let at = start
  for (const pair of query.split('&')) {
    const equals = pair.indexOf('=')
    const name = equals < 0 ? pair : pair.slice(0, equals)
    const value = equals < 0 ? undefined : { raw: pair.slice(equals + 1), at: at + equals + 1 }
    if (pair !== '') options.push({ name: { raw: name, at }, value })
    at += pair.length + 1
  }
  return options
}

function splitPath(path: string): readonly RawPart[] {
  if (path === '' || path === '/') return []
  if (!path.startsWith('/')) refused('the address does not start with "/"', 0, 1)
  const segments: RawPart[] = []
  let at = 1
  for (const raw of path.slice(1, path.endsWith('/') ? -1 : undefined).split('/')) {
    checkSegment(raw, at)
    segments.push({ raw, at })
    at += raw.length + 1
  }
  if (segments.length > LIMITS.pathSegments) {
    refuseLimit('pathSegments', 'the path has too many segments', { in: 'path', at: [0, path.length] })
  }
  return segments
}

function checkSegment(raw: string, at: number): void {
  if (raw === '') refused('an empty path segment', at, 0)
  if (raw.includes(';')) refused('a ";" in the path', at + raw.indexOf(';'), 1)
  // A final dot or space is dropped by some servers; "." and ".." end in a dot and fall here too.
  if (/(?:\.|%20)$/.test(raw)) refused('a path segment that ends in a dot or a space', at, raw.length)
  if (!raw.includes('%')) return
  const ambiguous = /%(?:2f|5c|25|3b|3f|23|0[0-9a-f]|1[0-9a-f]|7f)/i.exec(raw)
  if (ambiguous) {
    const hint = /2f/i.test(ambiguous[0]) ? '; give a key with a "/" by an alias: (@k)?@k=..' : ''
    const problem = `"${ambiguous[0]}" in the path, which servers read differently${hint}`
    refused(problem, at + ambiguous.index, 3)
  }
  const needless = /%(?:2d|2e|5f|7e|3[0-9]|4[1-9a-f]|5[0-9a]|6[1-9a-f]|7[0-9a])/i.exec(raw)
  if (needless) {
    refused(`"${needless[0]}", an encoded character that needs no encoding`, at + needless.index, 3)
  }
}

function refused(problem: string, at: number, length: number): never {
  refuseMalformed(problem, { in: 'path', at: [at, at + length] })
}
