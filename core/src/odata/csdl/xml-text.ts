/** Attributes by name; those without a value are left out. */
export type XmlAttributes = Readonly<Record<string, string | number | boolean | undefined>>

const ESCAPED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Text for an element or an attribute in quotes. Characters that XML 1.0 has no way to write become U+FFFD. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '\uFFFD')
    .replace(/[&<>"\t\n\r]/g, (character) => ESCAPED[character] ?? '')
}

/** An element with what stands in it, already written. */
export function xmlElement(name: string, attributes: XmlAttributes, content: readonly string[] = []): string {
  let tag = `<${name}`
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value !== undefined) tag += ` ${attribute}="${escapeXml(String(value))}"`
  }
  const inside = content.join('')
  return inside === '' ? `${tag}/>` : `${tag}>${inside}</${name}>`
}
