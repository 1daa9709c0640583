import type { Row } from '#row.ts'
import { at } from './dates.ts'
import { times } from './seeded.ts'

export const ORG = '10'
const here: Row = { OrganizationCode: ORG }

/** Rows of one shape, written as a table: the first line names the columns. */
function table(
  base: Row,
  columns: readonly string[],
  lines: readonly (readonly Row[string][])[],
): readonly Row[] {
  return lines.map((line) => ({
    ...base,
    ...Object.fromEntries(columns.map((column, index) => [column, line[index] ?? null])),
  }))
}

const SPACES = table(
  { Organization: ORG, Bookable: 'Y' },
  ['Code', 'SpaceDescription', 'Type', 'CapacityAmount', 'LevelOneSequence', 'LevelTwoSequence'],
  [
    ['HALL-A', 'Exhibition Hall A', 'Hall', 4200, 1, 1],
    ['HALL-B', 'Exhibition Hall B', 'Hall', 3800, 1, 1],
    ['HALL-AB', 'Halls A and B combined', 'Combo', 8000, 1, 1],
    ['BALLROOM', 'Lighthouse Ballroom', 'Ballroom', 1200, 1, 2],
    ['FOYER', 'Harbour Foyer', 'Foyer', 900, 1, 2],
    ['AUDITORIUM', 'Breakwater Auditorium', 'Auditorium', 640, 2, 1],
    ['ROOM 1/2', 'Meeting Rooms 1 and 2 combined', 'Combo', 160, 2, 2],
    ['ROOM 1', 'Meeting Room 1', 'Room', 80, 2, 2],
    ['ROOM 2', 'Meeting Room 2', 'Room', 80, 2, 2],
    ['ROOM 3', 'Meeting Room 3', 'Room', 60, 2, 2],
    ['BOARD', 'Pilot House Boardroom', 'Room', 18, 2, 2],
    ['QUAY', 'Open Quay', 'Outdoor', 2500, 3, 1],
  ],
)

const RESOURCES = table(
  { ...here, Retired: false },
  ['Sequence', 'Code', 'Description', 'Department', 'Units', 'Rate'],
  [
    [1, 'CHAIR', 'Banquet chair', 'OPS', 'EACH', 2.5],
    [2, 'TABLE-R', 'Round table, ten seats', 'OPS', 'EACH', 12],
    [3, 'STAGE', 'Stage element 2 x 1 m', 'OPS', 'EACH', 35],
    [4, 'PROJ', 'Projector, 8000 lumen', 'AV', 'DAY', 220],
    [5, 'MIC', 'Wireless microphone', 'AV', 'DAY', 45],
    [6, 'COFFEE', 'Coffee service', 'CAT', 'PERSON', 6.75],
    [7, 'LUNCH', 'Standing lunch', 'CAT', 'PERSON', 28.5],
    [8, 'POWER-16', 'Power 16 A', 'TEC', 'EACH', 95],
    [9, 'WIFI', 'Dedicated wireless network', 'TEC', 'DAY', 310],
    [10, 'GUARD', 'Security guard', 'SEC', 'HOUR', 41],
  ],
)

const priceLists = table(
  { ...here, CurrencyCode: 'EUR' },
  ['Code', 'Description', 'EffectiveDate'],
  [
    ['STD26', 'Standard prices 2026', at(0)],
    ['ASSOC26', 'Association prices 2026', at(0)],
  ],
)

const priceListItems = ['STD26', 'ASSOC26'].flatMap((list) =>
  RESOURCES.map((resource) => ({
    ...here,
    PriceList: list,
    Sequence: Number(resource['Sequence']),
    Code: resource['Code'] ?? null,
    ResourceCode: resource['Code'] ?? null,
    Units: resource['Units'] ?? null,
    Price: Number(resource['Rate']) * (list === 'STD26' ? 1 : 0.9),
  })),
)

const places: Readonly<Record<string, readonly Row[]>> = {
  Organizations: [
    {
      OrganizationCode: ORG,
      Name: 'Harbourview Convention Centre',
      CurrencyCode: 'EUR',
      Country: 'NO',
      Retired: false,
    },
  ],
  Countries: table(
    here,
    ['Code', 'Description'],
    [
      ['NO', 'Norway'],
      ['GB', 'United Kingdom'],
      ['DE', 'Germany'],
      ['US', 'United States'],
      ['CA', 'Canada'],
    ],
  ),
  CurrencyCodes: table(
    {},
    ['Code', 'Description', 'Decimals'],
    [
      ['EUR', 'Euro', 2],
      ['NOK', 'Norwegian krone', 2],
      ['GBP', 'Pound sterling', 2],
      ['USD', 'US dollar', 2],
    ],
  ),
  States: table(
    {},
    ['CountryCode', 'Code', 'Description'],
    [
      ['US', 'TX', 'Texas'],
      ['US', 'NY', 'New York'],
      ['CA', 'ON', 'Ontario'],
      ['CA', 'QC', 'Quebec'],
      ['DE', 'HH', 'Hamburg'],
    ],
  ),
  SpaceHierarchyLevelOnes: table(
    here,
    ['LevelOneSequence', 'Description'],
    [
      [1, 'Main building'],
      [2, 'Conference wing'],
      [3, 'Waterfront'],
    ],
  ),
  SpaceHierarchyLevelTwos: table(
    here,
    ['LevelOneSequence', 'LevelTwoSequence', 'Description'],
    [
      [1, 1, 'Ground floor'],
      [1, 2, 'Upper floor'],
      [2, 1, 'Ground floor'],
      [2, 2, 'First floor'],
      [3, 1, 'Quay'],
    ],
  ),
  Spaces: SPACES,
  SpaceComponents: table(
    here,
    ['Space', 'Component'],
    [
      ['HALL-AB', 'HALL-A'],
      ['HALL-AB', 'HALL-B'],
      ['ROOM 1/2', 'ROOM 1'],
      ['ROOM 1/2', 'ROOM 2'],
    ],
  ),
}

const codes: Readonly<Record<string, readonly Row[]>> = {
  Departments: table(
    here,
    ['Code', 'Description'],
    [
      ['OPS', 'Operations'],
      ['AV', 'Audio and video'],
      ['CAT', 'Catering'],
      ['TEC', 'Technical services'],
      ['SEC', 'Security'],
    ],
  ),
  EventStatuses: table(
    here,
    ['Code', 'Description', 'Color'],
    [
      ['10', 'Prospect', '#c9b458'],
      ['20', 'First option', '#6d9eeb'],
      ['30', 'Contracted', '#6aa84f'],
      ['80', 'Closed', '#999999'],
      ['90', 'Cancelled', '#cc4125'],
    ],
  ),
  EventJobTypes: table(
    here,
    ['Code', 'Description'],
    [
      ['SALES', 'Sales manager'],
      ['COORD', 'Event coordinator'],
      ['TECH', 'Technical lead'],
    ],
  ),
  Usages: table(
    here,
    ['Code', 'Description', 'UsageType'],
    [
      ['IN', 'Move in', 'Setup'],
      ['EV', 'Event', 'Event'],
      ['OUT', 'Move out', 'Teardown'],
      ['HOLD', 'Hold', 'Event'],
    ],
  ),
  GLAccounts: table(
    here,
    ['GLAccount', 'SubAccount', 'Description'],
    [
      ['3000', '10', 'Hall rent'],
      ['3000', '20', 'Room rent'],
      ['3100', '10', 'Equipment'],
      ['3200', '10', 'Catering'],
      ['2400', '10', 'VAT payable'],
    ],
  ),
  Resources: RESOURCES,
  InventoryItems: table(
    here,
    ['Code', 'Description', 'ResourceCode', 'OnHand'],
    [
      ['INV-CHAIR', 'Banquet chair, blue', 'CHAIR', 3200],
      ['INV-TABLE', 'Round table', 'TABLE-R', 310],
      ['INV-PROJ', 'Projector', 'PROJ', 14],
    ],
  ),
  PriceList: priceLists,
  PriceListItems: priceListItems,
}

const people: Readonly<Record<string, readonly Row[]>> = {
  Users: table(
    { DefaultOrganization: ORG, Retired: false },
    ['ID', 'Name', 'Email', 'Activated'],
    [
      ['MLIND', 'Maren Lindqvist', 'maren.lindqvist@example.com', true],
      ['SOKAF', 'Sanjay Okafor', 'sanjay.okafor@example.com', true],
      ['TJANS', 'Tove Jansen', 'tove.jansen@example.com', false],
    ],
  ),
  UserRoles: table(
    {},
    ['User', 'Role'],
    [
      ['MLIND', 'SALES'],
      ['MLIND', 'ADMIN'],
      ['SOKAF', 'COORD'],
      ['TJANS', 'FINANCE'],
    ],
  ),
  Webhooks: times(3, (index) => ({
    ...here,
    SequenceNumber: index + 1,
    Name: ['Event changed', 'Booking changed', 'Invoice posted'][index] ?? null,
    TriggerAction: ['EventUpdate', 'BookingUpdate', 'InvoicePost'][index] ?? null,
    Endpoint: `https://hooks.example.com/harbourview/${index + 1}`,
    Status: 'Active',
    TimeoutSeconds: 15,
  })),
}

/** What the venue is made of, before anybody books it. */
export const ENTERPRISE_SETUP: Readonly<Record<string, readonly Row[]>> = { ...places, ...codes, ...people }
