import { z } from 'zod'
import { problem } from '#http/problems.ts'
import { toOurAnswer } from './auth-answer.ts'
import { type AuthCall, askAuth, authUrl, readFields } from './auth-call.ts'
import type { AuthParts } from './auth-parts.ts'
import { refusePassword } from './password-rules.ts'
import { refuseTooMany } from './refuse-too-many.ts'
import type { OperatorSession } from './sessions.ts'

const PasswordSchema = z.object({ password: z.string() })
const ChangeSchema = z.object({ currentPassword: z.string(), newPassword: z.string() })

export type CheckedPath =
  | '/two-factor/enable'
  | '/two-factor/disable'
  | '/two-factor/generate-backup-codes'
  | '/two-factor/get-totp-uri'

/** What a session alone is not enough for: the password is asked for again. */
export async function changeWithPassword(
  parts: AuthParts,
  call: AuthCall,
  path: CheckedPath,
): Promise<Response> {
  const fields = await readFields(call, PasswordSchema)
  if (fields instanceof Response) return fields
  const session = await parts.sessions.find(call.request.headers)
  const answer = await askChecked(parts, call, { session, path, body: fields })
  // Whoever was signed in without the second factor, or in spite of it, is not any more.
  if (session && answer.ok && path === '/two-factor/disable') await endOthers(parts, session, answer)
  return answer
}

/** Changes the password and ends the other sessions, which may be those of whoever knew the old one. */
export async function changePassword(parts: AuthParts, call: AuthCall): Promise<Response> {
  const fields = await readFields(call, ChangeSchema)
  if (fields instanceof Response) return fields
  const { requestId } = call
  const session = await parts.sessions.find(call.request.headers)
  const refused = session && refusePassword(fields.newPassword, { owner: session, field: '/newPassword' })
  if (refused) return problem({ requestId, code: refused.code, extra: { errors: refused.errors } })
  const body = { ...fields, revokeOtherSessions: true }
  return await askChecked(parts, call, { session, path: '/change-password', body })
}

type Checked = {
  readonly session: OperatorSession | undefined
  readonly path: string
  readonly body: object
}

async function askChecked(
  { auth, base, checkLimits }: AuthParts,
  call: AuthCall,
  { session, path, body }: Checked,
): Promise<Response> {
  const { requestId } = call
  if (!session) return problem({ requestId, code: 'unauthenticated' })
  if (!session.hasPassword) return problem({ requestId, code: 'password_not_set' })
  const wait = checkLimits.begin(session.operatorId)
  if (wait > 0) return refuseTooMany(requestId, wait)
  const answer = await askAuth(auth, call, { url: authUrl(base, path), body })
  if (answer.ok || answer.status === 503) checkLimits.undo(session.operatorId)
  return await toOurAnswer(answer, requestId)
}

/** Ends the sessions but the one that this answer goes on with. */
export async function endOthers(
  { sessions }: AuthParts,
  { operatorId, sessionId }: OperatorSession,
  answer: Response,
): Promise<void> {
  const kept = (await sessions.findStarted(answer))?.sessionId ?? sessionId
  await sessions.endOthers({ operatorId, sessionId: kept })
}
