/**
 * A next link with every `$skiptoken` replaced by what `wrap` makes of its decoded value: in any case and encoding, with
 * or without `$`, and among the options that Momentus carries in one parameter `ODataQuery`. One inside `$expand=(...)`
 * stays: the analysis refuses it when it comes back. Undefined where a token cannot be decoded, or a name cannot.
 */
export function wrapNextLink(link: string, wrap: (token: string) => string): string | undefined {
  const mark = link.indexOf('?')
  if (mark < 0) return link
  const hash = link.indexOf('#', mark)
  const end = hash < 0 ? link.length : hash
  const options: string[] = []
  for (const option of link.slice(mark + 1, end).split('&')) {
    const wrapped = wrapOption(option, wrap)
    if (wrapped === undefined) return undefined
    options.push(wrapped)
  }
  return `${link.slice(0, mark + 1)}${options.join('&')}${link.slice(end)}`
}

function wrapOption(option: string, wrap: (token: string) => string): string | undefined {
  const { name: rawName, value: rawValue } = cut(option)
  const name = decode(rawName)
  if (name === undefined) return undefined
  if (isSkipToken(name)) {
    const token = decode(rawValue)
    return token === undefined ? undefined : `${rawName}=${wrap(token)}`
  }
  if (name.toLowerCase() !== 'odataquery') return option
  const inner = decode(rawValue)
  if (inner === undefined) return undefined
  const wrapped = wrapInner(inner, wrap)
  return wrapped === inner ? option : `${rawName}=${encodeURIComponent(wrapped)}`
}

/** The options of `ODataQuery` are encoded once, as a whole, and end at ampersands outside quotes. */
function wrapInner(inner: string, wrap: (token: string) => string): string {
  return splitOutsideQuotes(inner)
    .map((option) => {
      const { name, value } = cut(option)
      return isSkipToken(name) ? `${name}=${wrap(value)}` : option
    })
    .join('&')
}

function splitOutsideQuotes(text: string): readonly string[] {
  const parts: string[] = []
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at)
    if (character === "'") quoted = !quoted
    if (character !== '&' || quoted) continue
    parts.push(text.slice(start, at))
    start = at + 1
  }
  return [...parts, text.slice(start)]
}

function cut(option: string): { readonly name: string; readonly value: string } {
  const equals = option.indexOf('=')
  return equals < 0
    ? { name: option, value: '' }
    : { name: option.slice(0, equals), value: option.slice(equals + 1) }
}

function isSkipToken(name: string): boolean {
  const folded = name.trim().toLowerCase()
  return folded === '$skiptoken' || folded === 'skiptoken'
}

/** `+` is a space to whoever writes links by the rules of forms; whoever does not writes a plus as %2B. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
