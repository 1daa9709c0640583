import type { Page } from 'playwright-core'
import { PASSWORD } from '../support/operators.ts'
import { ENTERPRISE, freshTitle, LIST, type Scene } from './scene.ts'

async function openUserMenu(page: Page, name: string, item: string): Promise<void> {
  await page.goto(`/tenants/${ENTERPRISE}/users`)
  await page
    .getByRole('button', { name: `Actions of ${name}` })
    .first()
    .click()
  await page.getByRole('menuitem', { name: item }).click()
  await page.getByRole('dialog').waitFor()
}

export const PEOPLE_SCENES: readonly Scene[] = [
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
    name: 'sign-in-second-step',
    as: 'nobody',
    open: async (page, { careful }) => {
      await page.goto('/sign-in')
      await page.getByRole('textbox', { name: 'E-mail' }).fill(careful.email)
      await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await page.getByRole('textbox', { name: 'Six-digit code' }).waitFor()
    },
  },
  {
    name: 'session-ended',
    as: 'admin',
    open: async (page) => {
      await page.goto(LIST)
      await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
      await page.context().clearCookies()
      await page.getByRole('searchbox').fill('anything')
      await page.getByRole('dialog', { name: 'Your session has ended' }).waitFor()
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
    name: 'management-tokens-revoke',
    as: 'admin',
    open: async (page) => {
      await page.goto(`/tenants/${ENTERPRISE}/apis/management-tokens`)
      await page.getByRole('button', { name: 'Revoke Nightly clean-up' }).click()
      await page.getByRole('button', { name: 'Yes, Revoke' }).waitFor()
    },
  },
  ...(['Change Role', 'Remove from Tenant'] as const).map(
    (item): Scene => ({
      name: `users-${item.split(' ')[0]?.toLowerCase()}`,
      as: 'admin',
      open: async (page) => await openUserMenu(page, 'Grace Hopper', item),
    }),
  ),
  {
    name: 'users-new-invitation',
    as: 'admin',
    open: async (page) => await openUserMenu(page, 'Mary Jackson', 'New Invitation Link'),
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
    name: 'account-backup-codes',
    as: 'careful',
    open: async (page) => {
      await page.goto('/account')
      await page.getByRole('button', { name: 'New backup codes' }).click()
      await page.getByRole('textbox', { name: 'Your password' }).fill(PASSWORD)
      await page.getByRole('button', { name: 'Go on' }).click()
      await page.getByText('Backup codes', { exact: true }).waitFor()
    },
  },
  {
    name: 'account-turn-off',
    as: 'careful',
    open: async (page) => {
      await page.goto('/account')
      await page.getByRole('button', { name: 'Turn off' }).click()
      await page.getByRole('textbox', { name: 'Your password' }).waitFor()
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
]
