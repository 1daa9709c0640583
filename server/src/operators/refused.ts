import type { FieldError } from '#credentials/use-case.ts'

/** An expected refusal. Nothing was changed. */
export type OperatorRefused = {
  readonly outcome: 'refused'
  readonly code: OperatorRefusalCode
  readonly errors?: readonly FieldError[]
}

export type OperatorRefusalCode =
  | 'invitation_invalid'
  | 'invitation_not_open'
  | 'last_customer_admin'
  | 'not_found'
  | 'operator_exists'
  | 'overloaded'
  | 'password_too_common'
  | 'validation_failed'

export function refusedOperator(code: OperatorRefusalCode, errors?: readonly FieldError[]): OperatorRefused {
  return { outcome: 'refused', code, ...(errors && { errors }) }
}
