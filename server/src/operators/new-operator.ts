import type { OperatorRow } from '#storage/schema.ts'

export type NewOperator = {
  readonly id: string
  readonly name: string
  /** Normalised. */
  readonly email: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** The row of an operator whose address nobody has proven yet. */
export function newOperator({ id, name, email, at }: NewOperator): OperatorRow {
  return {
    id,
    name: name.trim(),
    email,
    email_verified: 0,
    two_factor_enabled: 0,
    created_at: at,
    updated_at: at,
  }
}
