import { asRow } from '#body.ts'
import { instantOf } from '#query/evaluate.ts'
import { Refusal } from '#refusal.ts'
import { type Json, type Row, sameKey } from '#row.ts'
import { type EnterpriseCall, type EnterpriseRoute, route } from './call.ts'
import { keyOf } from './generic.ts'
import { LOGO } from './logo.ts'
import { addRecord, editRecord, findRecord, organizationOf } from './records.ts'
import { type Subject, subjectNamed } from './subjects.ts'

const EVENTS = subjectNamed('Events')
const OPPORTUNITIES = subjectNamed('EventOpportunities')
const FUNCTIONS = subjectNamed('Functions')
const BOOKINGS = subjectNamed('Bookings')
const PROSPECT = '10'

/** What events, their bookings and functions can do beside being read and written. */
export const EVENT_VERBS: readonly EnterpriseRoute[] = [
  route('GET', 'Events/GetLogo/{OrgCode}/{EventID}', getLogo),
  route('POST', 'Events/AddFromProfile', addFromProfile),
  route('PUT', 'Events/Restore', restore),
  route('PUT', 'Events/{OrgCode}/{EventID}/AddChecklist', (call) => addChecklist(call, EVENTS)),
  route('PUT', 'EventOpportunities/{OrgCode}/{MeetingSequence}/AddChecklist', (call) =>
    addChecklist(call, OPPORTUNITIES),
  ),
  route('POST', 'EventOpportunities/{OrgCode}/{MeetingSequence}/CreateEvent', createEvent),
  route('POST', 'Functions/InsertAfter/{TargetFunctionID}', (call) =>
    insertFunction(call, 'TargetFunctionID'),
  ),
  route('POST', 'Functions/InsertIndented/{ParentFunctionID}', (call) =>
    insertFunction(call, 'ParentFunctionID'),
  ),
  route('POST', 'Bookings/AvailabilitySearch', searchAvailability),
]

/** Every event has the same logo: one that a browser can show. */
function getLogo(call: EnterpriseCall): Response {
  findRecord(call.records, EVENTS, keyOf(call, EVENTS))
  return new Response(LOGO, { headers: { 'Content-Type': 'image/png' } })
}

/** A profile is an event that serves as the pattern of a new one. */
function addFromProfile({ body, records }: EnterpriseCall): Response {
  const { ProfileEventID: profileId, ...given } = asRow(body)
  if (profileId === undefined) return Response.json(addRecord(records, EVENTS, given))
  const organization = organizationOf(records, EVENTS, given)['Organization']
  const { EventID: _, ...profile } = findRecord(records, EVENTS, [organization, profileId])
  return Response.json(addRecord(records, EVENTS, { ...profile, ...given }))
}

function restore({ body, records }: EnterpriseCall): Response {
  const given = asRow(body)
  const organization = organizationOf(records, EVENTS, given)['Organization']
  const old = findRecord(records, EVENTS, [organization, given['EventID']])
  return Response.json(editRecord(records, EVENTS, { old, body: { Status: PROSPECT } }))
}

function addChecklist(call: EnterpriseCall, subject: Subject): Response {
  const old = findRecord(call.records, subject, keyOf(call, subject))
  const body = { Checklists: Number(old['Checklists'] ?? 0) + 1 }
  return Response.json(editRecord(call.records, subject, { old, body }))
}

function createEvent(call: EnterpriseCall): Response {
  const { records, body = {} } = call
  const old = findRecord(records, OPPORTUNITIES, keyOf(call, OPPORTUNITIES))
  const event = addRecord(records, EVENTS, {
    Organization: old['OrganizationCode'] ?? null,
    Description: old['Description'] ?? null,
    Account: old['AccountCode'] ?? null,
    BillTo: old['AccountCode'] ?? null,
    StartDate: old['StartDate'] ?? null,
    EndDate: old['EndDate'] ?? null,
    Attendance: old['Attendance'] ?? null,
    Status: PROSPECT,
    Checklists: 0,
    ...asRow(body),
  })
  editRecord(records, OPPORTUNITIES, { old, body: { Status: 'Won' } })
  return Response.json(event)
}

/** After a function beside it, or indented below it; Order decides where a list shows it. */
function insertFunction({ params, body, records }: EnterpriseCall, place: string): Response {
  const given = asRow(body)
  const organization = organizationOf(records, FUNCTIONS, given)['OrganizationCode']
  const other = findRecord(records, FUNCTIONS, [organization, given['EventID'], params[place]])
  const parent = place === 'ParentFunctionID' ? other['FunctionID'] : other['ParentFunction']
  return Response.json(
    addRecord(records, FUNCTIONS, {
      ...given,
      ParentFunction: parent ?? null,
      Order: Number(other['Order'] ?? 0) + 1,
    }),
  )
}

/** A space is available where no booking of it touches the asked time. */
function searchAvailability({ body, records }: EnterpriseCall): Response {
  const asked = asRow(body)
  const organization = organizationOf(records, BOOKINGS, asked)['OrganizationCode']
  const from = instant(asked, 'StartDate')
  const to = instant(asked, 'EndDate')
  if (to < from) throw new Refusal(400, 'EndDate lies before StartDate.')
  const taken = records.tables
    .rows('Bookings')
    .filter((row) => time(row['StartDate']) <= to && time(row['EndDate']) >= from)
  const spaces = records.tables.rows('Spaces').filter((space) => sameKey(space['Organization'], organization))
  return Response.json(
    spaces.map(({ Code: code, SpaceDescription: description }) => ({
      Space: code,
      SpaceDescription: description,
      Available: !taken.some((booking) => sameKey(booking['Space'], code)),
    })),
  )
}

function instant(body: Row, property: string): number {
  const value = time(body[property])
  if (Number.isNaN(value)) throw new Refusal(400, `${property} must be a date.`)
  return value
}

function time(value: Json | undefined): number {
  return instantOf(value ?? null)
}
