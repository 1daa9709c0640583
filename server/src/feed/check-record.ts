import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { GivenStanding } from '#policy/standings.ts'

/**
 * Whether this is a record in every part that is decided by. A checksum says that a line arrived as it was written; this says
 * that what was written can be decided by. Whatever is none is applied by nobody.
 */
export function isPolicyRecord(value: unknown): value is PolicyRecord {
  if (!isObject(value)) return false
  const { id, tokens } = value
  return isName(id) && isGivenStanding(value) && Array.isArray(tokens) && tokens.every(isToken)
}

/** The same of what a record's standing is. */
export function isGivenStanding(value: unknown): value is GivenStanding {
  if (!isObject(value)) return false
  const { tenantId, active, deleted, allowedEndpoints } = value
  return (
    isName(tenantId) &&
    typeof active === 'boolean' &&
    typeof deleted === 'boolean' &&
    isAllowed(allowedEndpoints)
  )
}

function isAllowed(value: unknown): boolean {
  if (!isObject(value)) return false
  const { kind, endpoints } = value
  if (kind === 'all') return true
  return kind === 'only' && Array.isArray(endpoints) && endpoints.every((id) => typeof id === 'string')
}

function isToken(value: unknown): boolean {
  if (!isObject(value)) return false
  const { id, kind, digest, expiresAt, revokedAt } = value
  return (
    isName(id) &&
    (kind === 'api' || kind === 'access') &&
    isName(digest) &&
    isInstant(expiresAt) &&
    isInstant(revokedAt)
  )
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

/** JSON has no undefined: a member that is not there says the same. */
function isInstant(value: unknown): boolean {
  return value === undefined || Number.isSafeInteger(value)
}
