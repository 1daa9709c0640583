import type { Row } from '#row.ts'
import { at } from './dates.ts'
import { ORG } from './enterprise-setup.ts'
import { createSeeded, times } from './seeded.ts'
import { CITIES, COMPANIES, email, FIRST_NAMES, LAST_NAMES } from './words.ts'

const seeded = createSeeded(10)
const here: Row = { OrganizationCode: ORG }

/** The code of the nth company; codes have eight digits. */
export function companyCode(index: number): string {
  return String(1001 + (index % COMPANIES.length)).padStart(8, '0')
}

const companies = COMPANIES.map(
  (name, index): Row => ({
    Organization: ORG,
    AccountCode: companyCode(index),
    FirstName: null,
    LastName: null,
    Name: name,
    Class: 'O',
    MasterAccountCode: null,
    Phone: `+47 555 01 ${String(100 + index)}`,
    Email: `office@company-${index + 1}.example.com`,
    City: seeded.pick(CITIES),
    Country: seeded.pick(['NO', 'GB', 'DE']),
    EventSalesStatus: seeded.pick(['A', 'P']),
    EnteredOn: at(index),
  }),
)

const contacts = times(40, (index): Row => {
  const first = FIRST_NAMES[index % FIRST_NAMES.length] ?? ''
  const last = LAST_NAMES[(index * 7) % LAST_NAMES.length] ?? ''
  return {
    Organization: ORG,
    AccountCode: String(2001 + index).padStart(8, '0'),
    FirstName: first,
    LastName: last,
    Name: `${last}, ${first}`,
    Class: 'P',
    MasterAccountCode: companyCode(index),
    Phone: `+47 555 02 ${String(100 + index)}`,
    Email: email(first, last),
    City: seeded.pick(CITIES),
    Country: 'NO',
    EventSalesStatus: 'A',
    EnteredOn: at(20 + index),
  }
})

const activities = times(
  45,
  (index): Row => ({
    ...here,
    AccountCode: companyCode(index),
    SequenceNumber: 1 + Math.floor(index / COMPANIES.length),
    Description: seeded.pick(['Call about next year', 'Site visit', 'Send proposal', 'Follow up on invoice']),
    Type: seeded.pick(['CALL', 'VISIT', 'MAIL']),
    Status: seeded.pick(['Open', 'Completed']),
    StartDate: at(seeded.whole(0, 300), '09:00'),
    EnteredBy: seeded.pick(['MLIND', 'SOKAF']),
  }),
)

const opportunities = times(
  24,
  (index): Row => ({
    ...here,
    AccountCode: companyCode(index),
    Occurrence: 1 + Math.floor(index / COMPANIES.length),
    Description: `${COMPANIES[index % COMPANIES.length] ?? ''} wants dates in 2027`,
    Status: seeded.pick(['Open', 'Won', 'Lost']),
    Probability: seeded.pick([10, 25, 50, 75, 90]),
    Revenue: seeded.whole(10, 240) * 500,
  }),
)

const eventOpportunities = times(
  15,
  (index): Row => ({
    ...here,
    MeetingSequence: 501 + index,
    Description: `Enquiry ${index + 1}`,
    AccountCode: companyCode(index * 3),
    StartDate: at(365 + index * 9),
    EndDate: at(366 + index * 9),
    Attendance: seeded.whole(40, 2500),
    Status: 'Open',
    Checklists: 0,
  }),
)

const notes = times(
  20,
  (index): Row => ({
    ...here,
    Type: 'ACCOUNT',
    Code: companyCode(index),
    SequenceNumber: 1,
    Title: seeded.pick(['Parking', 'Catering wishes', 'Access', 'Billing']),
    Text: 'Agreed by telephone; see the activity of the same week.',
    EnteredOn: at(seeded.whole(0, 200)),
  }),
)

/** Companies, their contacts, and what the sales people wrote about them. */
export const ENTERPRISE_ACCOUNTS: Readonly<Record<string, readonly Row[]>> = {
  Accounts: [...companies, ...contacts],
  Activities: activities,
  Opportunities: opportunities,
  EventOpportunities: eventOpportunities,
  Notes: notes,
}
