import { hash } from 'node:crypto'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { readHex } from '#policy/binary-id.ts'
import { CONTRIBUTION_WORDS, createContributions } from './contributions.ts'

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

/** The digest of nothing. */
export function createPolicyDigest(): PolicyDigest {
  const contributions = createContributions()
  const sum = new Uint32Array(CONTRIBUTION_WORDS)
  const after = new Uint32Array(CONTRIBUTION_WORDS)
  return {
    apply: (record) => {
      readContribution(record, after)
      subtract(sum, contributions.replace(record.id, after))
      add(sum, after)
    },
    read: () => Array.from(sum, (word) => word.toString(16).padStart(8, '0')).join(''),
  }
}

function add(sum: Uint32Array, words: Uint32Array): void {
  let carry = 0
  for (let word = CONTRIBUTION_WORDS - 1; word >= 0; word -= 1) {
    const added = (sum[word] ?? 0) + (words[word] ?? 0) + carry
    sum[word] = added
    carry = added >= WORD_END ? 1 : 0
  }
}

function subtract(sum: Uint32Array, words: Uint32Array): void {
  let borrow = 0
  for (let word = CONTRIBUTION_WORDS - 1; word >= 0; word -= 1) {
    const left = (sum[word] ?? 0) - (words[word] ?? 0) - borrow
    sum[word] = left
    borrow = left < 0 ? 1 : 0
  }
}

const WORD_END = 2 ** 32

/** Zero for a record that is deleted. */
function readContribution(record: PolicyRecord, words: Uint32Array): void {
  words.fill(0)
  if (record.deleted) return
  const { id, tenantId, active, allowedEndpoints, tokens } = record
  const allowed = allowedEndpoints.kind === 'all' ? 'all' : [...allowedEndpoints.endpoints].toSorted()
  const listed = tokens
    .map((token) => [token.id, token.kind, token.digest, token.expiresAt ?? null, token.revokedAt ?? null])
    .toSorted(([first], [second]) => (String(first) < String(second) ? -1 : 1))
  const text = JSON.stringify([id, tenantId, active, allowed, listed])
  readHex(hash('sha256', text), 0, words, 0, CONTRIBUTION_WORDS)
}
