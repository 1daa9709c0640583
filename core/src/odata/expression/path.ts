import { atSource } from '#odata/position.ts'
import { isMark, type Token, unexpected } from '#odata/text/lexer.ts'
import { refuseAt } from '#odata/text/source-text.ts'
import { readAlias, refuseAnnotation } from './alias.ts'
import { callImport } from './call.ts'
import { isLambda, readCount, readFilterStep, readKeyStep, readLambda, takesKey } from './collection-steps.ts'
import { readMember } from './member.ts'
import { structured } from './scope.ts'
import type { Parsed, State } from './state.ts'
import { beginWalk, flush, reads, step, unknownName, type Walk } from './walk.ts'

/**
 * Reads a path: a member of `$this`, or what begins with a variable, an alias, `$it`, `$this` or `$root`. Naming a
 * navigation property touches GET of its targets, whatever the path does with them.
 */
export function readPath(state: State): Parsed {
  const walk = readBeginning(state)
  while (readNext(walk)) {
    // one segment after the other
  }
  flush(walk)
  return { expression: { kind: 'path', segments: walk.segments }, type: walk.type }
}

function readBeginning(state: State): Walk {
  const { cursor, scope, context } = state
  const token = cursor.peek()
  if (token.kind === 'name') return beginWithName(state, token)
  const from = beginWalk(state, scope.this, false)
  cursor.next()
  if (token.kind === 'alias') step(from, nameOf(token), readAlias(state, token))
  else if (token.text === '$it') step(from, nameOf(token), scope.it)
  else if (token.text === '$this') step(from, nameOf(token), scope.this)
  else if (token.text === '$root') readRoot(from, token)
  else if (token.text === '$these') refuseThese(from, token)
  else unexpected(cursor.source, token, 'an expression')
  context.recorder.visited(token.text)
  return from
}

function beginWithName(state: State, token: Token): Walk {
  const { cursor, scope, context } = state
  const known = scope.variables.get(token.text) ?? scope.computed.get(token.text)
  const walk = beginWalk(state, scope.this, known === undefined)
  cursor.next()
  if (known) {
    context.recorder.visited(token.text)
    step(walk, nameOf(token), known)
  } else readMember(walk, token)
  return walk
}

function refuseThese(walk: Walk, token: Token): never {
  const problem = '$these, the collection as a whole, is not forwarded'
  return refuseAt(walk.state.cursor.source, { code: 'odata_not_supported', problem }, [
    token.start,
    token.end,
  ])
}

function readRoot(walk: Walk, token: Token): void {
  const { cursor, context } = walk.state
  step(walk, nameOf(token), walk.type)
  cursor.expect('/')
  const name = cursor.next()
  if (name.kind !== 'name' || name.spaced)
    unexpected(cursor.source, name, 'an entity set, singleton or function import')
  const source = context.model.sources.get(name.text)
  const called = context.model.imports.get(name.text)
  if (source) {
    context.recorder.visited(name.text)
    reads(walk, atSource(source), [name.start, name.end])
    return step(walk, nameOf(name), structured(atSource(source)))
  }
  if (called?.kind === 'function') return callImport(walk, name, called)
  unknownName(walk, [name.start, name.end], 'an entity set, singleton or function import')
}

/** One more segment; false where the path ends. */
function readNext(walk: Walk): boolean {
  const { cursor } = walk.state
  if (takesKey(walk)) {
    readKeyStep(walk)
    return true
  }
  const slash = cursor.peek()
  if (!isMark(slash, '/') || slash.spaced || isCount(walk)) return false
  cursor.next()
  const token = cursor.next()
  if (token.spaced) unexpected(cursor.source, token, 'a segment directly behind "/"')
  if (token.kind === 'alias') refuseAnnotation(walk.state, token)
  if (token.kind === 'system' && token.text === '$count') readCount(walk, token)
  else if (token.kind === 'system' && token.text === '$filter') readFilterStep(walk, token)
  else if (token.kind !== 'name') unexpected(cursor.source, token, 'a segment of a path')
  else if (isLambda(walk, token)) readLambda(walk, token)
  else readMember(walk, token)
  return true
}

function isCount(walk: Walk): boolean {
  const kind = walk.segments.at(-1)?.kind
  return kind === 'count' || kind === 'lambda'
}

function nameOf(token: Token): { readonly kind: 'name'; readonly name: string } {
  return { kind: 'name', name: token.text }
}
