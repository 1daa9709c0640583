import { type JsonMember, type JsonValue, membersOf, textOfValue } from '#odata/json/document.ts'
import type { StructuredType } from '#odata/model.ts'
import type { Position } from '#odata/position.ts'
import { type BodyContext, causeOf, refuseAt, unknownReach, withoutAlias } from './context.ts'

/** A member's name, taken apart: `Account@odata.bind` is `bind` of `Account`; `@type` is `type` of the object. */
export type MemberName =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'control'; readonly of: string; readonly term: string }

/** Control information that says nothing about other entities, wherever an entity stands. */
const ALWAYS = new Set(['type', 'etag', 'mediaContentType', 'mediaEtag'])

/**
 * The members of an object with their names taken apart. Control information in both spellings (`@odata.type`,
 * `@type`) is the same, so that a second one is a duplicate. Annotations (`@NS.Term`) are refused: nobody knows what
 * they hold.
 */
export function* namedMembers(value: JsonValue): Generator<readonly [JsonMember, MemberName]> {
  let seen: Set<string> | undefined
  for (const member of membersOf(value)) {
    const name = readName(member)
    if (name.kind === 'control') {
      const key = `${name.of}@${name.term}`
      seen ??= new Set()
      if (seen.has(key)) refuseAt(member, 'odata_malformed', `"${member.name}" stands here in two spellings`)
      seen.add(key)
    }
    yield [member, name]
  }
}

/** The control information of this kind that an object has of itself. */
export function controlOf(value: JsonValue, term: string): JsonMember | undefined {
  for (const [member, name] of namedMembers(value)) {
    if (name.kind === 'control' && name.of === '' && name.term === term) return member
  }
  return undefined
}

/** Refuses control information of an object that is not understood at this place. */
export function checkControl(member: JsonMember, term: string, allowed: ReadonlySet<string>): void {
  if (ALWAYS.has(term)) {
    if (member.value.kind !== 'null') requireText(member)
  } else if (!allowed.has(term)) {
    refuseAt(member, 'odata_not_supported', `"${member.name}" is not taken at this place of a request`)
  }
}

/** The type that an object says it has: the declared one, or one that derives from it. */
export function typeOfObject(
  context: BodyContext,
  value: JsonValue,
  declared: StructuredType,
): StructuredType {
  const member = controlOf(value, 'type')
  if (!member) return declared
  const text = requireText(member)
  const qualified = withoutAlias(context.model, text.startsWith('#') ? text.slice(1) : text)
  const type = context.model.types.get(qualified)
  if (!type && declared.undescribed) {
    unknownReach(context, causeOf(member, member.name))
    return declared
  }
  if (!type) refuseAt(member.value, 'odata_unknown_name', 'a type that the service does not have')
  if (type !== declared && !declared.derived.includes(type) && !declared.undescribed) {
    refuseAt(member.value, 'odata_unknown_name', `a type that does not derive from ${declared.name}`)
  }
  context.recorder.visited(type.name)
  return type
}

/**
 * The `@context` of a whole body. A relative one may stand there, as long as it names no set but the one that the
 * request is about (odata.md row 58); one of the service at the gateway's address is written relative.
 */
export function checkContext(context: BodyContext, member: JsonMember, position: Position | undefined): void {
  const text = requireText(member)
  const { origins, mount } = context.options.roots
  const root = origins.map((origin) => `${origin}${mount}/`).find((root) => text.startsWith(root))
  const relative = root === undefined ? text : text.slice(root.length)
  if (!/^(?:\$metadata)?(?:#[A-Za-z0-9$_./(),*'+ -]*)?$/.test(relative) || relative.includes('..')) {
    refuseAt(member.value, 'odata_malformed', '"@context" that is none of this service')
  }
  const [named = ''] = relative.slice(relative.indexOf('#') + 1).split(/[(/]/)
  const source = context.model.sources.get(named)
  if (source && !position?.sources.includes(source)) {
    refuseAt(member.value, 'odata_not_supported', '"@context" that names another set than the address')
  }
  if (root !== undefined) {
    const { start, end } = member.value
    context.replacements.set(start, { start, end, text: relative === '' ? '$metadata' : relative })
  }
}

export function requireText(member: JsonMember): string {
  const text = textOfValue(member.value)
  if (text === undefined) refuseAt(member.value, 'odata_malformed', `"${member.name}" has to be a string`)
  return text
}

function readName(member: JsonMember): MemberName {
  const at = member.name.indexOf('@')
  if (at < 0) return { kind: 'property', name: member.name }
  const written = member.name.slice(at + 1)
  const term = written.startsWith('odata.') ? written.slice('odata.'.length) : written
  if (!/^[A-Za-z]+$/.test(term)) {
    refuseAt(member, 'odata_not_supported', `"${member.name}": annotations are not taken in requests`)
  }
  return { kind: 'control', of: member.name.slice(0, at), term }
}
