import type { Model, StructuredType } from '#odata/model.ts'
import { isObject, type Json } from './csdl-document.ts'
import type { AnnotationFilter } from './filter-annotations.ts'
import { type Names, resolve, resolvePath } from './names.ts'
import type { Visible } from './visible.ts'
import { walkPath } from './walk-path.ts'

/** What a document is filtered with. */
export type Filtering = {
  readonly model: Model
  readonly names: Names
  readonly visible: Visible
  readonly annotations: AnnotationFilter
  readonly mentions: (value: unknown) => boolean
  /** The service's container and those that it extends. */
  readonly containers: ReadonlySet<string>
}

/** An entity or complex type with the members that may be known of. */
export function filterType(filtering: Filtering, json: Json, type: StructuredType | undefined): Json {
  const { visible, annotations } = filtering
  return annotations.copy(json, (name, value) => {
    if (name === '$Key') return filterKey(filtering, value, type)
    if (name.startsWith('$') || !isObject(value)) return value
    const navigation = type?.navigation.get(name)
    if (!navigation) return annotations.copy(value)
    return visible.navigation.has(navigation) ? filterNavigation(filtering, value, type) : undefined
  })
}

function filterKey(
  filtering: Filtering,
  key: unknown,
  type: StructuredType | undefined,
): readonly unknown[] | undefined {
  if (!Array.isArray(key)) return undefined
  const paths = (part: unknown): readonly unknown[] => (isObject(part) ? Object.values(part) : [part])
  return key.filter((part: unknown) => paths(part).every((path) => canWalk(filtering, path, type)))
}

function filterNavigation(filtering: Filtering, json: Json, type: StructuredType | undefined): Json {
  const { model, names, annotations } = filtering
  return annotations.copy(json, (name, value) => {
    if (name === '$Partner') {
      const partners = model.types.get(resolve(names, String(json['$Type'])))
      return canWalk(filtering, value, partners) ? value : undefined
    }
    if (name !== '$ReferentialConstraint' || !isObject(value)) return value
    const target = model.types.get(resolve(names, String(json['$Type'])))
    return annotations.copy(value, (dependent, principal) =>
      canWalk(filtering, dependent, type) && canWalk(filtering, principal, target) ? principal : undefined,
    )
  })
}

/** Whether a path goes over nothing but what may be known of. */
export function canWalk(
  { model, names, visible }: Filtering,
  path: unknown,
  start: StructuredType | undefined,
): boolean {
  if (typeof path !== 'string') return false
  const walked = walkPath(model, start, resolvePath(names, path).split('/'))
  if (!walked) return false
  return (
    walked.navigation.every((each) => visible.navigation.has(each)) &&
    walked.casts.every((each) => visible.types.has(each))
  )
}
