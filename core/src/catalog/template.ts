/** One segment of a path template. `mixed` is text around parameters, as in `/reports/{id}.pdf`. */
export type TemplateSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter' }
  | { readonly kind: 'mixed'; readonly texts: readonly string[] }

/** Segments of a path template that starts with `/`. Throws TypeError on braces that do not pair. */
export function parseTemplate(template: string): readonly TemplateSegment[] {
  if (!template.startsWith('/')) throw new TypeError(`path template does not start with "/": ${template}`)
  const body = template.slice(1)
  return body === '' ? [] : body.split('/').map((segment) => parseSegment(segment, template))
}

function parseSegment(segment: string, template: string): TemplateSegment {
  const texts = segment.split(/\{[^{}]*\}/)
  if (texts.some((text) => text.includes('{') || text.includes('}'))) {
    throw new TypeError(`path template has braces that do not pair: ${template}`)
  }
  if (texts.length === 1) return { kind: 'literal', text: segment }
  if (texts.length === 2 && texts[0] === '' && texts[1] === '') return { kind: 'parameter' }
  return { kind: 'mixed', texts }
}

/**
 * The template with its parameters' names taken out: `/Events/{OrgCode}` becomes `/Events/{}`. Two operations
 * of one method and one shape are one endpoint, because no request can tell them apart.
 */
export function templateShape(template: string, options: { readonly caseSensitive: boolean }): string {
  const shape = template.replace(/\{[^{}]*\}/g, '{}')
  return options.caseSensitive ? shape : shape.toLowerCase()
}

/** Whether a decoded segment fits text around parameters; every parameter takes at least one character. */
export function fitsMixed(segment: string, texts: readonly string[]): boolean {
  const first = texts[0] ?? ''
  const last = texts[texts.length - 1] ?? ''
  if (!segment.startsWith(first) || !segment.endsWith(last)) return false
  let from = first.length
  const end = segment.length - last.length
  for (const text of texts.slice(1, -1)) {
    const at = segment.indexOf(text, from + 1)
    if (at < 0) return false
    from = at + text.length
  }
  return from < end
}
