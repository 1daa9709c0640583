import { type QueryParameter, writeSegment } from '#target.ts'
import type { EndpointForm, PathRules } from './endpoint.ts'
import type { Match, Matcher } from './matcher.ts'
import { parseTemplate } from './template.ts'
import { fold, placesOf } from './trie.ts'

/** Finds the endpoint whose path template a request fills, in a catalog of path templates. */
export function matchPathForms(
  matcher: Matcher,
  method: string,
  segments: readonly string[],
  query: readonly QueryParameter[],
): Match {
  const { rules } = matcher.catalog
  const folded = segments.map((segment) => fold(segment, rules))
  const methods = new Set<string>()
  for (const place of placesOf(matcher.forms, folded)) {
    for (const other of place.forms.keys()) methods.add(other)
    const chosen = chooseForm(place.forms.get(method) ?? [], query, rules)
    if (typeof chosen === 'string') return { kind: 'ambiguous', problem: chosen }
    if (chosen) {
      return {
        kind: 'endpoint',
        matcher,
        form: chosen,
        further: [],
        upstreamPath: rebuildPath(chosen, segments),
      }
    }
  }
  return { kind: 'unknown', methods: [...methods].toSorted() }
}

/** The form whose query parameters are all given; a text where a deciding parameter is empty or repeated. */
function chooseForm(
  forms: readonly EndpointForm[],
  query: readonly QueryParameter[],
  rules: PathRules,
): EndpointForm | string | undefined {
  for (const form of forms) {
    const given = form.query.map((name) => query.filter((parameter) => sameName(parameter.name, name, rules)))
    if (!given.every((values) => values.length > 0)) continue
    for (const [index, values] of given.entries()) {
      // An upstream may read "?code=" either way: refusing is the only answer that cannot be wrong.
      if (values.length > 1 || !values[0]?.value) {
        return `the query parameter "${form.query[index]}" decides which operation is meant, and is empty or repeated`
      }
    }
    return form
  }
  return undefined
}

function sameName(one: string, other: string, rules: PathRules): boolean {
  return fold(one, rules) === fold(other, rules)
}

/** The path for the upstream: literals as the catalog spells them, parameters encoded anew. */
function rebuildPath(form: EndpointForm, segments: readonly string[]): string {
  const parts = parseTemplate(form.template).map((segment, index) =>
    writeSegment(segment.kind === 'literal' ? segment.text : (segments[index] ?? '')),
  )
  return `${form.upstreamPrefix}/${parts.join('/')}`
}
