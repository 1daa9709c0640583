import type { Role } from '@stagedoor/core/role.ts'
import { operatorAccountProviders, PASSWORD_PROVIDER } from '#storage/operator-accounts.ts'
import { operatorRoleList } from '#storage/operator-roles.ts'
import {
  operatorSessionDelete,
  operatorSessionDeleteAll,
  operatorSessionFind,
  operatorSessionList,
  operatorSessionTouch,
} from '#storage/operator-sessions.ts'
import { behindFailure } from './behind-failure.ts'
import type { OperatorsDeps } from './deps.ts'
import { sessionLimits } from './session-life.ts'

// More exact than this nobody needs to know it, and a page that asks ten things writes once.
const USE_NOTED_MS = 60 * 1000

/** Who is signed in, as of this moment: a role that was taken away is not here any more. */
export type OperatorSession = {
  readonly sessionId: string
  readonly operatorId: string
  readonly name: string
  readonly email: string
  readonly twoFactorEnabled: boolean
  /** Otherwise the operator signs in by single sign-on alone. */
  readonly hasPassword: boolean
  /** By tenant id. */
  readonly roles: ReadonlyMap<string, Role>
}

/** A session as its operator sees it. Instants are epoch milliseconds. */
export type SessionView = {
  readonly id: string
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly ipAddress: string | undefined
  readonly userAgent: string | undefined
}

export type SessionKey = { readonly operatorId: string; readonly sessionId: string }

export type Sessions = {
  /** Who is signed in with this cookie. A session that has ended is deleted on the way. */
  readonly find: (headers: Headers) => Promise<OperatorSession | undefined>
  /** The session that an answer starts with its cookies. */
  readonly findStarted: (answer: Response) => Promise<OperatorSession | undefined>
  /** The one used last comes first. */
  readonly list: (operatorId: string) => Promise<readonly SessionView[]>
  /** Whether there was such a session of this operator. */
  readonly end: (key: SessionKey) => Promise<boolean>
  readonly endOthers: (key: SessionKey) => Promise<void>
}

/** Better Auth's reading of a cookie: it knows the signature and the form. */
export type ReadSession = (headers: Headers) => Promise<{
  readonly session: { readonly id: string }
  readonly user: { readonly id: string; readonly name: string; readonly email: string } & {
    readonly twoFactorEnabled?: boolean | null | undefined
  }
} | null>

/** The sessions of operators. How long they live is decided here, by our clock. */
export function createSessions({ db, now }: Pick<OperatorsDeps, 'db' | 'now'>, read: ReadSession): Sessions {
  const find = async (headers: Headers): Promise<OperatorSession | undefined> => {
    const cookie = headers.get('cookie')
    const found =
      cookie === null
        ? null
        : await read(new Headers({ cookie })).catch(async (error: unknown) => {
            throw await behindFailure(db, error)
          })
    if (!found) return undefined
    const { session, user } = found
    const { row, roles, providers } = await db.snapshot(undefined, async (trx) => ({
      row: await operatorSessionFind(trx, session.id),
      roles: await operatorRoleList(trx, user.id),
      providers: await operatorAccountProviders(trx, user.id),
    }))
    if (!row) return undefined
    const { usedBefore, createdBefore } = sessionLimits(now())
    if (row.last_used_at <= usedBefore || row.created_at <= createdBefore) {
      await db.acrossTenants((trx) => operatorSessionDelete(trx, { operatorId: row.operator_id, id: row.id }))
      return undefined
    }
    if (now() - row.last_used_at >= USE_NOTED_MS)
      await db.acrossTenants((trx) => operatorSessionTouch(trx, { id: row.id, usedAt: now() }))
    return {
      sessionId: row.id,
      operatorId: user.id,
      name: user.name,
      email: user.email,
      twoFactorEnabled: user.twoFactorEnabled === true,
      hasPassword: providers.includes(PASSWORD_PROVIDER),
      roles: new Map(roles.map(({ tenant_id: tenantId, role }) => [tenantId, role])),
    }
  }
  return {
    find,
    findStarted: async (answer) => {
      const pairs = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
      const cookie = pairs.filter((pair) => !pair.endsWith('=')).join('; ')
      return cookie === '' ? undefined : await find(new Headers({ cookie }))
    },
    list: async (operatorId) => {
      const limits = sessionLimits(now())
      const rows = await db.snapshot(undefined, (trx) => operatorSessionList(trx, { operatorId, ...limits }))
      return rows.map((row) => ({
        id: row.id,
        createdAt: row.created_at,
        lastUsedAt: row.last_used_at,
        ipAddress: row.ip_address ?? undefined,
        userAgent: row.user_agent ?? undefined,
      }))
    },
    end: async ({ operatorId, sessionId }) =>
      await db.acrossTenants((trx) => operatorSessionDelete(trx, { operatorId, id: sessionId })),
    endOthers: async ({ operatorId, sessionId }) =>
      await db.acrossTenants((trx) => operatorSessionDeleteAll(trx, { operatorId, keptId: sessionId })),
  }
}
