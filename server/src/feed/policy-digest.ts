import { hash } from 'node:crypto'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { ID_WORDS, readHex } from '#policy/binary-id.ts'
import { beginsCredential, copyCredentialId, PACKED, PACKED_WORDS } from '#policy/packed-row.ts'
import { AT } from '#policy/row-layout.ts'
import { CONTRIBUTION_WORDS, createContributions } from './contributions.ts'

/**
 * A digest of everything that is decided by, which a change alters by one addition: the sum of the digests of all records
 * that are not deleted, modulo 2^128. The order of records plays no part, nor does when the deleted ones were forgotten.
 */
export type PolicyDigest = {
  /** Replaces what one credential contributes. */
  readonly apply: (record: PolicyRecord) => void
  /** The same for rows of `#policy/packed-row.ts`, all those within these words: they say what they contribute. */
  readonly applyRows: (words: Uint32Array, from: number, to: number) => void
  /** Makes room for so many credentials. Before anything is applied. */
  readonly reserve: (credentials: number) => void
  /** 32 hex digits. */
  readonly read: () => string
}

/** The digest of nothing. */
export function createPolicyDigest(): PolicyDigest {
  const contributions = createContributions()
  const sum = new Uint32Array(CONTRIBUTION_WORDS)
  const after = new Uint32Array(CONTRIBUTION_WORDS)
  const key = new Uint32Array(ID_WORDS)
  return {
    apply: (record) => {
      readContribution(record, after)
      subtract(sum, contributions.replace(record.id, after))
      add(sum, after)
    },
    applyRows: (words, from, to) => {
      let approached = from
      for (let at = from; at < to; at += PACKED_WORDS) {
        if (at === approached)
          for (; approached < to && approached < at + APPROACHED; approached += PACKED_WORDS)
            contributions.approach(words, approached + AT.credential)
        if (!beginsCredential(words[at + AT.flags] ?? 0)) continue
        copyCredentialId(words, at, key)
        for (let word = 0; word < CONTRIBUTION_WORDS; word += 1)
          after[word] = words[at + PACKED.contribution + word] ?? 0
        subtract(sum, contributions.replaceUsual(key, after))
        add(sum, after)
      }
    },
    reserve: contributions.reserve,
    read: () => Array.from(sum, (word) => word.toString(16).padStart(8, '0')).join(''),
  }
}

/** Words of the rows that are looked at before the first of them is added. */
const APPROACHED = 64 * PACKED_WORDS

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

/** What a record adds to the digest of everything. Zero for one that is deleted. */
export function readContribution(record: PolicyRecord, words: Uint32Array): void {
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
