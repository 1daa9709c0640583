import { Refusal } from '#refusal.ts'

// A string literal, a bracket or separator, a run of anything else, or a quote that nothing closes.
const TOKEN = /'(?:[^']|'')*'|[();,]|[^'();,]+|'/g
const DATE = /\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2})?)?/g
const DEPTH_MAX = 50
const ZONE = /(?:Z|[+-]\d{2}:\d{2})$/i

/**
 * Rewrites decoded option text into what @balena/odata-parser reads. It departs from OData v4 in five
 * places: it has no bare date literals, decodes literals a second time, takes blanks in few places,
 * gives `and` no precedence over `or`, and sorts descending where no direction is given.
 */
export function prepare(text: string): string {
  const tokens: string[] = []
  for (const [token] of text.replace(/\s+/g, ' ').trim().matchAll(TOKEN)) {
    if (token === "'") throw new Refusal(400, `A quote is not closed in: ${text}`)
    tokens.push(token.startsWith("'") ? literal(token, tokens) : rewriteBare(token))
  }
  return sortAscending(group(tokens.join('')))
}

/** Takes the `DateTime` of the older dialect off the tokens before it, since a bare date becomes one anyway. */
function literal(token: string, before: string[]): string {
  const last = before.at(-1) ?? ''
  const prefix = /datetime(?:offset)?$/i.exec(last)
  if (prefix === null) return encodeLiteral(token.slice(1, -1))
  before[before.length - 1] = last.slice(0, prefix.index)
  return dateLiteral(token.slice(1, -1))
}

function rewriteBare(token: string): string {
  return token.replace(DATE, dateLiteral)
}

/** The parser would read a time without zone as local; dates here are written in the venue's UTC. */
function dateLiteral(date: string): string {
  const instant = Date.parse(ZONE.test(date) ? date : date.includes('T') ? `${date}Z` : date)
  if (Number.isNaN(instant)) throw new Refusal(400, `Not a date: ${date}`)
  return `datetime'${encodeURIComponent(new Date(instant).toISOString())}'`
}

/** Brackets too, so that what follows can look at structure without minding literals. */
function encodeLiteral(inner: string): string {
  const encoded = encodeURIComponent(inner).replaceAll('(', '%28').replaceAll(')', '%29')
  return `'${encoded}'`
}

/** Puts brackets around each run of `and` that stands beside an `or`, at every depth. */
function group(text: string): string {
  const { pieces, rest } = cut(text, 0)
  if (rest !== '') throw new Refusal(400, `A bracket is not opened before: ${rest}`)
  return pieces
}

/** Reads up to the bracket that closes this level, or to the end. */
function cut(text: string, depth: number): { readonly pieces: string; readonly rest: string } {
  if (depth > DEPTH_MAX) throw new Refusal(400, `Brackets nest deeper than ${DEPTH_MAX} levels.`)
  let pieces = ''
  let piece = ''
  let rest = text
  while (rest !== '' && !rest.startsWith(')')) {
    const [head = ''] = /^[^();,&]+|^./.exec(rest) ?? []
    rest = rest.slice(head.length)
    if (head === '(') {
      const inner = cut(rest, depth + 1)
      if (!inner.rest.startsWith(')')) throw new Refusal(400, `A bracket is not closed in: ${text}`)
      piece += `(${inner.pieces})`
      rest = inner.rest.slice(1)
    } else if (head === ',' || head === ';' || head === '&') {
      pieces += `${bracketAnds(piece).trim()}${head}`
      piece = ''
    } else {
      piece += head
    }
  }
  return { pieces: pieces + bracketAnds(piece).trim(), rest }
}

/** One condition, perhaps behind `$filter=` or the `x:` of a lambda. */
function bracketAnds(piece: string): string {
  const [prefix = ''] = /^\s*(?:\$filter=\s*|\w+:\s*)?/.exec(piece) ?? []
  const alternatives = outsideBrackets(piece.slice(prefix.length))
  if (alternatives.length < 2) return prefix.trim() + piece.slice(prefix.length)
  return prefix.trim() + alternatives.map((one) => (/ and /.test(one) ? `(${one})` : one)).join(' or ')
}

function outsideBrackets(text: string): readonly string[] {
  const parts = ['']
  let depth = 0
  for (const word of text.split(/(\(|\)| or )/)) {
    depth += word === '(' ? 1 : word === ')' ? -1 : 0
    if (word === ' or ' && depth === 0) parts.push('')
    else parts[parts.length - 1] += word
  }
  return parts
}

function sortAscending(text: string): string {
  return text.replace(/(\$orderby=)([^;&()]*)/g, (_, name: string, list: string) => {
    const items = list.split(',').map((item) => (/ (?:asc|desc)$/.test(item) ? item : `${item} asc`))
    return name + items.join(',')
  })
}
