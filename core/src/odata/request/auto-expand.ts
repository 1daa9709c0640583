import type { Context } from '#odata/expression/context.ts'
import type { Model, NavigationProperty, StructuredType } from '#odata/model.ts'
import { castTo, endpointKeys, insideProperty, navigate, type Position } from '#odata/position.ts'
import type { Cause } from '#odata/touches.ts'

/** A navigation property that comes along unasked, and the complex properties that lead to it. */
type Along = {
  readonly type: StructuredType
  readonly through: readonly string[]
  readonly navigation: NavigationProperty
}

/** What comes along with each type: asked for again with every request, so that it is found once. */
const KNOWN = new WeakMap<StructuredType, readonly Along[]>()

/**
 * Touches what comes along unasked with entities that are shown: targets of Core.AutoExpand (odata.md row 54), those of
 * derived types too, and what comes along with them in turn.
 */
export function touchAlong(context: Context, shown: Position, cause: Cause): void {
  const seen = new Set<string>()
  const waiting = [shown]
  for (let position = waiting.pop(); position; position = waiting.pop()) {
    for (const { type, through, navigation } of alongWith(context.model, position.type)) {
      const target = navigate(
        context.model,
        leadTo(context.model, castTo(position, type), through),
        navigation,
      )
      const keys = endpointKeys(target, 'GET')
      for (const key of keys) context.recorder.touch(key, cause)
      if (keys.length === 0) context.recorder.unknownReach(cause)
      const place = `${target.type.name} ${target.steps.join('/')} ${keys.join()}`
      if (!seen.has(place)) waiting.push(target)
      seen.add(place)
    }
  }
}

function leadTo(model: Model, position: Position, through: readonly string[]): Position {
  return through.reduce((at, name) => {
    const property = at.type.properties.get(name)
    const type = property && model.types.get(property.type.name)
    return property && type ? insideProperty(at, name, { type, collection: property.type.collection }) : at
  }, position)
}

function alongWith(model: Model, type: StructuredType): readonly Along[] {
  const known = KNOWN.get(type)
  if (known) return known
  const found = [type, ...type.derived].flatMap((each) => alongOne(model, each))
  KNOWN.set(type, found)
  return found
}

function alongOne(model: Model, start: StructuredType): readonly Along[] {
  const found: Along[] = []
  const visit = (type: StructuredType, path: readonly string[], above: readonly StructuredType[]): void => {
    for (const navigation of type.navigation.values()) {
      if (navigation.autoExpand) found.push({ type: start, through: path, navigation })
    }
    for (const property of type.properties.values()) {
      const inner = model.types.get(property.type.name)
      // A complex type may hold itself.
      if (inner && !above.includes(inner)) visit(inner, [...path, property.name], [...above, inner])
    }
  }
  visit(start, [], [])
  return found
}
