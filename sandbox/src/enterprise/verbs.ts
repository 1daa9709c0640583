import { asRow } from '#body.ts'
import { Refusal } from '#refusal.ts'
import { sameKey, textOf } from '#row.ts'
import { type EnterpriseCall, type EnterpriseRoute, route } from './call.ts'
import { deleteOne, isOrganization, keyOf, listRows } from './generic.ts'
import { addRecord, editRecord, findRecord } from './records.ts'
import { parameter, readSearch, runSearch } from './search.ts'
import { subjectNamed } from './subjects.ts'
import { EVENT_VERBS } from './verbs-events.ts'
import { ORDER_VERBS } from './verbs-orders.ts'

const USERS = subjectNamed('Users')
const DOCUMENTS = subjectNamed('Documents')
const WEBHOOKS = subjectNamed('Webhooks')
const COUNTRIES = subjectNamed('Countries')
const CURRENCIES = subjectNamed('CurrencyCodes')
const STATES = subjectNamed('States')
const ACCOUNTS = subjectNamed('Accounts')
const DIAGRAMS = subjectNamed('ExternalDiagrams')
const DIAGRAM_TEMPLATE = '/connect/api/ExternalDiagrams/{ID}'

/** Operations with a shape of their own. They stand before the generic routes and win over them. */
export const VERBS: readonly EnterpriseRoute[] = [
  ...EVENT_VERBS,
  ...ORDER_VERBS,
  route('GET', 'Countries/{OrgCode}', listCountries),
  route('GET', 'CurrencyCodes', listCurrencies),
  route('GET', 'States', listStates),
  route('GET', 'Documents/{OrgCode}/{Type}/{SequenceNumber}/Download', download),
  route('PUT', 'Users/{ID}/Copy', copyUser),
  route('PUT', 'Users/{ID}/SendActivateUserEmail', sendActivateUserEmail),
  route('GET', 'Webhooks', (call) => listRows(call, WEBHOOKS)),
  route('GET', 'Webhooks/{OrgCode}', getWebhookOrList),
  route('PUT', 'Webhooks/{SequenceNumber}', editWebhook),
  route('DELETE', 'Webhooks/{SequenceNumber}', (call) => deleteOne(ofOwnOrganization(call), WEBHOOKS)),
  { method: 'GET', template: '/api/v2/Accounts', handler: searchAccountsV2 },
  // Seen under the gateway's own base only; there is no v1 path for it in the published lists.
  { method: 'GET', template: DIAGRAM_TEMPLATE, handler: getDiagram },
  { method: 'PUT', template: DIAGRAM_TEMPLATE, handler: editDiagram },
]

function listCountries(call: EnterpriseCall): Response {
  const code = parameter(call.query, 'code')
  if (code === undefined) return listRows(call, COUNTRIES)
  return Response.json(findRecord(call.records, COUNTRIES, [call.params['OrgCode'], code]))
}

function listCurrencies(call: EnterpriseCall): Response {
  const code = parameter(call.query, 'code')
  if (code === undefined) return listRows(call, CURRENCIES)
  return Response.json(findRecord(call.records, CURRENCIES, [code]))
}

function listStates(call: EnterpriseCall): Response {
  const code = parameter(call.query, 'Code')
  if (code === undefined) return listRows(call, STATES)
  return Response.json(findRecord(call.records, STATES, [parameter(call.query, 'CountryCode'), code]))
}

function download(call: EnterpriseCall): Response {
  const document = findRecord(call.records, DOCUMENTS, keyOf(call, DOCUMENTS))
  const name = encodeURIComponent(textOf(document, 'FileName') ?? 'document')
  return new Response(Buffer.from(textOf(document, 'Content') ?? '', 'utf8'), {
    headers: {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${name}`,
    },
  })
}

function copyUser(call: EnterpriseCall): Response {
  const { records, body = {} } = call
  const { ID: id, ...source } = findRecord(records, USERS, keyOf(call, USERS))
  return Response.json(addRecord(records, USERS, { ...source, ID: `${String(id)}-COPY`, ...asRow(body) }))
}

/** Nothing is sent: the answer says what would have been. */
function sendActivateUserEmail(call: EnterpriseCall): Response {
  const { ID: id, Email: email } = findRecord(call.records, USERS, keyOf(call, USERS))
  return Response.json({ ID: id, Email: email, Sent: true })
}

/** The published list has two operations at this path; only the value tells them apart. */
function getWebhookOrList(call: EnterpriseCall): Response {
  const { OrgCode: value = '' } = call.params
  if (isOrganization(call, value)) return listRows(call, WEBHOOKS)
  return Response.json(findRecord(call.records, WEBHOOKS, [organizationOfWebhook(call, value), value]))
}

function editWebhook(call: EnterpriseCall): Response {
  const old = findRecord(call.records, WEBHOOKS, keyOf(ofOwnOrganization(call), WEBHOOKS))
  return Response.json(editRecord(call.records, WEBHOOKS, { old, body: asRow(call.body) }))
}

function ofOwnOrganization(call: EnterpriseCall): EnterpriseCall {
  const OrgCode = organizationOfWebhook(call, call.params['SequenceNumber'] ?? '')
  return { ...call, params: { ...call.params, OrgCode } }
}

function organizationOfWebhook({ records }: EnterpriseCall, sequence: string): string {
  const webhook = records.tables.rows('Webhooks').find((row) => sameKey(row['SequenceNumber'], sequence))
  if (webhook === undefined) throw new Refusal(404, `Webhooks ${sequence} was not found.`)
  return String(webhook['OrganizationCode'])
}

/** orgCode, orderby, page and pagesize as separate parameters, and no search. */
function searchAccountsV2({ query, records }: EnterpriseCall): Response {
  const code = parameter(query, 'orgCode')
  if (code === undefined) throw new Refusal(400, 'The orgCode parameter is required.')
  const rows = records.tables.rows('Accounts').filter((row) => sameKey(row['Organization'], code))
  const columns = records.model.get(ACCOUNTS.name) ?? new Map()
  const page = runSearch(rows, columns, readSearch(query, { required: false }))
  return Response.json(page.rows, { headers: { 'X-SearchMetadata': JSON.stringify({ Total: page.total }) } })
}

function getDiagram(call: EnterpriseCall): Response {
  return Response.json(findRecord(call.records, DIAGRAMS, keyOf(call, DIAGRAMS)))
}

function editDiagram(call: EnterpriseCall): Response {
  const old = findRecord(call.records, DIAGRAMS, keyOf(call, DIAGRAMS))
  return Response.json(editRecord(call.records, DIAGRAMS, { old, body: asRow(call.body) }))
}
