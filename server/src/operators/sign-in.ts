import { z } from 'zod'
import { problem } from '#http/problems.ts'
import { operatorNetworkIsKnown } from '#storage/operator-networks.ts'
import { toOurAnswer } from './auth-answer.ts'
import { type AuthCall, askAuth, authUrl, readFields } from './auth-call.ts'
import type { AuthParts } from './auth-parts.ts'
import { normaliseEmail, operatorEmailProblem } from './email.ts'
import { refuseTooMany } from './refuse-too-many.ts'
import { KNOWN_NETWORK_MS } from './signed-in.ts'

const SignInSchema = z.object({ email: z.string(), password: z.string() })

/**
 * Signs in with a password. An unknown address and a wrong password cost the same time, since Better Auth hashes either
 * way, and are answered alike.
 */
export async function signIn(parts: AuthParts, call: AuthCall): Promise<Response> {
  const { auth, base, deps, signInLimits } = parts
  const { network, requestId } = call
  const fields = await readFields(call, SignInSchema)
  if (fields instanceof Response) return fields
  const email = normaliseEmail(fields.email)
  if (operatorEmailProblem(email) !== undefined) return problem({ requestId, code: 'sign_in_failed' })
  const since = deps.now() - KNOWN_NETWORK_MS
  const isKnown = (): Promise<boolean> =>
    deps.db.snapshot(undefined, (trx) => operatorNetworkIsKnown(trx, { email, network, since }))
  const attempt = await signInLimits.begin({ email, network, isKnown })
  if (attempt.outcome === 'wait') {
    deps.log.warn({ requestId, network }, 'a sign-in was not looked at: too many have failed')
    return refuseTooMany(requestId, attempt.waitMs)
  }
  const body = { email, password: fields.password }
  const answer = await askAuth(auth, call, { url: authUrl(base, '/sign-in/email'), body })
  if (answer.ok) attempt.succeeded()
  else if (answer.status === 503) attempt.undo()
  else deps.log.warn({ requestId, network }, 'a sign-in failed')
  return await toOurAnswer(answer, requestId)
}
