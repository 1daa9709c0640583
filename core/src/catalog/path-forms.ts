import { type QueryParameter, type Target, writeSegment } from '#target.ts'
import type { PathRules } from './endpoint.ts'
import type { Match, Matcher } from './matcher.ts'
import { fitsMixed } from './template.ts'
import { type FormNode, fold, type PlacedForm } from './trie.ts'

/** What is looked for in a catalog of path templates. A slash at the end is one more segment, an empty one. */
export type Sought = {
  readonly matcher: Matcher
  readonly method: string
  readonly target: Target
  readonly isSlashed: boolean
}

/** Finds the endpoint whose path template a request fills. */
export function matchPathForms(sought: Sought): Match {
  const { matcher, target } = sought
  const chosen = choose(sought, matcher.forms, matcher.mountSegments.length)
  if (chosen === undefined) return { kind: 'unknown', methods: methodsOf(sought) }
  if (typeof chosen === 'string') return { kind: 'ambiguous', problem: chosen }
  return {
    kind: 'endpoint',
    matcher,
    form: chosen.form,
    upstreamPrefix: chosen.form.upstreamPrefix,
    upstreamPath: rebuildPath(chosen, target.segments, matcher.mountSegments.length),
  }
}

/**
 * The form that is meant, among those of the places that the segments from `at` on lead to, closest description first: a
 * literal without the method asked for must not hide a parameter that has it. A text where that cannot be told.
 */
function choose(sought: Sought, node: FormNode, at: number): PlacedForm | string | undefined {
  const { rules } = sought.matcher.catalog
  const raw = segmentAt(sought, at)
  if (raw === undefined) {
    const forms = node.forms.get(sought.method)
    return forms && chooseForm(forms, sought.target.query, rules)
  }
  const segment = fold(raw, rules)
  const literal = node.literals.get(segment)
  if (literal) {
    const chosen = choose(sought, literal, at + 1)
    if (chosen !== undefined) return chosen
  }
  for (const mixed of node.mixed) {
    if (!fitsMixed(segment, mixed.texts)) continue
    const chosen = choose(sought, mixed.node, at + 1)
    if (chosen !== undefined) return chosen
  }
  // The empty segment is a slash at the end, and no value of a parameter.
  return node.parameter && segment !== '' ? choose(sought, node.parameter, at + 1) : undefined
}

/** The methods of all these places. For refusals alone: who is let in never waits for it. */
function methodsOf(sought: Sought): readonly string[] {
  const methods = new Set<string>()
  collectMethods(sought, methods, { node: sought.matcher.forms, at: sought.matcher.mountSegments.length })
  return [...methods].toSorted()
}

type Place = { readonly node: FormNode; readonly at: number }

function collectMethods(sought: Sought, methods: Set<string>, { node, at }: Place): void {
  const raw = segmentAt(sought, at)
  if (raw === undefined) {
    for (const method of node.forms.keys()) methods.add(method)
    return
  }
  const segment = fold(raw, sought.matcher.catalog.rules)
  const follow = (next: FormNode | undefined): void => {
    if (next) collectMethods(sought, methods, { node: next, at: at + 1 })
  }
  follow(node.literals.get(segment))
  for (const mixed of node.mixed) if (fitsMixed(segment, mixed.texts)) follow(mixed.node)
  if (segment !== '') follow(node.parameter)
}

function segmentAt({ target, isSlashed }: Sought, at: number): string | undefined {
  const { length } = target.segments
  if (at < length) return target.segments[at]
  return isSlashed && at === length ? '' : undefined
}

/** The form whose query parameters are all given; a text where a deciding parameter is empty or repeated. */
function chooseForm(
  forms: readonly PlacedForm[],
  query: readonly QueryParameter[],
  rules: PathRules,
): PlacedForm | string | undefined {
  for (const placed of forms) {
    const { form } = placed
    if (form.query.length === 0) return placed
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
function rebuildPath({ texts, places }: PlacedForm, segments: readonly string[], mounted: number): string {
  let path = texts[0] ?? ''
  for (let index = 0; index < places.length; index += 1)
    path += writeSegment(segments[mounted + (places[index] ?? 0)] ?? '') + (texts[index + 1] ?? '')
  return path
}
