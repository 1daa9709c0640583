import type { BetterAuthOptions } from 'better-auth'
import { type AdapterFactoryConfig, type CustomAdapter, createAdapterFactory } from 'better-auth/adapters'
import type { Expression, Kysely, SqlBool } from 'kysely'
import { expressionBuilder } from 'kysely'
import type { Database, Queries } from '#storage/database.ts'
import { type AuthAdapter, withTokenDigests } from './token-digests.ts'

/** What a column holds on every database. */
type Stored = string | number | null
type Row = Readonly<Record<string, Stored>>
/** Better Auth names tables and columns at run time. */
type Tables = Record<string, Record<string, Stored>>
type Condition = Parameters<CustomAdapter['findOne']>[0]['where'][number]

// Better Auth has fields for these; we have no columns. Nobody needs them after the sign-in, so they are not kept.
const NEVER_STORED: readonly string[] = [
  'accessToken',
  'refreshToken',
  'idToken',
  'accessTokenExpiresAt',
  'refreshTokenExpiresAt',
  'scope',
  'image',
]

/** Better Auth's door to our tables: instants as epoch milliseconds, booleans as 0 and 1, session tokens as digests. */
export function createAuthAdapter(db: Database): (options: BetterAuthOptions) => AuthAdapter {
  return (options) => {
    const adapt = (run: Run, transaction: AdapterFactoryConfig['transaction']): AuthAdapter =>
      withTokenDigests(
        createAdapterFactory({
          config: { ...CONFIG, transaction },
          adapter: ({ getFieldName }) => overDatabase(run, getFieldName),
        })(options),
      )
    return adapt(
      (work) => db.acrossTenants((trx) => work(toTables(trx))),
      (work) => db.acrossTenants((trx) => work(adapt((query) => query(toTables(trx)), false))),
    )
  }
}

/** Runs queries: each in a transaction of its own, or all in one. */
type Run = <T>(work: (trx: Kysely<Tables>) => Promise<T>) => Promise<T>

function toTables(trx: Queries): Kysely<Tables> {
  return trx as unknown as Kysely<Tables>
}

const CONFIG: AdapterFactoryConfig = {
  adapterId: 'stagedoor',
  supportsBooleans: false,
  supportsDates: true,
  supportsNumericIds: false,
  customTransformInput: ({ data, field }): unknown => {
    if (NEVER_STORED.includes(field)) return undefined
    return data instanceof Date ? data.getTime() : data
  },
  customTransformOutput: ({ data, fieldAttributes }): unknown =>
    fieldAttributes.type === 'date' && typeof data === 'number' ? new Date(data) : data,
}

type FieldName = (of: { model: string; field: string }) => string

function overDatabase(run: Run, fieldName: FieldName): CustomAdapter {
  const rows = (trx: Kysely<Tables>, { model, where = [] }: Asked) =>
    trx.selectFrom(model).selectAll().where(matching(where))
  const updated = (trx: Kysely<Tables>, { model, where, update }: Update) =>
    trx
      .updateTable(model)
      .set(update as Row)
      .where(matching(where))
  const deleted = (trx: Kysely<Tables>, { model, where = [] }: Asked) =>
    trx.deleteFrom(model).where(matching(where))
  // What Better Auth calls T is the row that it has described before; nothing else is in the table.
  return {
    create: async <T>({ model, data }: { model: string; data: T }) =>
      (await run((trx) =>
        trx
          .insertInto(model)
          .values(data as Row)
          .returningAll()
          .executeTakeFirstOrThrow(),
      )) as T,
    findOne: async <T>(asked: Parameters<CustomAdapter['findOne']>[0]) =>
      ((await run((trx) => rows(trx, asked).limit(1).executeTakeFirst())) ?? null) as T | null,
    findMany: async <T>(asked: Parameters<CustomAdapter['findMany']>[0]) => {
      const { model, sortBy, limit, offset = 0 } = asked
      const found = await run((trx) => {
        const query = rows(trx, asked).limit(limit).offset(offset)
        const by = sortBy && fieldName({ model, field: sortBy.field })
        return (by === undefined ? query : query.orderBy(by, sortBy?.direction)).execute()
      })
      return found as T[]
    },
    update: async <T>(change: Update) =>
      ((await run((trx) => updated(trx, change).returningAll().executeTakeFirst())) ?? null) as T | null,
    updateMany: async (change) =>
      Number((await run((trx) => updated(trx, change).executeTakeFirst())).numUpdatedRows),
    delete: async (asked) => void (await run((trx) => deleted(trx, asked).execute())),
    deleteMany: async (asked) =>
      Number((await run((trx) => deleted(trx, asked).executeTakeFirst())).numDeletedRows),
    count: async ({ model, where = [] }) => {
      const { count } = await run((trx) =>
        trx
          .selectFrom(model)
          .select((on) => on.fn.countAll<number>().as('count'))
          .where(matching(where))
          .executeTakeFirstOrThrow(),
      )
      return count
    },
  }
}

type Asked = { readonly model: string; readonly where?: Condition[] | undefined }
type Update = { readonly model: string; readonly where: Condition[]; readonly update: unknown }

const COMPARISONS = { ne: '!=', lt: '<', lte: '<=', gt: '>', gte: '>=' } as const

/** All conditions at once. What Better Auth's endpoints that we open never ask for is an error, not a guess. */
function matching(where: readonly Condition[]): Expression<SqlBool> {
  const on = expressionBuilder<Tables, string>()
  return on.and(
    where.map(({ field, operator, value, connector, mode }) => {
      if (connector !== 'AND' || mode !== 'sensitive') throw unsupported(`${connector} ${mode}`)
      if (operator === 'eq') return value === null ? on(field, 'is', null) : on(field, '=', stored(value))
      if (operator === 'in' && Array.isArray(value)) return on(field, 'in', value)
      if (operator !== undefined && operator in COMPARISONS) {
        return on(field, COMPARISONS[operator as keyof typeof COMPARISONS], stored(value))
      }
      throw unsupported(String(operator))
    }),
  )
}

function stored(value: Condition['value']): Stored {
  if (typeof value === 'string' || typeof value === 'number') return value
  throw unsupported(`a value of type ${typeof value}`)
}

function unsupported(what: string): Error {
  return new Error(`Better Auth asks the storage for what it cannot do: ${what}`)
}
