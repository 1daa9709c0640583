import type { AnalyseOptions, Analysis, ODataProblem, ODataRequest } from '#odata/analysis.ts'
import { readModel } from '#odata/csdl/read-model.ts'
import { analyseTarget } from '#odata/request/analyse-target.ts'

const nav = (type: string, more: Record<string, unknown> = {}) => ({
  $Kind: 'NavigationProperty',
  $Type: `EM.${type}`,
  ...more,
})
const many = (type: string, more: Record<string, unknown> = {}) => nav(type, { $Collection: true, ...more })
const int = { $Type: 'Edm.Int32' }
const param = (name: string, type: string, more: Record<string, unknown> = {}) => ({
  $Name: name,
  $Type: type,
  ...more,
})
const set = (type: string, bindings: Record<string, string> = {}, more: Record<string, unknown> = {}) => ({
  $Collection: true,
  $Type: `EM.${type}`,
  $NavigationPropertyBinding: bindings,
  ...more,
})

/** A service with everything that the rows of the threat table ask about. */
export const MODEL = readModel({
  $Version: '4.01',
  $EntityContainer: 'EM.Container',
  EM: {
    $Alias: 'E',
    '@Org.OData.Core.V1.DefaultNamespace': true,
    Location: {
      $Kind: 'ComplexType',
      City: {},
      Country: nav('Country'),
      Tags: { $Collection: true },
    },
    Event: {
      $Kind: 'EntityType',
      $Key: ['ID'],
      '@Org.OData.Core.V1.AlternateKeys': [{ Key: [{ Name: 'Code', Alias: 'Code' }] }],
      ID: int,
      Code: {},
      Name: {},
      Status: {},
      StartDate: { $Type: 'Edm.DateTimeOffset' },
      Tags: { $Collection: true },
      Banner: { $Type: 'Edm.Stream' },
      Location: { $Type: 'EM.Location' },
      Stops: { $Type: 'EM.Location', $Collection: true },
      Account: nav('Account'),
      Bookings: many('Booking'),
      Sessions: many('Session', { $ContainsTarget: true }),
      Parent: nav('Event'),
    },
    Gala: { $Kind: 'EntityType', $BaseType: 'EM.Event', Theme: {}, Sponsor: nav('Account') },
    Session: { $Kind: 'EntityType', $Key: ['ID'], ID: int, Speaker: nav('Account') },
    Booking: {
      $Kind: 'EntityType',
      $Key: ['Event', 'No'],
      Event: int,
      No: int,
      Seats: int,
      Invoice: nav('Invoice'),
    },
    Account: {
      $Kind: 'EntityType',
      $Key: ['ID'],
      ID: int,
      Name: {},
      CreditLimit: { $Type: 'Edm.Decimal' },
      Events: many('Event'),
      Invoices: many('Invoice'),
    },
    Vip: { $Kind: 'EntityType', $BaseType: 'EM.Account' },
    Invoice: {
      $Kind: 'EntityType',
      $HasStream: true,
      $Key: ['ID'],
      ID: int,
      Owner: nav('Account', { '@Org.OData.Core.V1.AutoExpand': true }),
    },
    Country: { $Kind: 'EntityType', $Key: ['Code'], Code: {}, Name: {} },
    Profile: { $Kind: 'EntityType', $Key: ['ID'], ID: int, Invoices: many('Invoice') },
    Orphan: { $Kind: 'EntityType', $Key: ['ID'], ID: int, Lost: nav('Lost') },
    Lost: { $Kind: 'EntityType', $Key: ['ID'], ID: int },
    Row: {
      $Kind: 'EntityType',
      $OpenType: true,
      $Key: ['ID'],
      ID: int,
      '@Stagedoor.Undescribed': true,
    },
    Organiser: [
      {
        $Kind: 'Function',
        $IsBound: true,
        $IsComposable: true,
        $EntitySetPath: 'event/Account',
        $Parameter: [param('event', 'EM.Event')],
        $ReturnType: { $Type: 'EM.Account' },
      },
    ],
    Cancel: [
      {
        $Kind: 'Action',
        $IsBound: true,
        $EntitySetPath: 'event',
        $Parameter: [param('event', 'EM.Event'), param('reason', 'Edm.String')],
        $ReturnType: { $Type: 'EM.Event' },
      },
    ],
    Top: [
      {
        $Kind: 'Function',
        $IsComposable: true,
        $Parameter: [param('n', 'Edm.Int32')],
        $ReturnType: { $Type: 'EM.Account', $Collection: true },
      },
    ],
    Merge: [
      {
        $Kind: 'Action',
        $Parameter: [param('from', 'Edm.Int32')],
        $ReturnType: { $Type: 'EM.Account' },
      },
    ],
    Container: {
      $Kind: 'EntityContainer',
      Events: set('Event', {
        Account: 'Accounts',
        Bookings: 'Bookings',
        Parent: 'Events',
        'Sessions/Speaker': 'Accounts',
        'Location/Country': 'Countries',
        'Stops/Country': 'Countries',
        'EM.Gala/Sponsor': 'Accounts',
      }),
      Bookings: set('Booking', { Invoice: 'Invoices' }, { '@Stagedoor.Upsert': false }),
      Accounts: set('Account', { Events: 'Events', Invoices: 'Invoices' }),
      Invoices: set('Invoice', { Owner: 'Accounts' }),
      Countries: set('Country', {}, { '@Stagedoor.SearchOwnOnly': true }),
      Orphans: set('Orphan'),
      Rows: set('Row'),
      Me: { $Type: 'EM.Profile', $NavigationPropertyBinding: { Invoices: 'Invoices' } },
      TopAccounts: { $Function: 'EM.Top', $EntitySet: 'Accounts' },
      MergeAccounts: { $Action: 'EM.Merge', $EntitySet: 'Accounts' },
    },
  },
})

export const OPTIONS: AnalyseOptions = {
  roots: { origins: ['https://gw.example'], mount: '/odata' },
  openPageToken: (text) =>
    text === 'gw.good' ? { token: 'skip-5', endpoints: ['GET Events', 'GET Accounts'] } : undefined,
}

export function analyse(
  method: string,
  text: string,
  more: Partial<ODataRequest> = {},
): Analysis | ODataProblem {
  return analyseTarget(MODEL, { method, text, ifMatch: false, ...more }, OPTIONS)
}

/** The analysis of a request that has to be accepted; its canonical form has to mean the same. */
export function accepted(method: string, text: string, more: Partial<ODataRequest> = {}): Analysis {
  const answer = analyse(method, text, more)
  if (!answer.ok) throw new Error(`${text}: ${answer.code} ${answer.problem} at ${answer.at.join('-')}`)
  const query = answer.body.kind === 'query' ? { queryBody: answer.body.text } : {}
  const again = analyse(method, answer.target, { ...more, ...query })
  if (!again.ok) throw new Error(`${answer.target} (canonical of ${text}): ${again.problem}`)
  if (again.target !== answer.target) throw new Error(`${answer.target} becomes ${again.target}`)
  if (answer.memorable && touched(again).join() !== touched(answer).join())
    throw new Error(`${answer.target} touches ${touched(again).join()}`)
  return answer
}

/** Endpoints that are touched, sorted; `?` where the reach is unknown. */
export function touched(analysis: Analysis): readonly string[] {
  const keys = analysis.touches.map((each) => each.endpoint).toSorted()
  return analysis.unknownReach.length > 0 ? [...keys, '?'] : keys
}

/** The code of a request that has to be refused. */
export function refusal(method: string, text: string, more: Partial<ODataRequest> = {}): string {
  const answer = analyse(method, text, more)
  return answer.ok ? `accepted: ${answer.target}` : answer.code
}
