import { hash } from 'node:crypto'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'

/**
 * A digest of everything that is decided by, which a change alters by one addition: the sum of the digests of all records
 * that are not deleted, modulo 2^128. The order of records plays no part, nor does when the deleted ones were forgotten.
 */
export type PolicyDigest = {
  /** Replaces what one credential contributes. */
  readonly apply: (record: PolicyRecord) => void
  /** 32 hex digits. */
  readonly read: () => string
}

const BITS = 128

/** The digest of nothing. */
export function createPolicyDigest(): PolicyDigest {
  const contributions = new Map<string, bigint>()
  let sum = 0n
  return {
    apply: (record) => {
      const before = contributions.get(record.id) ?? 0n
      const after = contribution(record)
      if (record.deleted) contributions.delete(record.id)
      else contributions.set(record.id, after)
      sum = BigInt.asUintN(BITS, sum + after - before)
    },
    read: () => sum.toString(16).padStart(32, '0'),
  }
}

function contribution(record: PolicyRecord): bigint {
  if (record.deleted) return 0n
  const { id, tenantId, active, allowedEndpoints, tokens } = record
  const allowed = allowedEndpoints.kind === 'all' ? 'all' : [...allowedEndpoints.endpoints].toSorted()
  const listed = tokens
    .map((token) => [token.id, token.kind, token.digest, token.expiresAt ?? null, token.revokedAt ?? null])
    .toSorted(([first], [second]) => (String(first) < String(second) ? -1 : 1))
  const text = JSON.stringify([id, tenantId, active, allowed, listed])
  return BigInt(`0x${hash('sha256', text).slice(0, 32)}`)
}
