import type { Postgres } from '../../support/postgres.ts'
import type { State } from './history.ts'

/** What the database says, read past the program. */
export type Stored = {
  /** By id. */
  readonly states: ReadonlyMap<string, State>
  /** Changes of which something is missing, in words. */
  readonly halves: readonly string[]
  /** The number of the newest change. */
  readonly lastChange: number
}

/** As superuser, whom row-level security does not hide anything from. */
export async function readStored({ asSuper, superUrl }: Postgres): Promise<Stored> {
  const url = new URL(superUrl)
  url.pathname = '/stagedoor'
  const [credentials, counts, numbers, tokenless] = await asSuper(
    url.href,
    'select id, active, allowed_endpoints, deleted_at from credentials',
    `select id, version::int as version,
       (select count(*)::int from audit_events where subject_id = credentials.id) as audits,
       (select count(*)::int from changes where credential_id = credentials.id) as changes
     from credentials`,
    'select count(*)::int as count, coalesce(max(seq), 0)::int as last, coalesce(min(seq), 1)::int as first from changes',
    'select id from credentials where id not in (select credential_id from tokens)',
  )
  const [number] = numbers?.rows ?? []
  return {
    lastChange: number.last,
    states: new Map(credentials?.rows.map((row) => [row.id, stateOf(row)])),
    halves: [
      ...(counts?.rows ?? [])
        .filter(({ audits, changes }) => audits !== changes || audits === 0)
        .map((row) => `audit events and changes differ: ${JSON.stringify(row)}`),
      ...(tokenless?.rows ?? []).map(({ id }) => `${id} has no token`),
      ...(number.last - number.first + 1 === number.count
        ? []
        : [`numbers are missing: ${JSON.stringify(number)}`]),
    ],
  }
}

type Row = {
  readonly active: number | boolean
  readonly allowed_endpoints: string
  readonly deleted_at: unknown
}

function stateOf({ active, allowed_endpoints: allowed, deleted_at: deletedAt }: Row): State {
  if (deletedAt !== null) return 'deleted'
  if (Number(active) === 0) return 'inactive'
  return JSON.parse(allowed).kind === 'all' ? 'active' : 'narrowed'
}
