import type { ListedEndpoints } from '@stagedoor/core/policy-record.ts'
import { StorageError } from './errors.ts'

/** The two columns that hold it. */
export function writeAllowedEndpoints(allowed: ListedEndpoints): {
  readonly allowed_endpoints: string
  readonly allowed_endpoints_count: number | null
} {
  if (allowed.kind === 'all') return { allowed_endpoints: '{"kind":"all"}', allowed_endpoints_count: null }
  const endpoints = [...new Set(allowed.endpoints)].toSorted()
  return {
    allowed_endpoints: JSON.stringify({ kind: 'only', endpoints }),
    allowed_endpoints_count: endpoints.length,
  }
}

/** Throws StorageError on anything but the two known forms: what cannot be read must never count as all. */
export function readAllowedEndpoints(text: string): ListedEndpoints {
  const value: unknown = JSON.parse(text)
  if (typeof value === 'object' && value !== null && 'kind' in value) {
    if (value.kind === 'all') return { kind: 'all' }
    if (value.kind === 'only' && 'endpoints' in value && isTexts(value.endpoints)) {
      return { kind: 'only', endpoints: value.endpoints }
    }
  }
  throw new StorageError('A credential in the database has allowed endpoints that this program cannot read.')
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string')
}
