// One token, with the white space before it.
const TOKEN =
  /[ \t\n\r]*([{}[\],:]|"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

type Expectation = 'value' | 'value or ]' | 'key' | 'key or }' | ':' | ', or end'

/**
 * Where a text stops being JSON, as an index; undefined where it is JSON. JSON.parse does not always tell,
 * and its messages quote the text, which may hold a password.
 */
function jsonErrorIndex(text: string): number | undefined {
  const open: ('{' | '[')[] = []
  let expected: Expectation = 'value'
  let at = 0
  for (;;) {
    TOKEN.lastIndex = at
    const token = TOKEN.exec(text)?.[1]
    if (token === undefined) break
    const next = step(expected, token, open)
    if (next === undefined) return TOKEN.lastIndex - token.length
    at = TOKEN.lastIndex
    expected = next
  }
  const rest = text.slice(at).search(/[^ \t\n\r]/)
  if (rest >= 0) return at + rest
  return open.length === 0 && expected === ', or end' ? undefined : text.length
}

/** What may follow, or undefined where the token may not stand here. Keeps the list of what is open. */
function step(expected: Expectation, token: string, open: ('{' | '[')[]): Expectation | undefined {
  const inside = open.at(-1)
  if (token === '}' || token === ']') {
    const empty = token === '}' ? expected === 'key or }' : expected === 'value or ]'
    const closes = inside === (token === '}' ? '{' : '[')
    if (!closes || !(empty || expected === ', or end')) return undefined
    open.pop()
    return ', or end'
  }
  if (expected === 'key' || expected === 'key or }') return token.startsWith('"') ? ':' : undefined
  if (expected === ':') return token === ':' ? 'value' : undefined
  if (expected === ', or end') {
    if (token !== ',' || inside === undefined) return undefined
    return inside === '{' ? 'key' : 'value'
  }
  if (token === ',' || token === ':') return undefined
  if (token === '{' || token === '[') {
    open.push(token)
    return token === '{' ? 'key or }' : 'value or ]'
  }
  return ', or end'
}

/** Where a text stops being JSON, in words: `line 2, column 14`. Undefined where it is JSON. Quotes nothing. */
export function jsonErrorPlace(text: string): string | undefined {
  const index = jsonErrorIndex(text)
  if (index === undefined) return undefined
  const lines = text.slice(0, index).split('\n')
  return `line ${lines.length}, column ${(lines.at(-1)?.length ?? 0) + 1}`
}
