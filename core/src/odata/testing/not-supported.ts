/**
 * What of OASIS's grammar is refused, and why. Every positive case that `matches` has to be refused, and every other one
 * has to be accepted: what becomes supported leaves this list.
 */
export type NotSupported = {
  readonly reason: string
  readonly matches: RegExp
  readonly only?: readonly string[]
}

export const NOT_SUPPORTED: readonly NotSupported[] = [
  {
    reason: 'A fragment is never part of a request (RFC 9110 7.1)',
    matches: /\$metadata#/,
  },
  {
    reason: 'What an annotation holds is not in the model: its reach is unknown (odata.md row 46)',
    matches: /[=/,(]@(?:Core|Measures|Namespace|Currency|Messages)\b/,
  },
  {
    reason: 'Custom options are service-defined: refused unless the catalog declares them (row 50)',
    matches: /[?&=](?:!special|!deltatoken|find)|^!|^find=/,
  },
  {
    reason: 'An implicit parameter alias is a custom option in other words (row 14)',
    matches: /\?@?(?:ManagerID|categoryId|color)=/,
  },
  {
    reason: 'Another version of the schema is another model (row 52)',
    matches: /schemaversion=(?!\*)/,
  },
  {
    reason: 'An entity-id of a foreign origin is nobody knows what (row 19)',
    matches: /\$entity.*id=(?:http:\/\/host\/path|urn:|http:\/\/myservice)/,
  },
]
