import { type JsonValue, textOfValue } from '#odata/json/document.ts'
import type { Position, Verb } from '#odata/position.ts'
import { resolveEntityReference } from '#odata/request/entity-reference.ts'
import { refuse } from '#odata/text/refusal.ts'
import type { Cause } from '#odata/touches.ts'
import { type BodyContext, refuseAt, spend, touchAt } from './context.ts'

/**
 * A link to an entity, as `@odata.bind` and `@odata.id` hold it: an entity-id below the service, or `$<id>` of an
 * earlier request of the batch. Records these verbs where the entity stands, besides what the member's name says. The
 * text is written anew, so that the service reads what was understood here.
 */
export function linkTo(
  context: BodyContext,
  value: JsonValue,
  link: { readonly to: Position; readonly verbs: readonly Verb[]; readonly cause: Cause },
): void {
  const text = textOfValue(value)
  if (text === undefined) refuseAt(value, 'odata_malformed', 'a link has to be a string')
  spend(context, 'bodyReferences', value)
  const found = text.startsWith('$')
    ? earlierRequest(context, value, text)
    : entity(context, value, text, link.cause)
  const { type } = found
  const fits =
    type === link.to.type || type.derived.includes(link.to.type) || link.to.type.derived.includes(type)
  if (!fits && !type.undescribed && !link.to.type.undescribed) {
    refuseAt(value, 'odata_malformed', `a link to ${type.name}, where ${link.to.type.name} is expected`)
  }
  touchAt(context, found, link.verbs, link.cause)
}

/** `$<id>`: the entity of an earlier request. A path behind it would be a value of that answer (row 70). */
function earlierRequest(context: BodyContext, value: JsonValue, text: string): Position {
  const id = text.slice(1)
  const position = context.options.references?.get(id)
  if (!position) refuseAt(value, 'odata_malformed', 'a link to no entity of an earlier request')
  context.linked.add(id)
  return position
}

function entity(context: BodyContext, value: JsonValue, text: string, cause: Cause): Position {
  const { model, recorder, options } = context
  const spot: Cause = { ...cause, at: [value.start, value.end] }
  const resolved = resolveEntityReference(model, text, { roots: options.roots, recorder, cause: spot })
  if (!resolved.ok) refuse(resolved)
  if (resolved.text !== text) {
    // An address from the root may be that of the gateway: the upstream has another one.
    const { start, end } = value
    context.replacements.set(start, { start, end, text: resolved.text })
  }
  return resolved.position
}
