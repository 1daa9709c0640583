import type { Catalog, EndpointForm, PathRules } from '#catalog/endpoint.ts'
import { fitsMixed, parseTemplate, type TemplateSegment } from '#catalog/template.ts'
import { type QueryParameter, type Target, writeSegment } from '#target.ts'

// Matching as it was first written, the plain way: what the quick one is compared with.

/** A catalog made ready for matching. Made when a catalog is loaded, never per request. */
type Matcher = {
  readonly catalog: Catalog
  readonly mountSegments: readonly string[]
  readonly forms: FormNode
}

/** What a request means in a tenant's catalogs. */
type Match =
  | MatchedEndpoint
  /** Below the mount of an OData service: what it reaches is known only when the whole request has been read. */
  | { readonly kind: 'odata'; readonly matcher: Matcher }
  /** No endpoint. `methods` are those that the path has, so that a refusal can say so. */
  | { readonly kind: 'unknown'; readonly methods: readonly string[] }
  /** Which of two operations is meant cannot be told; nobody may guess. */
  | { readonly kind: 'ambiguous'; readonly problem: string }

type MatchedEndpoint = {
  readonly kind: 'endpoint'
  readonly matcher: Matcher
  readonly form: EndpointForm
  /** What of `upstreamPath` the upstream has and the gateway has not: the catalog's mount stands there instead. */
  readonly upstreamPrefix: string
  /** Path to ask the upstream for, rebuilt from template and decoded parameters. */
  readonly upstreamPath: string
}

/** Prepares a catalog for matching. Throws TypeError where a template is broken. */
export function createPlainMatcher(catalog: Catalog): Matcher {
  const forms = emptyNode()
  if (catalog.kind === 'openapi') for (const form of catalog.forms) addForm(forms, form, catalog.rules)
  const mount = catalog.mount.split('/').slice(1)
  return {
    catalog,
    mountSegments: mount.map((segment) => fold(segment, catalog.rules)),
    forms,
  }
}

/**
 * Finds the endpoint that a request means among a tenant's catalogs.
 * @param method upper-case method; HEAD is matched as GET
 */
export function matchPlainly(matchers: readonly Matcher[], method: string, target: Target): Match {
  const matcher = findMounted(matchers, target.segments)
  if (!matcher) return { kind: 'unknown', methods: [] }
  const { rules, kind } = matcher.catalog
  const segments = target.segments.slice(matcher.mountSegments.length)
  const asked = method === 'HEAD' ? 'GET' : method
  if (kind === 'openapi') return matchSlashed(matcher, asked, target, segments)
  if (target.trailingSlash && !rules.trailingSlashTolerated) return { kind: 'unknown', methods: [] }
  return { kind: 'odata', matcher }
}

/**
 * A slash at the end is one more segment, an empty one: documents of some APIs have it in every path. The request
 * counts as it was sent; where the catalog tolerates it, also with the slash added or taken away.
 */
function matchSlashed(matcher: Matcher, method: string, target: Target, segments: readonly string[]): Match {
  // "/" is the whole API's root and has no other spelling.
  if (segments.length === 0) return matchPathForms(matcher, method, segments, target.query)
  const slashed = [...segments, '']
  const [sent, other] = target.trailingSlash ? [slashed, segments] : [segments, slashed]
  const found = matchPathForms(matcher, method, sent, target.query)
  if (found.kind !== 'unknown' || !matcher.catalog.rules.trailingSlashTolerated) return found
  const tolerated = matchPathForms(matcher, method, other, target.query)
  if (tolerated.kind !== 'unknown') return tolerated
  return { kind: 'unknown', methods: [...new Set([...found.methods, ...tolerated.methods])].toSorted() }
}

/** The catalog with the longest mount that the path begins with: OData is mounted below Enterprise's own API. */
function findMounted(matchers: readonly Matcher[], segments: readonly string[]): Matcher | undefined {
  let found: Matcher | undefined
  for (const matcher of matchers) {
    const longer = found === undefined || matcher.mountSegments.length > found.mountSegments.length
    if (longer && isMountedAt(matcher, segments)) found = matcher
  }
  return found
}

function isMountedAt({ mountSegments, catalog }: Matcher, segments: readonly string[]): boolean {
  return mountSegments.every((mounted, index) => {
    const segment = segments[index]
    if (segment === undefined) return false
    return mounted === fold(segment, catalog.rules)
  })
}

/** Finds the endpoint whose path template a request fills, in a catalog of path templates. */
function matchPathForms(
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

/** A form with its template read, so that no request has to read it again. */
type PlacedForm = { readonly form: EndpointForm; readonly segments: readonly TemplateSegment[] }

/** A place in the tree of path templates. Literal beats text around a parameter, which beats a parameter. */
type FormNode = {
  readonly literals: Map<string, FormNode>
  readonly mixed: { readonly texts: readonly string[]; readonly node: FormNode }[]
  parameter: FormNode | undefined
  /** Forms that end here, by method; those that ask for more query parameters come first. */
  readonly forms: Map<string, readonly PlacedForm[]>
}

function emptyNode(): FormNode {
  return { literals: new Map(), mixed: [], parameter: undefined, forms: new Map() }
}

/** Adds a form to the tree. A second form of the same shape and query is refused with a TypeError. */
function addForm(root: FormNode, form: EndpointForm, rules: PathRules): void {
  let node = root
  const segments = parseTemplate(form.template)
  for (const segment of segments) {
    if (segment.kind === 'literal') node = literalChild(node, fold(segment.text, rules))
    else if (segment.kind === 'parameter') node = node.parameter ??= emptyNode()
    else
      node = mixedChild(
        node,
        segment.texts.map((text) => fold(text, rules)),
      )
  }
  const { method, id } = form.endpoint
  const forms = node.forms.get(method) ?? []
  const key = queryKey(form)
  const twin = forms.find((other) => queryKey(other.form) === key)
  if (twin) throw new TypeError(`no request can tell ${id} from ${twin.form.endpoint.id}`)
  node.forms.set(
    method,
    [...forms, { form, segments }].toSorted((one, other) => other.form.query.length - one.form.query.length),
  )
}

function queryKey(form: EndpointForm): string {
  return form.query
    .map((name) => name.toLowerCase())
    .toSorted()
    .join('&')
}

function literalChild(node: FormNode, text: string): FormNode {
  const child = node.literals.get(text) ?? emptyNode()
  node.literals.set(text, child)
  return child
}

function mixedChild(node: FormNode, texts: readonly string[]): FormNode {
  const key = texts.join('{}')
  const known = node.mixed.find((mixed) => mixed.texts.join('{}') === key)
  if (known) return known.node
  const child = emptyNode()
  node.mixed.push({ texts, node: child })
  // More text is a closer description, so it is tried first.
  node.mixed.sort((one, other) => other.texts.join('').length - one.texts.join('').length)
  return child
}

/** Text as the catalog compares it. */
function fold(text: string, rules: PathRules): string {
  return rules.caseSensitive ? text : text.toLowerCase()
}

/**
 * Every place that these segments lead to, closest description first. More than one where a literal and a
 * parameter both fit: a literal without the method asked for must not hide a parameter that has it.
 */
function* placesOf(root: FormNode, segments: readonly string[], at = 0): Generator<FormNode> {
  const segment = segments[at]
  if (segment === undefined) {
    if (root.forms.size > 0) yield root
    return
  }
  const literal = root.literals.get(segment)
  if (literal) yield* placesOf(literal, segments, at + 1)
  for (const mixed of root.mixed) {
    if (fitsMixed(segment, mixed.texts)) yield* placesOf(mixed.node, segments, at + 1)
  }
  // The empty segment is a slash at the end, and no value of a parameter.
  if (root.parameter && segment !== '') yield* placesOf(root.parameter, segments, at + 1)
}
