import { operatorExists } from '#storage/operators.ts'
import type { OperatorsDeps } from './deps.ts'
import { FIRST_OPERATOR_TURN, makeInvitation } from './invitation-codes.ts'

/** A new code with which the first operator is made, or undefined once there is an operator. The code before is void. */
export async function firstOperatorCode({
  db,
  now,
  randomBytes,
}: Pick<OperatorsDeps, 'db' | 'now' | 'randomBytes'>): Promise<string | undefined> {
  return await db.acrossTenants(async (trx) => {
    if (await operatorExists(trx)) return undefined
    const { code } = await makeInvitation(trx, { now: now(), randomBytes })
    return code
  }, FIRST_OPERATOR_TURN)
}
