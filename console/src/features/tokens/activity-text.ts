import type { Schemas } from '#api/client.ts'
import { activity as words } from '#words/activity.ts'

export type AuditEvent = Pick<Schemas['AuditEvent'], 'action' | 'actor' | 'subjectId' | 'detail'>

/** What an event was, as one line per thing that changed. What has no words here is shown as the server calls it. */
export function eventLines({ action, detail }: AuditEvent): readonly string[] {
  const lines = details(action, detail)
  if (lines.length > 0) return lines
  return [isKey(words.actions, action) ? words.actions[action] : action]
}

function details(action: string, detail: AuditEvent['detail']): readonly string[] {
  if (action === 'credential_edited') return editLines(detail)
  if (action === 'allowed_endpoints_set') return endpointLines(detail)
  if (action === 'tokens_issued') return [issueLine(detail)]
  if (action === 'token_revoked') {
    const kind = detail['kind']
    return isKey(words.revoked, kind) ? [words.revoked[kind]] : []
  }
  return []
}

function editLines({ title, description, active }: AuditEvent['detail']): readonly string[] {
  const from = member(title, 'from')
  const to = member(title, 'to')
  const isActive = member(active, 'to')
  return [
    ...(typeof from === 'string' && typeof to === 'string' ? [words.renamed(from, to)] : []),
    ...(description === undefined ? [] : [words.descriptionChanged]),
    ...(typeof isActive === 'boolean' ? [isActive ? words.activated : words.deactivated] : []),
  ]
}

function endpointLines({ from, to, added, removed }: AuditEvent['detail']): readonly string[] {
  if (to === 'all') return [words.toAll]
  if (!Array.isArray(added) || !Array.isArray(removed)) return []
  return [from === 'all' ? words.toOnly(added.length) : words.allowed(added.length, removed.length)]
}

function issueLine({ grant, overlapMs }: AuditEvent['detail']): string {
  if (isKey(words.byPassword, grant)) return words.byPassword[grant]
  return typeof overlapMs === 'number' ? words.overlapping(words.span(overlapMs / 1000)) : words.replacing
}

export type Names = {
  /** Names of operators and titles of management tokens, by id. */
  readonly get: (id: string) => string | undefined
}

/** Who did it, by name where the name is known. */
export function actorText({ actor, subjectId }: AuditEvent, names: Names): string {
  if (actor === 'holder of the token') return words.actors.holder
  if (actor === 'holder of a refresh token that was used before') return words.actors.holderOfOld
  const [, kind, id = ''] = /^(operator|management token|credential) (\S+)$/.exec(actor) ?? []
  if (kind === 'credential') return id === subjectId ? words.actors.itself : words.actors.another(id)
  const name = names.get(id)
  if (kind === undefined || name === undefined) return actor
  return kind === 'operator' ? name : words.actors.managementToken(name)
}

function member(value: unknown, name: 'from' | 'to'): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function isKey<Words extends object>(known: Words, key: unknown): key is keyof Words {
  return typeof key === 'string' && Object.hasOwn(known, key)
}
