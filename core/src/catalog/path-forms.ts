import { type QueryParameter, writeSegment } from '#target.ts'
import type { PathRules } from './endpoint.ts'
import type { Match, Matcher } from './matcher.ts'
import { fold, type PlacedForm, placesOf } from './trie.ts'

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
        form: chosen.form,
        upstreamPrefix: chosen.form.upstreamPrefix,
        upstreamPath: rebuildPath(chosen, segments),
      }
    }
  }
  return { kind: 'unknown', methods: [...methods].toSorted() }
}

/** The form whose query parameters are all given; a text where a deciding parameter is empty or repeated. */
function chooseForm(
  forms: readonly PlacedForm[],
  query: readonly QueryParameter[],
  rules: PathRules,
): PlacedForm | string | undefined {
  for (const placed of forms) {
    const { form } = placed
    const given = form.query.map((name) => query.filter((parameter) => sameName(parameter.name, name, rules)))
    if (!given.every((values) => values.length > 0)) continue
    for (const [index, values] of given.entries()) {
      // An upstream may read "?code=" either way: refusing is the only answer that cannot be wrong.
      if (values.length > 1 || !values[0]?.value) {
        return `the query parameter "${form.query[index]}" decides which operation is meant, and is empty or repeated`
      }
    }
    return placed
  }
  return undefined
}

function sameName(one: string, other: string, rules: PathRules): boolean {
  return fold(one, rules) === fold(other, rules)
}

/** The path for the upstream: literals as the catalog spells them, parameters encoded anew. */
function rebuildPath({ form, segments: template }: PlacedForm, segments: readonly string[]): string {
  const parts = template.map((segment, index) =>
    writeSegment(segment.kind === 'literal' ? segment.text : (segments[index] ?? '')),
  )
  return `${form.upstreamPrefix}/${parts.join('/')}`
}
