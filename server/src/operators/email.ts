import { z } from 'zod'
import { emailKey } from '#credentials/email-key.ts'
import { emailProblem } from '#credentials/field-rules.ts'

const EMAIL = z.email()

/**
 * The one spelling under which an operator is stored, found and counted: the one of credentials' addresses.
 */
export function normaliseEmail(email: string): string {
  return emailKey(email)
}

/** What is wrong with a normalised address, or undefined. Better Auth lets nobody sign in whose address zod does not know. */
export function operatorEmailProblem(email: string): string | undefined {
  return (
    emailProblem(email) ?? (EMAIL.safeParse(email).success ? undefined : 'This is not an e-mail address.')
  )
}
