import { writeSegment } from '#target.ts'
import type { EndpointForm, PathRules } from './endpoint.ts'
import { parseTemplate, type TemplateSegment } from './template.ts'

/** A form with its template read, so that no request has to read it again. */
export type PlacedForm = {
  readonly form: EndpointForm
  /** The path to ask for, upstream prefix and all, without what the request says itself: what stands around its segments. */
  readonly texts: readonly string[]
  /** Which of the request's segments those are, one fewer than texts. */
  readonly places: readonly number[]
}

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
    [...forms, placeForm(form, segments)].toSorted(
      (one, other) => other.form.query.length - one.form.query.length,
    ),
  )
}

function placeForm(form: EndpointForm, segments: readonly TemplateSegment[]): PlacedForm {
  const texts: string[] = []
  const places: number[] = []
  let text = form.upstreamPrefix + (segments.length === 0 ? '/' : '')
  for (const [index, segment] of segments.entries()) {
    text += '/'
    if (segment.kind === 'literal') text += writeSegment(segment.text)
    else {
      texts.push(text)
      places.push(index)
      text = ''
    }
  }
  return { form, texts: [...texts, text], places }
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
