import { asRow, asRows } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { type Json, type Row, sameKey } from '#row.ts'
import { type EnterpriseCall, type EnterpriseRoute, route } from './call.ts'
import { addRecord, editRecord, findRecord, saveRecord } from './records.ts'
import { type Page, readSearch, runSearch, type Search } from './search.ts'
import { type Operation, SUBJECTS, type Subject } from './subjects.ts'

/** Small code lists are read whole; everything else insists on a search, as observed. */
const SEARCH_OPTIONAL: readonly string[] = ['Countries', 'Webhooks']

/** The routes that every subject has in the same form, from the table of subjects. */
export function genericRoutes(): readonly EnterpriseRoute[] {
  return SUBJECTS.flatMap((subject) => subject.operations.map((operation) => routeOf(subject, operation)))
}

function routeOf(subject: Subject, operation: Operation): EnterpriseRoute {
  const { name, organization, keys } = subject
  const list = organization === undefined ? name : `${name}/{OrgCode}`
  const one = [list, ...keys.map((key) => `{${key}}`)].join('/')
  switch (operation) {
    case 'list':
      return route('GET', list, (call) => listRows(call, subject))
    case 'get':
      return route('GET', one, (call) =>
        Response.json(findRecord(call.records, subject, keyOf(call, subject))),
      )
    case 'add':
      return route('POST', name, (call) => Response.json(addRecord(call.records, subject, asRow(call.body))))
    case 'edit':
      return route('PUT', one, (call) => editOne(call, subject))
    case 'delete':
      return route('DELETE', one, (call) => deleteOne(call, subject))
    case 'bulk':
      return route('POST', `Bulk/${name}`, (call) => saveAll(call, subject))
  }
}

/** The key values in the path, in the order of the subject's key. */
export function keyOf({ params }: EnterpriseCall, { organization, keys }: Subject): readonly string[] {
  const values = keys.map((key) => params[key] ?? '')
  return organization === undefined ? values : [params['OrgCode'] ?? '', ...values]
}

export function listRows(call: EnterpriseCall, subject: Subject): Response {
  const { records, query, params } = call
  const { name, organization } = subject
  const orgCode = params['OrgCode']
  if (organization !== undefined && orgCode !== undefined && !isOrganization(call, orgCode))
    throw new Refusal(404, `Organization ${orgCode} was not found.`)
  const required = organization !== undefined && !SEARCH_OPTIONAL.includes(name)
  const search = readSearch(query, { required })
  const all = records.tables.rows(name)
  const own =
    organization === undefined || orgCode === undefined ? all : all.filter(isOf(organization, orgCode))
  const page = runSearch(own, records.model.get(name) ?? new Map(), search)
  return Response.json(page.rows, { headers: { 'X-SearchMetadata': metadata(call, search, page) } })
}

export function isOrganization({ records }: EnterpriseCall, code: string): boolean {
  return records.tables.rows('Organizations').some((row) => sameKey(row['OrganizationCode'], code))
}

function isOf(property: string, code: string): (row: Row) => boolean {
  return (row) => sameKey(row[property], code)
}

/** Relative, since this upstream does not know under which address its caller sees it. */
function metadata({ pathname, query }: EnterpriseCall, search: Search, page: Page): string {
  const { page: number, pageSize } = search
  const plain = (query.get('search') ?? 'All').replace(/\$page=\d+/i, '')
  const next = `${pathname}?search=${encodeURIComponent(`${plain}$page=${number + 1}`)}`
  return JSON.stringify({
    Total: page.total,
    Page: number,
    PageSize: pageSize,
    ...(page.more && { Links: { Next: next } }),
  })
}

function editOne(call: EnterpriseCall, subject: Subject): Response {
  const old = findRecord(call.records, subject, keyOf(call, subject))
  return Response.json(editRecord(call.records, subject, { old, body: asRow(call.body) }))
}

export function deleteOne(call: EnterpriseCall, subject: Subject): Response {
  call.records.tables.remove(subject.name, findRecord(call.records, subject, keyOf(call, subject)))
  return new Response(null, { status: 204 })
}

/** Each item stands for itself: one that is refused does not undo the others. */
function saveAll({ records, body }: EnterpriseCall, subject: Subject): Response {
  const results = asRows(body).map((item): Json => {
    try {
      return { Status: 200, Model: saveRecord(records, subject, item) }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      return { Status: error.status, ErrorList: [{ Message: error.message }] }
    }
  })
  return Response.json(results)
}
