import { type QueryParameter, writeSegment } from '#target.ts'
import type { Match, Matcher } from './matcher.ts'
import { fold } from './trie.ts'

/** Options that select rows and columns of the set itself, as long as no path stands in them. */
const OWN_OPTIONS = new Set([
  '$filter',
  '$select',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$format',
  '$skiptoken',
])

/** Words before a parenthesis that compute from values alone (OData 4.01 Part 2, 5.1.1), and the operators. */
const OWN_FUNCTIONS = new Set(
  `and or not in eq ne gt ge lt le add sub mul div divby mod concat contains endswith indexof length startswith
  substring substringof matchesPattern tolower toupper trim date day fractionalseconds hour maxdatetime mindatetime
  minute month now second time totaloffsetminutes totalseconds year ceiling floor round`.split(/\s+/),
)

const LITERAL = String.raw`(?:'(?:[^']|'')*'|[0-9A-Za-z.:_-]+)`

/** `(10)`, `('A-1')`, `(OrganizationCode='10',EventID=9427)`: literals only, no alias and no expression. */
const PLAIN_KEY = new RegExp(String.raw`^\((?:\w+=)?${LITERAL}(?:,\w+=${LITERAL})*\)$`)

/**
 * Finds the entity set that an OData request is addressed to, and lists what in it could reach other sets.
 *
 * `/{Set}` and `/{Set}(key)` with options that hold no path stay inside the set. Everything else is `further`:
 * it is forwarded for a credential that may call everything, and refused for every other (odata.md section 1).
 */
export function matchODataPath(
  matcher: Matcher,
  method: string,
  segments: readonly string[],
  query: readonly QueryParameter[],
): Match {
  const [head, ...rest] = segments
  const further = [...rest, ...furtherOptions(query, matcher.navigation)]
  if (head === undefined || head.startsWith('$')) {
    const upstreamPrefix = matcher.catalog.forms[0]?.upstreamPrefix ?? ''
    const upstreamPath = `${upstreamPrefix}/${segments.map(writeSegment).join('/')}`
    const parts = [head ?? 'the service document', ...further]
    return { kind: 'beyond', matcher, further: parts, upstreamPrefix, upstreamPath }
  }
  const addressed = /^([^()]+)(\(.*\))?$/s.exec(head)
  const place = matcher.forms.literals.get(fold(addressed?.[1] ?? '', matcher.catalog.rules))
  if (!place) return { kind: 'unknown', methods: [] }
  const form = place.forms.get(method)?.[0]?.form
  if (!form) return { kind: 'unknown', methods: [...place.forms.keys()].toSorted() }
  const key = addressed?.[2] ?? ''
  if (key !== '' && !PLAIN_KEY.test(key)) further.unshift(head)
  const { upstreamPrefix } = form
  const own = `${upstreamPrefix}${form.template}${writeSegment(key)}`
  const upstreamPath = [own, ...rest.map(writeSegment)].join('/')
  return { kind: 'endpoint', matcher, form, further, upstreamPrefix, upstreamPath }
}

function furtherOptions(query: readonly QueryParameter[], navigation: ReadonlySet<string>): string[] {
  const further: string[] = []
  const seen = new Set<string>()
  for (const { name, value = '' } of query.flatMap(unwrapDialect)) {
    // Servers differ on which of two equal options counts (odata.md row 48).
    if (seen.has(name) || !staysInside(name, value, navigation)) further.push(name)
    seen.add(name)
  }
  return further
}

/**
 * The Momentus dialect carries all options in one parameter. How often its receiver decodes is not known, so one with a
 * "%" in it stays as it is, and counts as an option of the service; and it is split at every "&", also inside a literal.
 */
function unwrapDialect(parameter: QueryParameter): readonly QueryParameter[] {
  const { name, value = '' } = parameter
  return name === 'ODataQuery' && !value.includes('%') ? unwrap(value) : [parameter]
}

function unwrap(text: string): readonly QueryParameter[] {
  const parts = text.split('&').filter((part) => part !== '')
  return parts.map((part) => {
    const equals = part.indexOf('=')
    if (equals < 0) return { name: part, value: undefined }
    return { name: part.slice(0, equals), value: part.slice(equals + 1) }
  })
}

/**
 * Whether an option cannot leave its set. A path, an alias, `$it`, `$root`, a lambda, a function of the service,
 * or another option hidden in the text (odata.md row 49) can.
 */
function staysInside(name: string, value: string, navigation: ReadonlySet<string>): boolean {
  if (!OWN_OPTIONS.has(name) || /[&%#]/.test(value)) return false
  const outsideLiterals = value.replace(/'(?:[^']|'')*'/g, ' ')
  if (/['/@$?;\\"]/.test(outsideLiterals)) return false
  const names = outsideLiterals.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []
  if (names.some((each) => navigation.has(each.toLowerCase()))) return false
  // A full-width slash must not become a plain one behind this check.
  if (outsideLiterals.normalize('NFKC') !== outsideLiterals) return false
  // Whatever stands before a parenthesis counts, in any script: names of functions need not be ASCII.
  const beforeParentheses = outsideLiterals.split('(').slice(0, -1)
  return beforeParentheses.every((text) => {
    const word =
      text
        .trimEnd()
        .split(/[\s,()]/)
        .at(-1) ?? ''
    return word === '' || OWN_FUNCTIONS.has(word)
  })
}
