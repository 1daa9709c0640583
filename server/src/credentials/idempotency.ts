import { hash } from 'node:crypto'
import { credentialFindById } from '#storage/credentials.ts'
import type { Database } from '#storage/database.ts'
import { idempotencyKeyFind } from '#storage/idempotency-keys.ts'
import { type CredentialView, loadView } from './credential-view.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { type Refused, refused } from './use-case.ts'

export const IDEMPOTENCY_KEPT_MS = 24 * 60 * 60 * 1000

/** A key and what was asked under it, as digests. */
export type Idempotency = { readonly keyDigest: string; readonly requestDigest: string }

/**
 * The request counts without its password: a plain SHA-256 over it would let a thief of the database try
 * passwords a million times faster than argon2id does. The password is compared with its stored hash instead.
 */
export function toIdempotency(key: string, request: Readonly<Record<string, unknown>>): Idempotency {
  const { password: _, ...rest } = request
  return { keyDigest: hash('sha256', key), requestDigest: hash('sha256', JSON.stringify(rest)) }
}

export type ReplayOptions = Idempotency & {
  readonly tenantId: string
  readonly password: string | undefined
  readonly now: number
  readonly hasher: PasswordHasher
}

export type Replayed = { readonly outcome: 'replayed'; readonly credential: CredentialView }

/** What this key led to before, or undefined where it is new. */
export async function replay(db: Database, options: ReplayOptions): Promise<Replayed | Refused | undefined> {
  const { tenantId, keyDigest, requestDigest, password, now, hasher } = options
  const before = await db.snapshot(tenantId, async (trx) => {
    const used = await idempotencyKeyFind(trx, { tenantId, keyDigest, since: now - IDEMPOTENCY_KEPT_MS })
    if (!used) return undefined
    const credentialId = used.credential_id
    const row = await credentialFindById(trx, { tenantId, id: credentialId })
    return { used, row, credential: await loadView(trx, { tenantId, credentialId }) }
  })
  if (!before) return undefined
  const { used, row, credential } = before
  if (used.request_digest !== requestDigest) return refused('idempotency_key_reused')
  if (row?.password_hash && password !== undefined) {
    const same = await hasher.verify(row.password_hash, password)
    if (same === undefined) return refused('overloaded')
    if (!same) return refused('idempotency_key_reused')
  }
  if (!credential) {
    return refused('not_found', {
      detail: 'The credential that was added with this Idempotency-Key is deleted.',
    })
  }
  return { outcome: 'replayed', credential }
}
