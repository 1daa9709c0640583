import { isObject, type Json } from './csdl-document.ts'
import { canWalk, type Filtering } from './filter-type.ts'
import { resolvePath } from './names.ts'

/** The container with the sets, singletons and imports that may be known of. */
export function filterContainer(filtering: Filtering, json: Json): Json {
  const { model, visible, annotations } = filtering
  return annotations.copy(json, (name, value) => {
    if (name.startsWith('$') || !isObject(value)) return value
    if (visible.imports.has(name)) return filterImport(filtering, value)
    if (!visible.sources.has(name)) return undefined
    const type = model.sources.get(name)?.type
    return annotations.copy(value, (member, given) => {
      if (member !== '$NavigationPropertyBinding' || !isObject(given)) return given
      const bindings = annotations.copy(given, (path, target) =>
        canWalk(filtering, path, type) && isVisibleTarget(filtering, target) ? target : undefined,
      )
      return Object.keys(bindings).length > 0 ? bindings : undefined
    })
  })
}

function filterImport(filtering: Filtering, json: Json): Json {
  return filtering.annotations.copy(json, (name, value) =>
    name === '$EntitySet' && !isVisibleTarget(filtering, value) ? undefined : value,
  )
}

/** `Accounts`, `EM.Container/Accounts`, `Venues/Rooms`: its source is visible, and so is the way below it. */
function isVisibleTarget(filtering: Filtering, target: unknown): boolean {
  if (typeof target !== 'string') return false
  const { model, names, visible } = filtering
  const [first = '', ...rest] = resolvePath(names, target).split('/')
  const [name = '', ...below] = first.includes('.') ? rest : [first, ...rest]
  if (!visible.sources.has(name)) return false
  return below.length === 0 || canWalk(filtering, below.join('/'), model.sources.get(name)?.type)
}
