import { createCursor, type Token } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import type { Typed } from './scope.ts'
import type { State } from './state.ts'
import { writeExpression } from './write.ts'

/**
 * What a parameter alias stands for, analysed in the scope that uses it (URL conventions 5.3). Refused where it has no
 * value, contains itself, or means something else than at another place.
 */
export function readAlias(state: State, token: Token): Typed {
  const { context, cursor } = state
  const range = [token.start, token.end] as const
  const malformed = (problem: string): never =>
    refuseAt(cursor.source, { code: 'odata_malformed', problem }, range)
  const alias = context.aliases.get(token.text)
  if (!alias && token.text.includes('.')) return refuseAnnotation(state, token)
  if (!alias) return malformed(`the parameter alias ${token.text} has no value`)
  if (alias.isOpen()) return malformed(`the parameter alias ${token.text} contains itself`)
  alias.open()
  const inner = createCursor(alias.source)
  const parsed = context.budget.deeper(cursor.source, token.start, () =>
    state.expression({ ...state, cursor: inner, throughCollections: false }),
  )
  inner.expectEnd()
  if (!alias.close(writeExpression(parsed.expression)))
    return malformed(`the parameter alias ${token.text} would mean different things`)
  return parsed.type
}

/** Nobody knows what an annotation in an expression reads. */
export function refuseAnnotation(state: State, token: Token): never {
  const problem = 'annotations are not read in expressions'
  return refuseAt(state.cursor.source, { code: 'odata_not_supported', problem }, [token.start, token.end])
}
