import type { Page } from 'playwright-core'
import { ELITE, ENTERPRISE, freshTitle, LIST, type Scene } from './scene.ts'

async function openMenu(page: Page, item: string, title = 'Day board'): Promise<void> {
  // Searched for, since other scenes add so many credentials that it is not on the first page any more.
  await page.goto(`${LIST}?search=${encodeURIComponent(title)}`)
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

export const CREDENTIAL_SCENES: readonly Scene[] = [
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
  {
    name: 'edit-conflict',
    as: 'admin',
    open: async (page, { door }) => {
      await openMenu(page, 'Edit Credential', 'Old web site')
      await page.getByRole('textbox', { name: 'Description' }).fill('Mine')
      const id = new URL(page.url()).searchParams.get('edit')
      const description = `Theirs ${freshTitle()}`
      await door.admin(
        'PATCH',
        `/api/v1/tenants/${ENTERPRISE}/credentials/${id}`,
        { description },
        { 'if-match': '*' },
      )
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('button', { name: 'Take theirs' }).waitFor()
    },
  },
  {
    name: 'secrets-lost',
    as: 'admin',
    open: async (page) => {
      await openAdd(page)
      await page.getByRole('radio', { name: 'API Token' }).check()
      await page.getByRole('textbox', { name: 'Title' }).fill(freshTitle())
      let lost = 0
      await page.route('**/credentials', async (route) => {
        if (route.request().method() !== 'POST' || lost > 0) return await route.fallback()
        lost += 1
        await route.fetch()
        return await route.abort()
      })
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('alert').waitFor()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('tokens cannot be shown twice').waitFor()
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
    name: 'endpoints-conflict',
    as: 'admin',
    open: async (page, { door }) => {
      await openMenu(page, 'Edit Endpoints', 'Old web site')
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('searchbox').fill('booking list')
      await dialog.getByRole('button', { name: 'Add GetBookingList', exact: true }).click()
      const id = new URL(page.url()).searchParams.get('endpoints')
      const description = `Theirs ${freshTitle()}`
      await door.admin(
        'PATCH',
        `/api/v1/tenants/${ENTERPRISE}/credentials/${id}`,
        { description },
        { 'if-match': '*' },
      )
      await dialog.getByRole('button', { name: 'Save' }).click()
      await dialog.getByRole('button', { name: 'Take theirs' }).waitFor()
    },
  },
  {
    name: 'endpoints-drop-asks',
    as: 'admin',
    open: async (page) => {
      await openMenu(page, 'Edit Endpoints', 'Sales dashboard')
      await page.getByRole('radio', { name: 'All endpoints' }).click()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('Allow all endpoints?').waitFor()
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
    name: 'tenant-not-there',
    as: 'admin',
    open: async (page) => {
      await page.goto('/tenants/tnt_nothing/apis/credentials')
      await page.getByText('There is no such page').waitFor()
    },
  },
]
