import type { BetterAuthOptions } from 'better-auth'
import { type AdapterFactoryConfig, type CustomAdapter, createAdapterFactory } from 'better-auth/adapters'
import type { Expression, Kysely, SqlBool } from 'kysely'
import { expressionBuilder } from 'kysely'
import type { Database } from '#credentials/use-case.ts'
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
    const inside = (connection: Database, transaction: AdapterFactoryConfig['transaction']): AuthAdapter =>
      withTokenDigests(
        createAdapterFactory({
          config: { ...CONFIG, transaction },
          adapter: ({ getFieldName }) => overKysely(connection as unknown as Kysely<Tables>, getFieldName),
        })(options),
      )
    return inside(db, (work) => db.transaction().execute((trx) => work(inside(trx, false))))
  }
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

function overKysely(db: Kysely<Tables>, fieldName: FieldName): CustomAdapter {
  const rows = ({
    model,
    where = [],
  }: {
    readonly model: string
    readonly where?: Condition[] | undefined
  }) => db.selectFrom(model).selectAll().where(matching(where))
  const updated = ({ model, where, update }: Update) =>
    db
      .updateTable(model)
      .set(update as Row)
      .where(matching(where))
  const deleted = ({ model, where }: { readonly model: string; readonly where: Condition[] }) =>
    db.deleteFrom(model).where(matching(where))
  // What Better Auth calls T is the row that it has described before; nothing else is in the table.
  return {
    create: async <T>({ model, data }: { model: string; data: T }) =>
      (await db
        .insertInto(model)
        .values(data as Row)
        .returningAll()
        .executeTakeFirstOrThrow()) as T,
    findOne: async <T>(asked: Parameters<CustomAdapter['findOne']>[0]) =>
      ((await rows(asked).limit(1).executeTakeFirst()) ?? null) as T | null,
    findMany: async <T>(asked: Parameters<CustomAdapter['findMany']>[0]) => {
      const { model, sortBy, limit, offset = 0 } = asked
      const query = sortBy
        ? rows(asked).orderBy(fieldName({ model, field: sortBy.field }), sortBy.direction)
        : rows(asked)
      return (await query.limit(limit).offset(offset).execute()) as T[]
    },
    update: async <T>(change: Update) =>
      ((await updated(change).returningAll().executeTakeFirst()) ?? null) as T | null,
    updateMany: async (change) => Number((await updated(change).executeTakeFirst()).numUpdatedRows),
    delete: async (asked) => void (await deleted(asked).execute()),
    deleteMany: async (asked) => Number((await deleted(asked).executeTakeFirst()).numDeletedRows),
    count: async ({ model, where = [] }) => {
      const query = db.selectFrom(model).select((on) => on.fn.countAll<number>().as('count'))
      return (await query.where(matching(where)).executeTakeFirstOrThrow()).count
    },
  }
}

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
