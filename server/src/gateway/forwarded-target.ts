import type { MatchedEndpoint } from '@stagedoor/core/catalog/matcher.ts'
import { type QueryParameter, type Target, writeQuery } from '@stagedoor/core/target.ts'

/** Path and query as they go upstream: the endpoint's own spelling, and what of the query does not ask for another method. */
export function writeForwardedTarget({ upstreamPath }: MatchedEndpoint, { query }: Target): string {
  if (query.length === 0) return upstreamPath
  const text = writeQuery(
    query.some(overridesMethod) ? query.filter((each) => !overridesMethod(each)) : query,
  )
  return text === '' ? upstreamPath : `${upstreamPath}?${text}`
}

/** Some frameworks call with the method that it names, which nobody has decided (security.md GW-02). */
function overridesMethod({ name }: QueryParameter): boolean {
  return name.length === 7 && name.toLowerCase() === '_method'
}
