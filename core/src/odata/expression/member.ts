import type { NavigationProperty, StructuralProperty, StructuredType } from '#odata/model.ts'
import { castTo, insideProperty, navigate, type Position } from '#odata/position.ts'
import { isMark, type Token } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import { callFunction } from './call.ts'
import { areRelated, findType } from './names.ts'
import { isOpaque } from './operations.ts'
import { structured, type Typed, UNKNOWN } from './scope.ts'
import { reads, step, unknownName, unknownReach, type Walk } from './walk.ts'

/** One step of a path by its name, which is used up: a member of what the path has come to, a cast, or a bound function. */
export function readMember(walk: Walk, token: Token): void {
  const { context } = walk.state
  const { type } = walk
  if (type.kind === 'structured') {
    const { properties, navigation } = type.position.type
    const property = properties.get(token.text)
    const target = navigation.get(token.text)
    if (property || target) {
      requireVisible(walk, token)
      requireSingle(walk, token)
      context.recorder.visited(token.text)
    }
    if (property) return step(walk, nameOf(token), valueAt(walk, type.position, property))
    if (target) return readNavigation(walk, token, { from: type.position, target })
  }
  if (isCall(walk)) return callFunction(walk, token)
  const cast = findType(context.model, token.text)
  if (cast && type.kind === 'structured' && areRelated(cast, type.position.type))
    return readCast(walk, token, cast)
  if (type.kind === 'unknown' || (type.kind === 'structured' && type.position.type.undescribed))
    return readUndescribed(walk, token)
  return unknownName(walk, [token.start, token.end], expectedAt(type))
}

/** Whether the name just used up is called: `(` follows without a space. */
export function isCall(walk: Walk): boolean {
  const ahead = walk.state.cursor.peek()
  return isMark(ahead, '(') && !ahead.spaced
}

function readNavigation(
  walk: Walk,
  token: Token,
  way: { readonly from: Position; readonly target: NavigationProperty },
): void {
  const position = navigate(walk.state.context.model, way.from, way.target)
  reads(walk, position, [token.start, token.end])
  step(walk, nameOf(token), structured(throughCollection(walk, way.from, position)))
}

function readCast(walk: Walk, token: Token, type: StructuredType): void {
  if (walk.type.kind !== 'structured') return
  walk.state.context.recorder.visited(token.text)
  const steps = walk.steps
  step(walk, { kind: 'name', name: type.name }, structured(castTo(walk.type.position, type)))
  // Groupings name what they keep without casts.
  steps?.pop()
}

function readUndescribed(walk: Walk, token: Token): void {
  const { type } = walk
  requireVisible(walk, token)
  walk.state.context.recorder.visited(token.text)
  const own = type.kind === 'structured' && !token.text.includes('.')
  if (own) requireSingle(walk, token)
  else unknownReach(walk)
  step(walk, nameOf(token), UNKNOWN)
}

/** What a structural property holds. */
export function valueAt(walk: Walk, owner: Position, property: StructuralProperty): Typed {
  const { model } = walk.state.context
  const type = model.types.get(property.type.name)
  const collection = property.type.collection || (owner.collection && walk.state.throughCollections)
  if (type) return structured(insideProperty(owner, property.name, { type, collection }))
  if (isOpaque(model, property.type)) return UNKNOWN
  return { kind: 'primitive', type: { name: property.type.name, collection }, owner }
}

function throughCollection(walk: Walk, from: Position, position: Position): Position {
  return from.collection && walk.state.throughCollections ? { ...position, collection: true } : position
}

function requireSingle(walk: Walk, token: Token): void {
  if (walk.type.kind !== 'structured' || !walk.type.position.collection || walk.state.throughCollections)
    return
  const problem = 'a member of a collection: use any(), all(), $count or a key'
  refuseAt(walk.state.cursor.source, { code: 'odata_malformed', problem }, [token.start, token.end])
}

/** After a grouping only what it has kept is there (Data Aggregation 3.10). */
function requireVisible(walk: Walk, token: Token): void {
  const { steps } = walk
  const { visible } = walk.state.scope
  if (!steps || !visible || visible.has([...steps, token.text].join('/'))) return
  // `Account/` stands for everything of an Account that was grouped by as a whole.
  const whole = steps.some((_, index) => visible.has(`${steps.slice(0, index + 1).join('/')}/`))
  if (!whole) unknownName(walk, [token.start, token.end], 'a name that the grouping has kept or made')
}

function expectedAt(type: Typed): string {
  if (type.kind !== 'structured') return 'a bound function'
  return `a property, navigation property, bound function or related type of ${type.position.type.name}`
}

function nameOf(token: Token): { readonly kind: 'name'; readonly name: string } {
  return { kind: 'name', name: token.text }
}
