import { hash } from 'node:crypto'
import type { BetterAuthOptions } from 'better-auth'
import type { createAdapterFactory } from 'better-auth/adapters'

/** What Better Auth stores through. */
export type AuthAdapter = ReturnType<ReturnType<typeof createAdapterFactory<BetterAuthOptions>>>

type Where = NonNullable<Parameters<AuthAdapter['findMany']>[0]['where']>
type Creation<T> = {
  readonly model: string
  readonly data: Omit<T, 'id'>
  readonly select?: string[] | undefined
  readonly forceAllowId?: boolean | undefined
}
type Asked = { readonly model: string; readonly where?: Where | undefined }

/**
 * Keeps the tokens of sessions out of the storage: on the way in, in rows and in conditions, a token becomes its digest.
 * Whoever named the token gets it back in the answer; nobody else learns it.
 */
export function withTokenDigests(inner: AuthAdapter): AuthAdapter {
  const outer: AuthAdapter = {
    ...inner,
    create: async <T extends Record<string, unknown>, R = T>(asked: Creation<T>) => {
      const token: unknown = 'token' in asked.data ? asked.data['token'] : undefined
      if (asked.model !== 'session' || typeof token !== 'string') return await inner.create<T, R>(asked)
      const data = { ...asked.data, token: digest(token) }
      return named(await inner.create<T, R>({ ...asked, data }), token)
    },
    findOne: async <T>(asked: Parameters<AuthAdapter['findOne']>[0]) =>
      named(await inner.findOne<T>(digested(asked)), tokenIn(asked)),
    findMany: async <T>(asked: Parameters<AuthAdapter['findMany']>[0]) =>
      (await inner.findMany<T>(digested(asked))).map((row) => named(row, tokenIn(asked))),
    update: async <T>(asked: Parameters<AuthAdapter['update']>[0]) =>
      named(await inner.update<T>(digested(asked)), tokenIn(asked)),
    updateMany: async (asked) => await inner.updateMany(digested(asked)),
    delete: async (asked) => await inner.delete(digested(asked)),
    deleteMany: async (asked) => await inner.deleteMany(digested(asked)),
    count: async (asked) => await inner.count(digested(asked)),
    consumeOne: async <T>(asked: Parameters<AuthAdapter['consumeOne']>[0]) =>
      named(await inner.consumeOne<T>(digested(asked)), tokenIn(asked)),
    incrementOne: async <T>(asked: Parameters<AuthAdapter['incrementOne']>[0]) =>
      named(await inner.incrementOne<T>(digested(asked)), tokenIn(asked)),
  }
  return outer
}

function digest(token: string): string {
  return hash('sha256', token)
}

function digested<T extends Asked>(asked: T): T {
  if (asked.model !== 'session' || !asked.where) return asked
  const where = asked.where.map((condition) => {
    if (condition.field !== 'token') return condition
    if (typeof condition.value !== 'string') throw new TypeError('a session is looked for by one token')
    return { ...condition, value: digest(condition.value) }
  })
  return { ...asked, where }
}

function tokenIn({ model, where }: Asked): string | undefined {
  const value = model === 'session' ? where?.find(({ field }) => field === 'token')?.value : undefined
  return typeof value === 'string' ? value : undefined
}

function named<T>(row: T, token: string | undefined): T {
  return token === undefined || row === null ? row : { ...row, token }
}
