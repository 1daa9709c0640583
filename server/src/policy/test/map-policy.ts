import type { Credential } from '@stagedoor/core/credential.ts'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import type { KnownToken } from '#policy/known-token.ts'

/** What a policy means, in two maps: plain to read, and too large for a gateway. The table is compared with it. */
export type MapPolicy = {
  /** By the digest in hex. */
  readonly findToken: (digest: string) => KnownToken | undefined
  readonly apply: (record: PolicyRecord) => void
  readonly stage: () => { readonly apply: (record: PolicyRecord) => void; readonly commit: () => void }
  readonly count: () => number
}

type Table = {
  readonly tokens: Map<string, KnownToken>
  /** Digests of its tokens, by the id of a credential. */
  readonly digestsOf: Map<string, readonly string[]>
}

export function createMapPolicy(): MapPolicy {
  let table: Table = { tokens: new Map(), digestsOf: new Map() }
  return {
    findToken: (digest) => table.tokens.get(digest),
    apply: (record) => applyTo(table, record),
    stage: () => {
      const staged: Table = { tokens: new Map(), digestsOf: new Map() }
      return {
        apply: (record) => applyTo(staged, record),
        commit: () => {
          table = staged
        },
      }
    },
    count: () => table.digestsOf.size,
  }
}

function applyTo({ tokens, digestsOf }: Table, record: PolicyRecord): void {
  const credential = toCredential(record)
  for (const digest of digestsOf.get(record.id) ?? []) tokens.delete(digest)
  for (const { id, digest, expiresAt, revokedAt } of record.tokens)
    tokens.set(digest, { token: { kind: 'issued', id, expiresAt, revokedAt }, credential })
  digestsOf.set(
    record.id,
    record.tokens.map((token) => token.digest),
  )
}

function toCredential(record: PolicyRecord): Credential {
  const { allowedEndpoints: allowed } = record
  return {
    id: record.id,
    tenantId: record.tenantId,
    active: record.active && !record.deleted,
    allowedEndpoints:
      allowed.kind === 'all' ? { kind: 'all' } : { kind: 'only', endpoints: new Set(allowed.endpoints) },
  }
}
