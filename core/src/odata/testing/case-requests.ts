import type { OasisCase } from './shared-data.ts'

/** Rules that are about headers, payloads, CSDL or context URLs, or about parts smaller than a request can show. */
const ELSEWHERE = new Set(
  `header prefer preference request-id includeAnnotationsPreference maxpagesizePreference context binaryValue
  booleanValue dateValue dateTimeOffsetValue decimalValue doubleValue durationValue enumValue primitiveValue
  timeOfDayValue singleValue sbyteValue int16Value int32Value int64Value byteValue odataIdentifier`.split(
    /\s+/,
  ),
)

/** Rules of whole query options. */
const OPTIONS = new Set(
  `queryOptions systemQueryOption customQueryOption filter expand select orderby orderBy compute search skiptoken
  deltatoken`.split(/\s+/),
)

const CONDITIONS = new Set(['boolCommonExpr', 'boolcommonExpr', 'isofExpr', 'notExpr'])

/**
 * The request target, below the service root, that a case of OASIS stands for; what is smaller than a request is put
 * where it may stand. Undefined for what no request target holds.
 */
export function requestOfCase({ Rule, Input }: OasisCase): string | undefined {
  if (ELSEWHERE.has(Rule)) return undefined
  if (Rule === 'odataUri') return belowServiceRoot(Input)
  if (Rule === 'odataRelativeUri' || Rule === 'resourcePath' || Rule === 'entitySetName') return `/${Input}`
  // Those begin with a type of complex values.
  if (/^\$select=(?:Model\.)?AddressWithLocation\//.test(Input)) return `/Customers(1)/Address?${Input}`
  if (OPTIONS.has(Rule)) return `/Products?${Input}`
  if (Rule === 'searchExpr') return `/Products?$search=${Input}`
  if (Rule === 'functionParameter') return `/ProductsByColor(${Input})`
  if (Rule === 'anyExpr') return `/Products?$filter=Items/${Input}`
  if (Rule === 'stringLiteral') return `/Categories(${Input})`
  if (Rule === 'stringInUrl') return `/Products?$filter=Name in [${Input}]`
  const expression = Input.includes('lambda/') && !Input.includes('lambda:') ? inLambda(Input) : Input
  if (CONDITIONS.has(Rule) || expression !== Input) return `/Products?$filter=${expression}`
  if (Rule === 'commonExpr' || Rule === 'firstMemberExpr' || Rule === 'propertyPathExpr') {
    return `/Products?$compute=${expression} as Computed1`
  }
  return `/Products?$filter=Name eq ${Input}`
}

function inLambda(expression: string): string {
  return `Items/any(lambda:${expression})`
}

/** The roots that OASIS's addresses have: they all end where the name of a set or `$` begins. */
function belowServiceRoot(address: string): string | undefined {
  const parts = /^https?:\/\/[^/]+(.*)$/.exec(address)
  if (!parts) return undefined
  const path = parts[1] ?? ''
  const root = /^(?:\/(?:MyService|service|OData|OData\.svc|Model\.Container)(?=\/|$))*/.exec(path)
  return path.slice(root?.[0].length ?? 0)
}

/** As HTTP clients send it: what no request target may hold is percent-encoded. */
export function asSent(text: string): string {
  return text.replaceAll(/[ \t"<>\\^`{|}\u0080-\u{10ffff}]/gu, (each) => encodeURIComponent(each))
}
