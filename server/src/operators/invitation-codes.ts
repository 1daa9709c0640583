import { hash } from 'node:crypto'
import type { RandomBytes } from '@stagedoor/core/token.ts'
import type { Queries } from '#storage/database.ts'
import { invitationDeleteUnused, invitationInsert } from '#storage/invitations.ts'
import { newId } from '#storage/new-id.ts'

const HOUR_MS = 60 * 60 * 1000
const FIRST_OPERATOR_MS = 24 * HOUR_MS
const INVITATION_MS = 7 * 24 * HOUR_MS
const CODE_BYTES = 32

/** Making the code for the first operator and accepting it take turns, in every process: there is one such operator. */
export const FIRST_OPERATOR_TURN = 'first operator'

/** A code to be shown once, and until when it works. */
export type InvitationCode = { readonly code: string; readonly expiresAt: number }

export type MakeInvitation = {
  /** Whom it invites; without one it is for whoever is the first. */
  readonly operatorId?: string
  readonly now: number
  readonly randomBytes: RandomBytes
}

/** Makes a code in place of the unused one that was there before. Only its digest is stored. */
export async function makeInvitation(
  trx: Queries,
  { operatorId, now, randomBytes }: MakeInvitation,
): Promise<InvitationCode> {
  await invitationDeleteUnused(trx, operatorId === undefined ? 'first_operator' : { operatorId })
  const code = `sd_inv_${Buffer.from(randomBytes(CODE_BYTES)).toString('base64url')}`
  const expiresAt = now + (operatorId === undefined ? FIRST_OPERATOR_MS : INVITATION_MS)
  await invitationInsert(trx, {
    id: newId('inv', randomBytes),
    code_digest: digestOfCode(code),
    purpose: operatorId === undefined ? 'first_operator' : 'invitation',
    operator_id: operatorId ?? null,
    expires_at: expiresAt,
    used_at: null,
    created_at: now,
  })
  return { code, expiresAt }
}

export function digestOfCode(code: string): string {
  return hash('sha256', code)
}
