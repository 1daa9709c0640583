import type { Model } from '#odata/model.ts'
import type { Position } from '#odata/position.ts'
import type { Annotated } from './control.ts'
import type { IsSourceGranted } from './granted.ts'

/** What a value of an answer may be. */
export type AnswerPlace =
  /** Anything: nothing is withheld, only links are turned. */
  | { readonly kind: 'free'; readonly members: Map<string, AnswerMember> | undefined }
  /** An operation that the upstream offers: `title`, and `target`, its address. */
  | { readonly kind: 'operation' }
  /** An entity or a complex value of the model, or many of them. */
  | DescribedPlace
  /** Anything but an object: what nobody has declared could be an entity. */
  | { readonly kind: 'plain'; readonly arrays: boolean }
  /** GeoJSON (RFC 7946): objects, but of its own members only. */
  | { readonly kind: 'geography' }
  /** An object with nothing in it but control information and members of this kind. */
  | {
      readonly kind: 'wrapper'
      readonly value: AnswerPlace
      readonly other: AnswerPlace
      readonly position: Position | undefined
    }
  /** Nothing at all, not even null or an empty array: they would tell whether there is something. */
  | WithheldPlace

export type DescribedPlace = {
  readonly kind: 'described'
  readonly position: Position
  readonly restriction: Restriction
  /** The outermost value: a collection stands in its member `value`. */
  readonly outermost: boolean
  /** By name, as far as they have been met. */
  readonly members: Map<string, AnswerMember>
  /** The same place as of a type that `@odata.type` names. */
  readonly narrowed: Map<string, DescribedPlace>
}

export type WithheldPlace = {
  readonly kind: 'withheld'
  /** Names of sets and singletons that are not granted; empty where the model does not say what it would be. */
  readonly sources: readonly string[]
  readonly why: string
}

/** What the credential may see. */
export type Restriction = { readonly model: Model; readonly isGranted: IsSourceGranted }

/** What a member of an object is. */
export type AnswerMember = {
  readonly annotated: Annotated | undefined
  /** `#EM.Cancel`: an operation that the upstream offers (OData JSON 16). */
  readonly operation: boolean
  /** Where its value stands; of an annotation, where what it is about stands. */
  readonly place: AnswerPlace
}

/** `freePlace` is quicker for a whole answer: it remembers names. */
export const FREE: AnswerPlace = { kind: 'free', members: undefined }
export const OPERATION: AnswerPlace = { kind: 'operation' }
/** One value, or several where the type takes undeclared members. */
export const SCALAR: AnswerPlace = { kind: 'plain', arrays: false }
export const SCALARS: AnswerPlace = { kind: 'plain', arrays: true }
export const GEOGRAPHY: AnswerPlace = { kind: 'geography' }

export function freePlace(): AnswerPlace {
  return { kind: 'free', members: new Map() }
}

export function describedAt(
  position: Position,
  restriction: Restriction,
  { outermost }: { readonly outermost: boolean },
): DescribedPlace {
  return { kind: 'described', position, restriction, outermost, members: new Map(), narrowed: new Map() }
}
