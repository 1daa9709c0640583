import { parseCookies } from 'better-auth/cookies'
import { z } from 'zod'
import { problem } from '#http/problems.ts'
import { toOurAnswer } from './auth-answer.ts'
import { type AuthCall, askAuth, authUrl, readFields } from './auth-call.ts'
import type { AuthParts } from './auth-parts.ts'
import { endOthers } from './checked-changes.ts'
import { refuseTooMany } from './refuse-too-many.ts'

const CodeSchema = z.object({ code: z.string().transform((code) => code.replaceAll(/\s/g, '')) })

export type CodePath = '/two-factor/verify-totp' | '/two-factor/verify-backup-code'

/** Looks at a code: of a sign-in that waits for it, or of an operator who turns the second factor on. */
export async function verifyCode(parts: AuthParts, call: AuthCall, path: CodePath): Promise<Response> {
  const { auth, base, checkLimits, deps, sessions } = parts
  const { requestId } = call
  const fields = await readFields(call, CodeSchema)
  if (fields instanceof Response) return fields
  const session = await sessions.find(call.request.headers)
  const pending = session ? undefined : await findPending(parts, call)
  const operatorId = session?.operatorId ?? pending?.operatorId
  if (operatorId === undefined) return problem({ requestId, code: 'two_factor_expired' })
  const wait = checkLimits.begin(operatorId)
  if (wait > 0) {
    await pending?.discard()
    deps.log.warn({ requestId, operatorId }, 'a second factor was not looked at: too many were wrong')
    return refuseTooMany(requestId, wait)
  }
  if (path === '/two-factor/verify-totp' && !checkLimits.isNewCode(operatorId, fields.code))
    return problem({ requestId, code: 'two_factor_code_wrong' })
  const answer = await askAuth(auth, call, { url: authUrl(base, path), body: fields })
  if (answer.ok) checkLimits.undo(operatorId)
  else deps.log.warn({ requestId, operatorId }, 'a second factor was refused')
  const ours = await toOurAnswer(answer, requestId)
  if (session && answer.ok && !session.twoFactorEnabled) await endOthers(parts, session, ours)
  return ours
}

type Pending = { readonly operatorId: string; readonly discard: () => Promise<void> }

/**
 * The sign-in that waits in this browser, for counting. The cookie's signature is Better Auth's to check: without it a
 * caller would have to guess the 20 random characters before it.
 */
async function findPending({ auth }: AuthParts, { request }: AuthCall): Promise<Pending | undefined> {
  const { createAuthCookie, internalAdapter } = await auth.$context
  const cookie = parseCookies(request.headers.get('cookie') ?? '').get(createAuthCookie('two_factor').name)
  const identifier = cookie?.slice(0, cookie.lastIndexOf('.'))
  if (!identifier) return undefined
  const row = await internalAdapter.findVerificationValue(identifier)
  if (!row) return undefined
  return {
    operatorId: row.value,
    discard: async () => await internalAdapter.deleteVerificationByIdentifier(identifier),
  }
}
