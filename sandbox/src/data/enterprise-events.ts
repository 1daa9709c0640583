import type { Row } from '#row.ts'
import { at } from './dates.ts'
import { companyCode } from './enterprise-accounts.ts'
import { ORG } from './enterprise-setup.ts'
import { createSeeded, times } from './seeded.ts'
import { COMPANIES, SUBJECT_MATTERS } from './words.ts'

const seeded = createSeeded(9001)
const here: Row = { OrganizationCode: ORG }

/** The first event; its number and its rows are used in examples. */
export const FIRST_EVENT_ID = 9001
export const EVENT_COUNT = 60
const SPACES = ['HALL-A', 'HALL-B', 'HALL-AB', 'BALLROOM', 'AUDITORIUM', 'ROOM 1/2', 'QUAY'] as const

/** One event with the facts that its bookings, orders and invoices are derived from. */
export type Planned = {
  readonly id: number
  readonly account: string
  readonly space: string
  readonly firstDay: number
  readonly days: number
  readonly attendance: number
}

export const PLANNED: readonly Planned[] = times(EVENT_COUNT, (index) => ({
  id: FIRST_EVENT_ID + index,
  account: companyCode(index * 3),
  space: SPACES[index % SPACES.length] ?? 'HALL-A',
  // Six days apart, at most three long with a day around: no two events meet, so no space is taken twice.
  firstDay: 2 + index * 6,
  days: seeded.whole(1, 3),
  attendance: seeded.whole(6, 240) * 10,
}))

const events = PLANNED.map(
  (planned, index): Row => ({
    Organization: ORG,
    EventID: planned.id,
    Description: `${COMPANIES[(index * 3) % COMPANIES.length] ?? ''} ${SUBJECT_MATTERS[index % SUBJECT_MATTERS.length] ?? ''} 2026`,
    StartDate: at(planned.firstDay),
    EndDate: at(planned.firstDay + planned.days - 1),
    InDate: at(planned.firstDay - 1),
    OutDate: at(planned.firstDay + planned.days),
    Class: seeded.pick(['PUB', 'PRIV']),
    Category: seeded.pick(['CONF', 'EXPO', 'GALA']),
    Rank: seeded.whole(1, 5),
    Status: index % 12 === 11 ? '90' : index < 20 ? '80' : seeded.pick(['10', '20', '30']),
    Coordinator: 'SOKAF',
    Salesperson: 'MLIND',
    Account: planned.account,
    BillTo: planned.account,
    AnchorVenue: planned.space,
    Attendance: planned.attendance,
    Checklists: 0,
  }),
)

/** Move in the day before, the event, move out the day after. */
const bookings = PLANNED.flatMap((planned) =>
  [
    { usage: 'IN', type: 'Setup', from: planned.firstDay - 1, to: planned.firstDay - 1 },
    { usage: 'EV', type: 'Event', from: planned.firstDay, to: planned.firstDay + planned.days - 1 },
    {
      usage: 'OUT',
      type: 'Teardown',
      from: planned.firstDay + planned.days,
      to: planned.firstDay + planned.days,
    },
  ].map(
    ({ usage, type, from, to }, index): Row => ({
      ...here,
      Event: planned.id,
      SequenceNumber: index + 1,
      Space: planned.space,
      Status: '30',
      StartDate: at(from),
      StartTime: at(from, '08:00'),
      EndDate: at(to),
      EndTime: at(to, '22:00'),
      Usage: usage,
      UsageType: type,
      Billable: usage === 'EV' ? 'Y' : 'N',
    }),
  ),
)

const functions = PLANNED.flatMap((planned) =>
  ['Registration', 'Opening', 'Main programme', 'Lunch'].map(
    (description, index): Row => ({
      ...here,
      EventID: planned.id,
      FunctionID: index + 1,
      Description: description,
      Space: planned.space,
      StatusCode: '30',
      StartDate: at(planned.firstDay),
      StartTime: at(planned.firstDay, `${String(8 + index * 2).padStart(2, '0')}:00`),
      EndDate: at(planned.firstDay),
      EndTime: at(planned.firstDay, `${String(9 + index * 2).padStart(2, '0')}:30`),
      ParentFunction: index > 1 ? 2 : null,
      Order: (index + 1) * 10,
    }),
  ),
)

const documents = PLANNED.slice(0, 12).flatMap((planned) =>
  ['Floor plan', 'Running order'].map(
    (title, index): Row => ({
      ...here,
      Type: 'EVENT',
      SequenceNumber: (planned.id - FIRST_EVENT_ID) * 2 + index + 1,
      Event: planned.id,
      Description: title,
      FileName: `${title.toLowerCase().replace(' ', '-')}-${planned.id}.txt`,
      Content: `${title} of event ${planned.id} at the Harbourview Convention Centre.\n`,
    }),
  ),
)

const exhibitors = PLANNED.slice(0, 20).map(
  (planned, index): Row => ({
    ...here,
    ExhibitorID: 301 + index,
    EventID: planned.id,
    AccountCode: companyCode(index + 5),
    Booth: `A${index + 1}`,
    Status: 'Confirmed',
  }),
)

const contracts = PLANNED.slice(0, 30).map(
  (planned, index): Row => ({
    ...here,
    Sequence: 701 + index,
    EventID: planned.id,
    AccountCode: planned.account,
    Description: `Licence agreement ${planned.id}`,
    Status: index % 4 === 0 ? 'Sent' : 'Signed',
    Amount: planned.attendance * 12,
  }),
)

const diagrams = PLANNED.slice(0, 5).map(
  (planned, index): Row => ({
    ID: index + 1,
    EventID: planned.id,
    Name: `Seating ${planned.id}`,
    Url: `https://diagrams.example.com/${planned.id}`,
  }),
)

/** Events and what hangs directly on them. */
export const ENTERPRISE_EVENTS: Readonly<Record<string, readonly Row[]>> = {
  Events: events,
  Bookings: bookings,
  Functions: functions,
  Documents: documents,
  Exhibitors: exhibitors,
  Contracts: contracts,
  ExternalDiagrams: diagrams,
}
