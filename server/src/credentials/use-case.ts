import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { ChangeContext } from '#audit/record-audit-event.ts'
import type { Database } from '#storage/database.ts'

/** What a use case needs from outside. */
export type UseCaseDeps = {
  readonly db: Database
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: RandomBytes
}

/** A credential of a tenant, and who asks for the change. */
export type CredentialCommand = ChangeContext & { readonly tenantId: string; readonly credentialId: string }

/** A field that is not accepted: JSON pointer into what was sent, and why. */
export type FieldError = { readonly field: string; readonly message: string }

/** An expected refusal. Nothing was changed. */
export type Refused = {
  readonly outcome: 'refused'
  readonly code: RefusalCode
  readonly detail?: string
  readonly errors?: readonly FieldError[]
}

export type RefusalCode =
  | 'authentication_method_not_available'
  | 'empty_list_not_confirmed'
  | 'endpoint_not_in_tenant'
  | 'idempotency_key_reused'
  | 'not_found'
  | 'overlap_not_available'
  | 'overloaded'
  | 'title_taken'
  | 'validation_failed'
  | 'version_mismatch'

export function refused(code: RefusalCode, more: Omit<Refused, 'outcome' | 'code'> = {}): Refused {
  return { outcome: 'refused', code, ...more }
}

/** The versions that the caller has seen. `any` asks for no particular one. */
export type ExpectedVersion = 'any' | readonly number[]

export function isExpected(expected: ExpectedVersion, version: number): boolean {
  return expected === 'any' || expected.includes(version)
}
