import type { Denied, PartCause, TouchedEndpoint, Unreadable } from '@stagedoor/core/decision.ts'

/** How many places a sentence names; the members of the answer have the others. */
const NAMED_MAX = 3
const TEXT_LENGTH_MAX = 80

const DOES: Readonly<Record<string, string>> = {
  GET: 'reads',
  POST: 'adds to',
  PATCH: 'changes',
  DELETE: 'deletes from',
}

/** What a refusal of an OData request says in words: what reaches what, and what can be done. */
export function describeRefusal(denied: Denied, method: string): string {
  const { reason, missing = [], unknownReach = [], problems = [] } = denied
  if (reason === 'endpoint_not_allowed') return describeMissing(missing) + hint(missing, method)
  if (reason === 'endpoint_unknown' && denied.methods && denied.methods.length > 0)
    return `The path has ${denied.methods.join(', ')}.`
  if (reason === 'odata_reach_unknown') return listed(unknownReach.map(describeUnknown))
  return listed(problems.map(describeProblem))
}

function describeMissing(missing: readonly TouchedEndpoint[]): string {
  if (missing.length === 0)
    return 'The description of a service is for those who may call at least one of its endpoints. Ask for one.'
  const reads = listed(missing.map(describeTouch))
  const titles = missing.map(
    ({ endpoint }) => `${endpoint.operation} (${endpoint.method} ${endpoint.resource})`,
  )
  const rest = titles.length > NAMED_MAX ? ` and ${titles.length - NAMED_MAX} more` : ''
  const names = titles.slice(0, NAMED_MAX).join(', ') + rest
  return `${reads} Ask the operator of the credential to add ${names} under Edit Endpoints, or leave that out.`
}

/** An update of what is not there inserts it (Part 1, 11.4.4): the way out of that is not to be seen in the endpoint. */
function hint(missing: readonly TouchedEndpoint[], method: string): string {
  const updates = method === 'PATCH' || method === 'PUT'
  const inserts = missing.some(({ endpoint, by }) => endpoint.method === 'POST' && by[0]?.in === 'path')
  return updates && inserts ? ' With the header If-Match nothing is inserted, and that is not needed.' : ''
}

/** "$filter reads Account/Name, which belongs to Accounts." */
function describeTouch({ endpoint, by }: TouchedEndpoint): string {
  const cause = by[0]
  const { method, resource, path } = endpoint
  if (!cause) return `The request ${DOES[method] ?? 'calls'} ${resource}.`
  const operation = path.slice(path.lastIndexOf('/') + 1)
  if (operation !== resource) return `${subject(cause)} calls ${operation} of ${resource}.`
  const text = short(cause.text)
  const does = DOES[method] ?? 'calls'
  if (text === resource || text === '' || (cause.in === 'path' && method !== 'GET'))
    return `${subject(cause)} ${does} ${resource}.`
  if (method === 'GET') return `${subject(cause)} reads ${text}, which belongs to ${resource}.`
  return `${subject(cause)} says ${text}, which ${does} ${resource}.`
}

function describeUnknown(cause: PartCause): string {
  return `${subject(cause)} says ${short(cause.text)}, and nobody has published what that reaches.`
}

function describeProblem({ part, in: where, problem, at, limit }: Unreadable): string {
  const [from] = at
  // What stands in a header is named by the words.
  const place = where === 'header' ? '' : `, at ${where === 'body' ? 'byte' : 'character'} ${from}`
  const bound = limit ? ` The limit ${limit.name} is ${limit.value}.` : ''
  return `${subject({ part, in: where })}${place}: ${problem.replace(/\.$/, '')}.${bound}`
}

function subject({ part, in: where }: Pick<PartCause, 'part' | 'in'>): string {
  const named = where === 'path' || where === 'body' || where === 'header' ? `the ${where}` : where
  if (part !== undefined) return `In request ${short(part)} of the batch, ${named}`
  return named.startsWith('the ') ? `T${named.slice(1)}` : named
}

function short(text: string): string {
  return text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)}...` : text
}

function listed(sentences: readonly string[]): string {
  const each = [...new Set(sentences)]
  const more = each.length - NAMED_MAX
  return each.slice(0, NAMED_MAX).join(' ') + (more > 0 ? ` And ${more} more.` : '')
}
