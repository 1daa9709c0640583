import type { EndpointForm, PathRules } from './endpoint.ts'
import { fitsMixed, parseTemplate, type TemplateSegment } from './template.ts'

/** A form with its template read, so that no request has to read it again. */
export type PlacedForm = { readonly form: EndpointForm; readonly segments: readonly TemplateSegment[] }

/** A place in the tree of path templates. Literal beats text around a parameter, which beats a parameter. */
export type FormNode = {
  readonly literals: Map<string, FormNode>
  readonly mixed: { readonly texts: readonly string[]; readonly node: FormNode }[]
  parameter: FormNode | undefined
  /** Forms that end here, by method; those that ask for more query parameters come first. */
  readonly forms: Map<string, readonly PlacedForm[]>
}

export function emptyNode(): FormNode {
  return { literals: new Map(), mixed: [], parameter: undefined, forms: new Map() }
}

/** Adds a form to the tree. A second form of the same shape and query is refused with a TypeError. */
export function addForm(root: FormNode, form: EndpointForm, rules: PathRules): void {
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
export function fold(text: string, rules: PathRules): string {
  return rules.caseSensitive ? text : text.toLowerCase()
}

/**
 * Every place that these segments lead to, closest description first. More than one where a literal and a
 * parameter both fit: a literal without the method asked for must not hide a parameter that has it.
 */
export function* placesOf(root: FormNode, segments: readonly string[], at = 0): Generator<FormNode> {
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
