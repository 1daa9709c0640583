/**
 * Percent-encodes one decoded path segment: what may stand plain in a path of OData stays plain, and no more (RFC 3986 3.3).
 */
export function writeSegment(segment: string): string {
  if (!/[^-A-Za-z0-9._~!$&'()*,:=@]/.test(segment)) return segment
  return segment.replaceAll(/[^-A-Za-z0-9._~!$&'()*,:=@]+/g, encodeURIComponent)
}

/** Percent-encodes a decoded name or value of a query. Inside of quotes a "/" does not stand plain (ABNF pchar-no-SQUOTE). */
export function writeQueryText(text: string): string {
  const encoded = /[^-A-Za-z0-9._~!$'()*,:=@/ ]/.test(text)
    ? text.replaceAll(/[^-A-Za-z0-9._~!$'()*,:=@/]+/g, encodeURIComponent)
    : text.replaceAll(' ', '%20')
  if (!encoded.includes("'") || !encoded.includes('/')) return encoded
  return encoded.replaceAll(/'[^']*'/g, (quoted) => quoted.replaceAll('/', '%2F'))
}

/** A target of canonical segments and options, both decoded; options as `name=value`. */
export function writeTarget(segments: readonly string[], options: readonly string[]): string {
  const path = `/${segments.map(writeSegment).join('/')}`
  return options.length > 0 ? `${path}?${options.map(writeQueryText).join('&')}` : path
}
