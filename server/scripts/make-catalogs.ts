import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import process from 'node:process'

// Makes the shipped catalogs from the list of endpoints, which stands beside the project and is not part of it.

type Row = {
  readonly api: 'enterprise' | 'odata' | 'elite'
  readonly method: string
  readonly path: string
  readonly title: string
  readonly resource: string
  readonly operation: string
  readonly licenceTier: string | null
  readonly source: string
}

/** Operations that read, though their method would say otherwise. */
const READS = new Set([
  'POST /v1/events/query',
  'POST /v1/events/query-by-date-range',
  'POST /v1/events/all',
  'POST /Bookings/AvailabilitySearch',
  'POST /RegistrationOrders/CalculateTaxes',
])

/** Second ways to address an operation: a query parameter stands for a key, since `*` is refused in paths. */
const ALSO: Readonly<
  Record<string, readonly { readonly path: string; readonly query: readonly string[] }[]>
> = {
  'GET /Countries/{OrgCode}/{Code}': [{ path: '/Countries/{OrgCode}', query: ['code'] }],
  'GET /CurrencyCodes/{Code}': [{ path: '/CurrencyCodes', query: ['code'] }],
  'GET /States/{CountryCode}/{Code}': [{ path: '/States', query: ['CountryCode', 'Code'] }],
}

/** Keys of entity sets, where they are known from observed calls. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  Events: ['Organization', 'EventID'],
  Functions: ['OrganizationCode', 'EventID', 'FunctionID'],
  PriceList: ['OrganizationCode', 'Code'],
  PriceListItems: ['OrganizationCode', 'PriceList', 'Code'],
}
const NUMBERS = new Set(['EventID', 'FunctionID'])

/** Resources whose records are of people, or carry their names, addresses and the like: by judgement, from the names. */
const PERSONAL = new Set(
  [
    'AccountAffiliations Accounts AccountLeads Activities AlternateAddresses AccountMailingLists Allergies',
    'BookingRoleAccounts BookingRoleContacts Communications Conversations ConversationAccounts ConversationMessages',
    'Documents EventOpportunityContacts EventTaskUsers ExhibitorInBoothEvents Exhibitors ExhibitorSocialMedia',
    'ExpenseReportApprovals ExpenseReportCreditCardDetails ExpenseReportDetails ExpenseReportHeaders FunctionCheckIns',
    'FunctionSeatingCharts Invoices MailingLists MeetingAttendees MeetingNotes MembershipAccountItems MembershipCards',
    'MembershipEngagements MembershipOrderItems MembershipOrders Notes Opportunities OrderAllergies OrderRegistrants',
    'PaymentPlanHeaders PaymentPlans Payments PendingPayments RegistrationAssignments RegistrationOrderItems',
    'RegistrationOrders Relationships SessionProposalEventRoundEvaluators SessionProposals Tasks UserRoles Users',
    // Elite. Its events carry their contacts with e-mail address and telephone.
    'Contacts',
  ].flatMap((line) => line.split(' ')),
)

function isPersonal({ api, resource, path }: Row): boolean {
  if (api === 'elite' && (resource === 'Events' || /\/users?(?:\/|$)/.test(path))) return true
  return PERSONAL.has(resource)
}

/** Where the list of endpoints is looked for. */
export const ENDPOINT_LIST = resolve(import.meta.dirname, '../../../shared/data/momentus-endpoints.json')

/** The three documents by file name. */
export function makeCatalogs(rows: readonly Row[]): ReadonlyMap<string, string> {
  const of = (api: Row['api']): readonly Row[] => rows.filter((row) => row.api === api)
  const enterprise = {
    title: 'Momentus Enterprise',
    server: '/api/v1',
    pathRules: { caseSensitive: false, trailingSlashTolerated: true },
  }
  const elite = {
    title: 'Momentus Elite',
    server: '/',
    pathRules: { caseSensitive: true, trailingSlashTolerated: false },
  }
  return new Map([
    ['enterprise.openapi.json', openApi(of('enterprise'), enterprise)],
    ['elite.openapi.json', openApi(of('elite'), elite)],
    ['enterprise-odata.csdl.xml', csdl(of('odata'))],
  ])
}

type Api = { readonly title: string; readonly server: string; readonly pathRules: object }

function openApi(rows: readonly Row[], api: Api): string {
  const paths: Record<string, Record<string, unknown>> = {}
  const used = new Map<string, number>()
  for (const row of rows) {
    const path = row.path.replace(/^(?:\/api\/v1|\/enterprise\/connect\/api|\/api(?=\/v2\/))(?=\/)/, '')
    const item = (paths[path] ??= row.path.startsWith('/api/v2/') ? { servers: [{ url: '/api' }] } : {})
    const operationId = unique(row, used)
    item[row.method.toLowerCase()] = {
      operationId,
      ...(operationId !== row.operation && { 'x-operation-name': row.operation }),
      summary: row.title,
      tags: [row.resource],
      ...(READS.has(`${row.method} ${path}`) && { 'x-effect': 'read' }),
      ...(isPersonal(row) && { 'x-personal-data': true }),
      ...(row.licenceTier !== null && { 'x-licence-tier': row.licenceTier }),
      ...(ALSO[`${row.method} ${path}`] && { 'x-also': ALSO[`${row.method} ${path}`] }),
      ...parameters(path),
      responses: { default: { description: 'As the vendor documents it.' } },
    }
  }
  const document = {
    openapi: '3.1.0',
    info: {
      title: api.title,
      version: '2026.1',
      description: 'Names, methods and paths of the published operations.',
    },
    'x-path-rules': api.pathRules,
    servers: [{ url: api.server }],
    paths,
  }
  return `${JSON.stringify(document, undefined, 1)}\n`
}

/** OpenAPI wants operation ids to be unique, and the vendor's names are not. */
function unique(row: Row, used: Map<string, number>): string {
  const count = (used.get(row.operation) ?? 0) + 1
  used.set(row.operation, count)
  if (count === 1) return row.operation
  const qualified = `${row.operation}_${row.resource}`
  const again = (used.get(qualified) ?? 0) + 1
  used.set(qualified, again)
  return again === 1 ? qualified : `${qualified}_${again}`
}

function parameters(path: string): object {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1])
  if (names.length === 0) return {}
  return {
    parameters: names.map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  }
}

function csdl(rows: readonly Row[]): string {
  const types = rows.map(({ resource }) => {
    const keys = KEYS[resource]
    if (!keys) return `      <EntityType Name="${resource}Row" OpenType="true"/>`
    const refs = keys.map((key) => `<PropertyRef Name="${key}"/>`).join('')
    const properties = keys.map(
      (key) =>
        `        <Property Name="${key}" Type="Edm.${NUMBERS.has(key) ? 'Int32' : 'String'}" Nullable="false"/>`,
    )
    return [
      `      <EntityType Name="${resource}Row" OpenType="true">`,
      `        <Key>${refs}</Key>`,
      ...properties,
      '      </EntityType>',
    ].join('\n')
  })
  const sets = rows.map((row) => {
    const { resource, title, operation, source } = row
    return [
      `        <EntitySet Name="${resource}" EntityType="Momentus.${resource}Row">`,
      `          <Annotation Term="Org.OData.Core.V1.Description" String="${title}"/>`,
      `          <Annotation Term="Stagedoor.OperationName" String="${operation}"/>`,
      ...(source === 'inferred' ? ['          <Annotation Term="Stagedoor.Inferred" Bool="true"/>'] : []),
      ...(isPersonal(row) ? ['          <Annotation Term="Stagedoor.PersonalData" Bool="true"/>'] : []),
      '        </EntitySet>',
    ].join('\n')
  })
  return `<?xml version="1.0" encoding="utf-8"?>
<edmx:Edmx Version="4.01" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
  <edmx:DataServices>
    <Schema Namespace="Momentus" xmlns="http://docs.oasis-open.org/odata/ns/edm">
      <Annotation Term="Stagedoor.Undescribed" Bool="true"/>
${types.join('\n')}
      <EntityContainer Name="Container">
${sets.join('\n')}
      </EntityContainer>
    </Schema>
  </edmx:DataServices>
</edmx:Edmx>
`
}

// Not import.meta.main: the oldest Node 24 does not have it.
if (process.argv[1] === import.meta.filename) {
  if (existsSync(ENDPOINT_LIST)) {
    const folder = resolve(import.meta.dirname, '../../catalogs')
    mkdirSync(folder, { recursive: true })
    for (const [name, text] of makeCatalogs(JSON.parse(readFileSync(ENDPOINT_LIST, 'utf8')))) {
      writeFileSync(join(folder, name), text)
    }
  } else
    process.stderr.write(
      `the list of endpoints is absent (${ENDPOINT_LIST}): the catalogs stay as they are\n`,
    )
}
