/**
 * What of OASIS's grammar is refused, and why. Every positive case that `matches` has to be refused, and every other one
 * has to be accepted: what becomes supported leaves this list. Rows are those of the threat table.
 */
export type NotSupported = { readonly reason: string; readonly matches: RegExp }

export const NOT_SUPPORTED: readonly NotSupported[] = [
  {
    reason: 'A fragment is never part of a request (RFC 9110 7.1)',
    matches: /\$metadata#/,
  },
  {
    reason: 'What an annotation holds is not in the model: its reach is unknown (row 46)',
    matches: /[=/,(]@(?:Core|Measures|Namespace|Currency|Messages)\b/,
  },
  {
    reason: 'Custom options are service-defined: refused unless the catalog declares them (row 50)',
    matches: /[?&](?:!special|find)|^!|^find=|!deltatoken/,
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
  {
    reason:
      'Servers decode a slash or a semicolon in a path at different times; an alias does the same safely (row 77)',
    matches: /Smartphone%2F|'Tablet%2F|^'ABC.*;/,
  },
  {
    reason: 'An alias without a value, or one that nothing uses (row 44)',
    matches: /\(@foo\)\/\$each$|color=@color|@c=15/,
  },
  {
    reason: 'The same option or the same item twice: servers differ (row 48)',
    matches: /\$format=\w+&\$Format|Category\(\$levels=4\),Category|=\*,\*\/\$ref|Address\/\*\/\$ref,/,
  },
  {
    reason:
      'Within the limit of 50 items of $expand in other models: here each type has each navigation property',
    matches: /Address\/\*,Address\/Address\/\*/,
  },
  {
    reason: 'Answers in formats other than JSON cannot be looked through',
    matches: /format=(?:text\/html|multipart)/,
  },
  {
    reason:
      'Values of requests name entities by paths from $root alone, and never nest them (rows 56, 58 and 62)',
    matches: /"@(?:odata\.|something)|"(?:Country|Orders)":\[?\$root/,
  },
  {
    reason: 'In $search, what a server could take for a delimiter or an operator stands in quotes (row 49)',
    matches: /\$search=(?:%231|more%26|a%3Bb|'|(?:AND|OR|NOT)(?: (?:AND|OR|NOT))*$)/,
  },
  {
    reason:
      'Page tokens are those of the gateway; delimiters of requests are not among their characters (row 51)',
    matches: /token=.*\?=/,
  },
  {
    reason: 'Of $apply, other transformations and methods are not forwarded (row 40)',
    matches:
      /\b(?:addnested|nest|join|outerjoin|(?:top|bottom)(?:count|sum|percent)|rollup|rolluprecursive|ancestors|descendants|traverse|apply=search|Custom\.condense|Self\.TopCountAndBalance)\(|with Custom\.| from (?:Time|Product)/,
  },
  {
    reason: 'Custom aggregates are not in the model: what they are computed of is unknown (row 40)',
    matches: /\b(?:Forecast|Budget)\b/,
  },
  {
    reason: 'Aggregation inside of expressions is not forwarded (row 40)',
    matches: /isdefined\(|\w\/aggregate\(|\$these/,
  },
  {
    reason: '$count of something that is no collection has no meaning that servers share',
    matches: /aggregate\((?:Product\/)?(?:Self\.DigitalProduct\/)?\$count as Stuff|\(Product\/\$count as/,
  },
  {
    reason: 'Data of another time is another query; no upstream here has it (row 53)',
    matches: /\$(?:at|from|to|toInclusive)=/,
  },
]

/** Negative cases that stand for something else in a request than where OASIS puts them. */
export const OTHERWISE: readonly NotSupported[] = [
  {
    reason:
      'No date, no truth value, but a number: all of them can stand at the place where the case is put here',
    matches: /^(?:-?INF|[01])$/,
  },
  {
    reason: "Any segment can be a key of text; it is forwarded as one: Categories('TheBestProduct()')",
    matches: /^Categories\/TheBestProduct\(\)$/,
  },
]
