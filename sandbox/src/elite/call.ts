import { type FieldProblem, Refusal } from '#refusal.ts'
import type { Route } from '#routes.ts'
import { type Json, type Row, sameKey, type Tables, textOf } from '#row.ts'

export type EliteCall = {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Json | undefined
  readonly tables: Tables
}

export type EliteHandler = (call: EliteCall) => Response
export type EliteRoute = Route<EliteHandler>

export function route(method: string, path: string, handler: EliteHandler): EliteRoute {
  return { method, template: `/v1/${path}`, handler }
}

/** The row with this id, or a refusal with 404. */
export function findById({ tables }: EliteCall, table: string, id: Json | undefined): Row {
  const found = tables.rows(table).find((row) => sameKey(row['id'], id))
  if (found === undefined) throw new Refusal(404, `${String(id)} was not found.`)
  return found
}

export function rowsWhere(
  { tables }: EliteCall,
  table: string,
  [property, value]: readonly [string, Json],
): readonly Row[] {
  return tables.rows(table).filter((row) => sameKey(row[property], value))
}

export function change(
  { tables }: EliteCall,
  table: string,
  { old, by }: { readonly old: Row; readonly by: Row },
): Response {
  return Response.json(tables.replace(table, old, { ...old, ...by }))
}

/** The next free id in the style of the table: event-12176-A is followed by event-12177-A. */
export function nextId(rows: readonly Row[]): string {
  const [, prefix = 'row-', , suffix = ''] = /^(.*?)(\d+)(\D*)$/.exec(textOf(rows[0] ?? {}, 'id') ?? '') ?? []
  const numbers = rows.map((row) => Number(/(\d+)\D*$/.exec(textOf(row, 'id') ?? '')?.[1] ?? 0))
  return `${prefix}${Math.max(0, ...numbers) + 1}${suffix}`
}

/** Where an id in a body must lead. */
const REFERENCES: Readonly<Record<string, string>> = {
  accountId: 'accounts',
  contactId: 'contacts',
  eventId: 'events',
  roomId: 'general-setup/rooms',
  eventTypeId: 'event-setup/event-types',
  assignedToId: 'general-setup/users',
}

/**
 * The part of a body that the table knows, with all its problems reported together.
 * `sample` is a row of the table: it says which properties there are and of what type.
 */
export function checkBody(call: EliteCall, sample: Row, { body, required = [] }: BodyRules): Row {
  const known = Object.entries(body).filter(([field]) => Object.hasOwn(sample, field) && field !== 'id')
  const problems: FieldProblem[] = required
    .filter((field) => (body[field] ?? null) === null || body[field] === '')
    .map((field) => ({ field, message: 'is required' }))
  for (const [field, value] of known) {
    if (value === null) continue
    const message = problemOf(call, field, { value, sample: sample[field] ?? null })
    if (message !== undefined) problems.push({ field, message })
  }
  if (problems.length > 0) throw new Refusal(400, 'The request is not valid.', problems)
  return Object.fromEntries(known)
}

type BodyRules = { readonly body: Row; readonly required?: readonly string[] }

function problemOf(
  { tables }: EliteCall,
  field: string,
  { value, sample }: { readonly value: Json; readonly sample: Json },
): string | undefined {
  if (kindOf(value) !== kindOf(sample) && sample !== null) return `must be of type ${kindOf(sample)}`
  const table = REFERENCES[field]
  if (table !== undefined && !tables.rows(table).some((row) => sameKey(row['id'], value)))
    return `${String(value)} does not exist`
  return undefined
}

function kindOf(value: Json): string {
  return Array.isArray(value) ? 'list' : typeof value
}
