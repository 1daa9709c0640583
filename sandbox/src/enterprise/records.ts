import { Refusal } from '#refusal.ts'
import { type Json, type Row, sameKey, type Tables } from '#row.ts'
import type { ColumnType, Model } from './columns.ts'
import { type Reference, type Subject, subjectNamed } from './subjects.ts'

/** The rows of the venue and the rules that keep them agreeing with each other. */
export type Records = {
  readonly tables: Tables
  readonly model: Model
}

/** The row with these key values, organization first, or a refusal with 404. */
export function findRecord({ tables }: Records, subject: Subject, key: readonly (Json | undefined)[]): Row {
  const found = lookUp(tables, subject, key)
  if (found === undefined) throw new Refusal(404, `${subject.name} ${key.join('/')} was not found.`)
  return found
}

function lookUp(tables: Tables, subject: Subject, key: readonly (Json | undefined)[]): Row | undefined {
  const names = keyNames(subject)
  return tables.rows(subject.name).find((row) => names.every((name, index) => sameKey(row[name], key[index])))
}

export function keyNames({ organization, keys }: Subject): readonly string[] {
  return organization === undefined ? keys : [organization, ...keys]
}

/** Adds a row; what the body leaves out is null, a key that it leaves out is the next free one. */
export function addRecord(records: Records, subject: Subject, body: Row): Row {
  const { tables } = records
  const given = { ...readBody(records, subject, body), ...organizationOf(records, subject, body) }
  const row = { ...blankRow(records, subject), ...given, ...nextKeys(tables, subject, given) }
  checkReferences(tables, subject, row)
  const key = keyNames(subject).map((name) => row[name])
  if (lookUp(tables, subject, key) !== undefined)
    throw new Refusal(400, `${subject.name} ${key.join('/')} exists already.`)
  return tables.add(subject.name, row)
}

/** Changes what the body names; the key stays, whatever the body says about it. */
export function editRecord(records: Records, subject: Subject, { old, body }: { old: Row; body: Row }): Row {
  const kept = Object.fromEntries(keyNames(subject).map((name) => [name, old[name] ?? null]))
  const changed = { ...old, ...readBody(records, subject, body), ...kept }
  checkReferences(records.tables, subject, changed)
  return records.tables.replace(subject.name, old, changed)
}

/** Edits the row that the body's key names, or adds one: what the Bulk operations do with each item. */
export function saveRecord(records: Records, subject: Subject, body: Row): Row {
  const named = { ...body, ...organizationOf(records, subject, body) }
  const old = lookUp(
    records.tables,
    subject,
    keyNames(subject).map((name) => named[name]),
  )
  return old === undefined ? addRecord(records, subject, body) : editRecord(records, subject, { old, body })
}

/** Both spellings of the organization are taken, since callers mix them up as the API itself does. */
export function organizationOf({ tables }: Records, { organization, name }: Subject, body: Row): Row {
  if (organization === undefined) return {}
  const code = body[organization] ?? body['OrganizationCode'] ?? body['Organization']
  const known = tables.rows('Organizations').find((row) => sameKey(row['OrganizationCode'], code))
  if (known === undefined)
    throw new Refusal(400, `${organization} of ${name} must be an organization that this API user may see.`)
  return { [organization]: known['OrganizationCode'] ?? null }
}

function blankRow({ model }: Records, { name }: Subject): Row {
  return Object.fromEntries([...(model.get(name)?.keys() ?? [])].map((column) => [column, null]))
}

/** Properties that the subject does not have are passed over, as the serializer of the real API does. */
function readBody({ model }: Records, { name }: Subject, body: Row): Row {
  const columns = model.get(name) ?? new Map<string, ColumnType>()
  const known = Object.entries(body).filter(([property]) => columns.has(property))
  for (const [property, value] of known) {
    const type = columns.get(property)
    if (type !== undefined && value !== null && !fits(type, value))
      throw new Refusal(400, `${property} of ${name} is not a ${type === 'whole' ? 'whole number' : type}.`)
  }
  return Object.fromEntries(known)
}

function fits(type: ColumnType, value: Json): boolean {
  switch (type) {
    case 'whole':
      return Number.isInteger(value)
    case 'decimal':
      return typeof value === 'number'
    case 'flag':
      return typeof value === 'boolean'
    case 'date':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
    case 'text':
      return typeof value === 'string'
  }
}

function nextKeys(tables: Tables, subject: Subject, given: Row): Row {
  const missing = subject.keys.filter((name) => given[name] === undefined || given[name] === null)
  return Object.fromEntries(missing.map((name) => [name, nextKey(tables.rows(subject.name), name)]))
}

/** One more than the highest; codes of digits keep their width. Other codes have no next one. */
function nextKey(rows: readonly Row[], name: string): Json {
  const values = rows.map((row) => row[name] ?? null)
  const digits = values.every((value) => /^\d+$/.test(String(value)))
  if (!digits) throw new Refusal(400, `${name} is required.`)
  const next = Math.max(0, ...values.map(Number)) + 1
  const sample = values[0]
  return typeof sample === 'string' ? String(next).padStart(sample.length, '0') : next
}

function checkReferences(tables: Tables, subject: Subject, row: Row): void {
  for (const reference of subject.references) {
    if (reference.on.some(([own]) => (row[own] ?? null) === null)) continue
    if (referred(tables, reference, row) === undefined)
      throw new Refusal(
        400,
        `${reference.on.map(([own]) => own).join(', ')}: no such row in ${reference.to}.`,
      )
  }
}

function referred(tables: Tables, { to, on }: Reference, row: Row): Row | undefined {
  const organization = subjectNamed(to).organization
  const own = row['OrganizationCode'] ?? row['Organization']
  return tables
    .rows(to)
    .find(
      (other) =>
        on.every(([ours, theirs]) => sameKey(other[theirs], row[ours])) &&
        (organization === undefined || own === undefined || sameKey(other[organization], own)),
    )
}
