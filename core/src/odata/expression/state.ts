import type { Cursor } from '#odata/text/lexer.ts'
import type { Expression } from './ast.ts'
import type { Context } from './context.ts'
import type { Scope, Typed } from './scope.ts'

export type Parsed = { readonly expression: Expression; readonly type: Typed }

/** Where a parser stands. */
export type State = {
  readonly cursor: Cursor
  readonly scope: Scope
  readonly context: Context
  /** `$apply` may walk through collections: `aggregate(Bookings/Seats with sum as Total)`. */
  readonly throughCollections: boolean
  /** The whole grammar, given along since paths and expressions contain each other. */
  readonly expression: (state: State) => Parsed
}

/** The same, with paths through single values only: within larger expressions. */
export function singleValued(state: State): State {
  return state.throughCollections ? { ...state, throughCollections: false } : state
}
