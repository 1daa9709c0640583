import type { Queries } from '#storage/database.ts'
import { invitationFindOpen } from '#storage/invitations.ts'
import { operatorExists, operatorFindById } from '#storage/operators.ts'
import type { InvitationRow, OperatorRow } from '#storage/schema.ts'
import type { OperatorsDeps } from './deps.ts'
import { digestOfCode } from './invitation-codes.ts'

/** What an invitation is for. Whoever has the code may know whom it invites. */
export type InvitationView =
  | { readonly purpose: 'first_operator' }
  | { readonly purpose: 'invitation'; readonly email: string; readonly name: string }

/** What this code is for, or undefined: unknown, used and expired look alike. */
export async function checkInvitation(
  { db, now }: Pick<OperatorsDeps, 'db' | 'now'>,
  code: string,
): Promise<InvitationView | undefined> {
  const open = await db.snapshot(undefined, (trx) => findOpenInvitation(trx, { code, now: now() }))
  if (!open) return undefined
  if (!open.operator) return { purpose: 'first_operator' }
  return { purpose: 'invitation', email: open.operator.email, name: open.operator.name }
}

export type OpenInvitation = {
  readonly invitation: InvitationRow
  /** Whom it invites; nobody yet where it is for the first operator. */
  readonly operator: OperatorRow | undefined
}

/** An invitation that can be accepted at this moment. */
export async function findOpenInvitation(
  trx: Queries,
  { code, now }: { readonly code: string; readonly now: number },
): Promise<OpenInvitation | undefined> {
  const invitation = await invitationFindOpen(trx, { codeDigest: digestOfCode(code), now })
  if (!invitation) return undefined
  if (invitation.operator_id === null)
    return (await operatorExists(trx)) ? undefined : { invitation, operator: undefined }
  const operator = await operatorFindById(trx, invitation.operator_id)
  return operator && { invitation, operator }
}
