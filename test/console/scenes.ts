import type { Page } from 'playwright-core'
import { type Operator, PASSWORD } from '../support/operators.ts'
import type { Stagedoor } from '../support/stagedoor.ts'

/** What the scenes play in: an Enterprise tenant with a few credentials, an Elite one with none. */
export type Stage = {
  readonly door: Stagedoor
  readonly admin: Operator
  readonly user: Operator
}

/** One state of the console that people see: checked for accessibility in both themes, and photographed. */
export type Scene = {
  readonly name: string
  readonly as: 'nobody' | 'admin' | 'user'
  readonly open: (page: Page, stage: Stage) => Promise<void>
}

export const ENTERPRISE = 'tnt_harbourview'
export const ELITE = 'tnt_northlight'

const LIST = `/tenants/${ENTERPRISE}/apis/credentials`

async function openMenu(page: Page, item: string, title = 'Day board'): Promise<void> {
  await page.goto(LIST)
  await page.getByRole('button', { name: `Actions of ${title}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
  await page.getByRole('dialog').waitFor()
}

async function openEndpoints(page: Page): Promise<void> {
  await openMenu(page, 'Edit Endpoints', 'Sales dashboard')
  await page.getByRole('tab', { name: 'Available' }).waitFor()
}

async function openAdd(page: Page, tenantId = ENTERPRISE): Promise<void> {
  await page.goto(`/tenants/${tenantId}/apis/credentials`)
  await page.getByRole('button', { name: 'Add Credentials' }).click()
  await page.getByRole('textbox', { name: 'Title' }).waitFor()
}

async function add(page: Page, title: string): Promise<void> {
  await openAdd(page)
  await page.getByRole('textbox', { name: 'Title' }).fill(title)
  await page.getByRole('textbox', { name: 'Email' }).fill('api@example.com')
  await page.getByRole('textbox', { name: 'Password' }).fill('kettle and lantern')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('Shown only now').waitFor()
}

let made = 0
/** A title that no scene has used yet. */
function freshTitle(): string {
  made += 1
  return `Partner ${made}`
}

export const SCENES: readonly Scene[] = [
  {
    name: 'sign-in',
    as: 'nobody',
    open: async (page) => {
      await page.goto('/sign-in')
      await page.getByRole('button', { name: 'Sign in' }).waitFor()
    },
  },
  {
    name: 'sign-in-refused',
    as: 'nobody',
    open: async (page) => {
      await page.goto('/sign-in')
      await page.getByRole('textbox', { name: 'E-mail' }).fill('nobody@example.com')
      await page.getByRole('textbox', { name: 'Password' }).fill('not the password at all')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'sign-in-not-invited',
    as: 'nobody',
    open: async (page) => {
      await page.goto('/sign-in?error=not_invited')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'welcome',
    as: 'nobody',
    open: async (page, { door, admin }) => {
      const made = await door.admin('POST', `/api/v1/tenants/${ENTERPRISE}/operators`, {
        email: `${freshTitle().replace(' ', '')}@example.com`,
        name: 'Grace Hopper',
        role: 'user',
      })
      if (admin.email === '') throw new Error('there is no admin')
      await page.goto(`/welcome#${made.json.invitation.code}`)
      await page.getByRole('button', { name: 'Create my account' }).waitFor()
    },
  },
  {
    name: 'welcome-invalid',
    as: 'nobody',
    open: async (page) => {
      await page.goto('/welcome#sd_inv_used')
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'marketplace',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/marketplace`)
      await page.getByRole('link', { name: 'More information' }).waitFor()
    },
  },
  {
    name: 'credentials',
    as: 'admin',
    open: async (page) => {
      await page.goto(LIST)
      await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    },
  },
  {
    name: 'credentials-empty',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ELITE}/apis/credentials`)
      await page.getByText('No credentials yet').waitFor()
    },
  },
  {
    name: 'credentials-nothing-found',
    as: 'admin',
    open: async (page) => {
      await page.goto(`${LIST}?search=nothing-like-this`)
      await page.getByText('Nothing found').waitFor()
    },
  },
  {
    name: 'credentials-failed',
    as: 'admin',
    open: async (page) => {
      await page.route('**/credentials?*', (route) => route.abort())
      await page.goto(LIST)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'credentials-as-user',
    as: 'user',
    open: async (page) => {
      await page.goto(LIST)
      await page.getByText('you may look at everything').waitFor()
    },
  },
  {
    name: 'credentials-menu',
    as: 'admin',
    open: async (page) => {
      await page.goto(LIST)
      await page.getByRole('button', { name: 'Actions of Day board' }).click()
      await page.getByRole('menuitem', { name: 'Edit Endpoints' }).waitFor()
    },
  },
  { name: 'add', as: 'admin', open: async (page) => await openAdd(page) },
  {
    name: 'add-refused',
    as: 'admin',
    open: async (page) => {
      await openAdd(page)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Give it a title.').waitFor()
    },
  },
  { name: 'secrets', as: 'admin', open: async (page) => await add(page, freshTitle()) },
  {
    name: 'secrets-ask',
    as: 'admin',
    open: async (page) => {
      await add(page, freshTitle())
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Go back and copy' }).waitFor()
    },
  },
  {
    name: 'edit',
    as: 'admin',
    open: async (page) => {
      await openMenu(page, 'Edit Credential')
      await page.getByRole('checkbox', { name: 'Active' }).waitFor()
    },
  },
  { name: 'delete', as: 'admin', open: async (page) => await openMenu(page, 'Delete Credential') },
  { name: 'issue', as: 'admin', open: async (page) => await openMenu(page, 'Issue New Tokens') },
  {
    name: 'endpoints-all',
    as: 'admin',
    open: async (page) => {
      await openMenu(page, 'Edit Endpoints')
      await page.getByRole('radio', { name: 'All endpoints' }).waitFor()
    },
  },
  { name: 'endpoints', as: 'admin', open: openEndpoints },
  {
    name: 'endpoints-selected',
    as: 'admin',
    open: async (page) => {
      await openEndpoints(page)
      await page.getByRole('tab', { name: 'Selected' }).click()
      await page.getByRole('button', { name: 'Remove GetEventList' }).waitFor()
    },
  },
  {
    name: 'endpoints-nothing-found',
    as: 'admin',
    open: async (page) => {
      await openEndpoints(page)
      await page.getByRole('searchbox', { name: 'Search operation, title or path' }).fill('nothing-like-this')
      await page.getByText('No endpoint matches').waitFor()
    },
  },
  {
    name: 'endpoints-paste',
    as: 'admin',
    open: async (page) => {
      await openEndpoints(page)
      await page.getByRole('button', { name: 'Paste a list' }).click()
      await page
        .getByRole('textbox', { name: 'List of endpoints' })
        .fill('Bookings/GetBookingList\nGET /Events/{OrgCode}/{EventID}\nGetNothingOfTheKind')
      await page.getByText('Not found:').waitFor()
    },
  },
  {
    name: 'endpoints-empty-asks',
    as: 'admin',
    open: async (page) => {
      await openMenu(page, 'Edit Endpoints')
      await page.getByRole('radio', { name: 'Only chosen endpoints' }).click()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Allow nothing?').waitFor()
    },
  },
  {
    name: 'management-tokens',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/apis/management-tokens`)
      await page.getByRole('button', { name: 'Revoke Nightly clean-up' }).waitFor()
    },
  },
  {
    name: 'management-tokens-add',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/apis/management-tokens`)
      await page.getByRole('button', { name: 'Add Management Token' }).click()
      await page.getByRole('textbox', { name: 'Title' }).waitFor()
    },
  },
  {
    name: 'management-tokens-made',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/apis/management-tokens`)
      await page.getByRole('button', { name: 'Add Management Token' }).click()
      await page.getByRole('textbox', { name: 'Title' }).fill(freshTitle())
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Shown only now').waitFor()
    },
  },
  {
    name: 'users',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/users`)
      await page.getByRole('button', { name: 'Actions of Ada Lovelace' }).waitFor()
    },
  },
  {
    name: 'users-invited',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/users`)
      await page.getByRole('button', { name: 'Add User' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('Mary Jackson')
      await page.getByRole('textbox', { name: 'E-mail' }).fill(`${freshTitle().replace(' ', '')}@example.com`)
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Invitation link').waitFor()
    },
  },
  {
    name: 'account',
    as: 'admin',
    open: async (page) => {
      await page.goto('/account')
      await page.getByText('This session').waitFor()
    },
  },
  {
    name: 'account-two-factor',
    as: 'admin',
    open: async (page) => {
      await page.goto('/account')
      await page.getByRole('button', { name: 'Set up' }).click()
      await page.getByRole('textbox', { name: 'Your password' }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    },
  },
  {
    name: 'account-menu',
    as: 'admin',
    open: async (page) => {
      await page.goto(LIST)
      await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).waitFor()
    },
  },
  {
    name: 'tenant-not-there',
    as: 'admin',
    open: async (page) => {
      await page.goto('/tenants/tnt_nothing/apis/credentials')
      await page.getByText('There is no such page').waitFor()
    },
  },
]
