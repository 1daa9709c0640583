/**
 * Decodes a whole address before anything is cut, so that an encoded `&`, `?` or `/` cuts as well. Real servers do this
 * (OData 4.01 part 2, 2.1 asks for the opposite), and it is the sandbox's business to be as wrong as they are.
 */
export function decodeAll(text: string): string {
  return text.replaceAll(/(?:%[\da-f]{2})+/gi, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  )
}

/** Cuts at a sign that stands outside of quotes and parentheses. */
export function splitOutside(text: string, sign: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (character === "'") quoted = !quoted
    if (quoted) continue
    if (character === sign && depth === 0) {
      parts.push(text.slice(start, index))
      start = index + 1
    } else if (character === '(' || character === '[' || character === '{') depth += 1
    else if (character === ')' || character === ']' || character === '}') depth -= 1
  }
  parts.push(text.slice(start))
  return parts
}

/** `Events(1)` and `Bookings($filter=..)`: a name, and what stands in parentheses behind it. */
export function nameAndInside(text: string): { readonly name: string; readonly inside: string | undefined } {
  const open = text.indexOf('(')
  if (open < 0) return { name: text.trim(), inside: undefined }
  return { name: text.slice(0, open).trim(), inside: text.slice(open + 1, text.lastIndexOf(')')) }
}
