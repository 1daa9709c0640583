import type { Position } from '#odata/position.ts'
import type { Restriction } from './answer-place.ts'
import { findType } from './narrow.ts'

/**
 * Whether a context URL (OData 10) says that the answer holds what it may hold here: entities of the place's own sets or
 * of granted ones, values of types of the place's hierarchy, primitive values, references. A service that read the request in
 * another way than the analysis tells it here first. `position` is undefined for primitive values.
 */
export function isContextOf(
  url: string,
  position: Position | undefined,
  { model, isGranted }: Restriction,
): boolean {
  const hash = url.indexOf('#')
  if (hash < 0) return true
  const fragment = url.slice(hash + 1)
  const collection = /^Collection\(([^()]*)\)/.exec(fragment)
  const name = collection?.[1] ?? fragment.split(/[/(%]/, 1)[0] ?? ''
  if (name === '$ref' || name.startsWith('Edm.')) return true
  const source = model.sources.get(inContainer(name, model.container))
  if (source) return isGranted(source.name) || position?.sources.includes(source) === true
  if (!name.includes('.')) return false
  return isTypeOf(findType(model, name), name, { position, model })
}

type Type = ReturnType<typeof findType>

function isTypeOf(
  type: Type,
  name: string,
  { position, model }: { readonly position: Position | undefined; readonly model: Restriction['model'] },
): boolean {
  if (model.enumerations.has(name) || model.definitions.has(name)) return true
  if (!position) return false
  if (position.type.undescribed) return true
  const related =
    type &&
    (type === position.type || position.type.derived.includes(type) || type.derived.includes(position.type))
  return related === true
}

/** `EM.Container.Events` and `Container.Events` as some services write them. */
function inContainer(name: string, container: string): string {
  const short = container.slice(container.lastIndexOf('.') + 1)
  for (const prefix of [`${container}.`, `${short}.`]) {
    if (name.startsWith(prefix)) return name.slice(prefix.length)
  }
  return name
}
