import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, visit } from '../support/browser.ts'
import { startIdentityProvider } from '../support/identity-provider.ts'
import {
  addOperator,
  firstOperator,
  type Operator,
  PASSWORD,
  post,
  signIn,
  totp,
} from '../support/operators.ts'
import { shippedConfig } from '../support/shipped-config.ts'
import { type Stagedoor, startStagedoor } from '../support/stagedoor.ts'
import { unusedPort } from '../support/unused-port.ts'
import { ELITE, ENTERPRISE } from './scene.ts'

const NEW_PASSWORD = 'nine lanterns by the canal'

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(async () => await browser?.close())

async function fillSignIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail' }).fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

describe('signing in', () => {
  let door: Stagedoor
  beforeAll(async () => {
    door = await startStagedoor()
  })
  afterAll(async () => await door?.stop())

  it('the first operator comes in by the link of the terminal, once', async () => {
    const { page, complaints, close } = await visit(browser, door)
    await page.goto('/')
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    expect(page.url()).toBe(`${door.adminUrl}/sign-in`)
    await page.goto(door.welcomeUrl)
    await page.getByRole('textbox', { name: 'Your name' }).fill('Ada Lovelace')
    expect(page.url(), 'the code leaves the address').toBe(`${door.adminUrl}/welcome`)
    await page.getByRole('textbox', { name: 'E-mail' }).fill('Ada@Example.com')
    await page.getByRole('textbox', { name: 'Password' }).fill('short')
    await page.getByRole('button', { name: 'Create my account' }).click()
    await page
      .getByText(/at least 15 characters/i)
      .last()
      .waitFor()
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create my account' }).click()
    await page.getByRole('heading', { name: 'Momentus APIs', level: 1 }).waitFor()
    await page.goto(door.welcomeUrl)
    await page.getByText('This link cannot be used').waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('comes back to where one wanted to go; a wrong password does not say what is wrong', async () => {
    const { page, close } = await visit(browser, door)
    await page.goto(`/tenants/${ELITE}/users?x=1`)
    await fillSignIn(page, 'ada@example.com', 'wrong but long enough')
    await page.getByRole('alert').getByText('The e-mail address or the password is wrong.').waitFor()
    await fillSignIn(page, 'ada@example.com', PASSWORD)
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/tenants/${ELITE}/users`)
    await page.getByRole('button', { name: 'Account of Ada Lovelace' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await page.goto(`/tenants/${ELITE}/users`)
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await close()
  })

  it('leads nobody to another site', async () => {
    const { page, close } = await visit(browser, door)
    for (const elsewhere of ['https://evil.example/', '//evil.example/', '/\\evil.example']) {
      await page.goto(`/sign-in?returnTo=${encodeURIComponent(elsewhere)}`)
      await fillSignIn(page, 'ada@example.com', PASSWORD)
      await page.getByRole('heading', { name: 'Momentus APIs', level: 1 }).waitFor()
      expect(new URL(page.url()).origin).toBe(door.adminUrl)
      await page.context().clearCookies()
    }
    await close()
  })

  it('asks for the second factor once it is set up, and takes each code once', async () => {
    const grace = await addOperator(door, await signIn(door, 'ada@example.com'), {
      tenantId: ENTERPRISE,
      email: 'grace@example.com',
      name: 'Grace Hopper',
      role: 'user',
    })
    const { page, complaints, close } = await visit(browser, door, { cookies: grace.cookies })
    await page.goto('/account')
    await page.getByRole('button', { name: 'Set up' }).click()
    await page.getByRole('textbox', { name: 'Your password' }).fill('not my password at all')
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByText('This is not your current password.').waitFor()
    await page.getByRole('textbox', { name: 'Your password' }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Go on' }).click()
    await page.getByRole('img', { name: 'QR code for the authenticator app' }).waitFor()
    const key =
      (await page.getByRole('group', { name: 'Or type this key' }).locator('code').textContent()) ?? ''
    const first = totp(key)
    await page.getByRole('textbox', { name: 'Six-digit code' }).fill(first)
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByText('Backup codes', { exact: true }).waitFor()
    const backup = await page.getByRole('dialog').getByRole('listitem').allTextContents()
    expect(backup).toHaveLength(10)
    await page.getByRole('button', { name: 'Copy backup codes' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('On', { exact: true }).waitFor()

    await page.context().clearCookies()
    await page.goto('/sign-in')
    await fillSignIn(page, 'grace@example.com', PASSWORD)
    // The code that turned it on is used up.
    await page.getByRole('textbox', { name: 'Six-digit code' }).fill(first)
    await page.getByText('The code is wrong or was used before.').waitFor()
    await page.getByRole('button', { name: 'Use a backup code instead' }).click()
    await page.getByRole('textbox', { name: 'Backup code' }).fill(backup[0] ?? '')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('heading', { name: 'Momentus APIs', level: 1 }).waitFor()

    await page.context().clearCookies()
    await page.goto('/sign-in')
    await fillSignIn(page, 'grace@example.com', PASSWORD)
    await page.getByRole('button', { name: 'Use a backup code instead' }).click()
    await page.getByRole('textbox', { name: 'Backup code' }).fill(backup[0] ?? '')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('The code is wrong or was used before.').waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('changes the password, which ends every other session; sessions are listed and ended', async () => {
    const admin = await signIn(door, 'ada@example.com')
    const elsewhere = await signIn(door, 'ada@example.com')
    const { page, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto('/account')
    await page.getByText('This session').waitFor()
    expect(
      await page.getByRole('table', { name: 'Sessions' }).getByRole('row').count(),
    ).toBeGreaterThanOrEqual(3)
    await page.getByRole('textbox', { name: 'Current password' }).fill(PASSWORD)
    await page.getByRole('textbox', { name: 'New password' }).fill(NEW_PASSWORD)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('The password is changed.').first().waitFor()
    await page.getByRole('button', { name: 'End all other sessions' }).waitFor({ state: 'detached' })
    expect(await page.getByRole('table', { name: 'Sessions' }).getByRole('row').count()).toBe(2)
    await expect(
      post(door, `/api/v1/tenants/${ELITE}/management-tokens`, {}, elsewhere.cookies),
    ).rejects.toThrow('unauthenticated')
    await close()
  })
})

describe('single sign-on', () => {
  it('lets in who was added before, with a verified address, and says why not', async () => {
    const consolePort = await unusedPort()
    const consoleUrl = `http://127.0.0.1:${consolePort}`
    const provider = await startIdentityProvider({ redirectUris: [`${consoleUrl}/api/auth/callback/sso`] })
    const { issuer, clientId, clientSecret } = provider
    const door = await startStagedoor({
      env: { STAGEDOOR_CONSOLE_PORT: String(consolePort) },
      config: { ...shippedConfig(), singleSignOn: { issuer, clientId, clientSecret, name: 'Venue account' } },
    })
    const { page, close } = await visit(browser, door)
    const admin: Operator = await firstOperator(door)
    const go = async (): Promise<void> => {
      await page.goto(`/tenants/${ENTERPRISE}/users`)
      await page.getByRole('button', { name: 'Continue with Venue account' }).click()
    }
    // The pages of the provider, not ours.
    const signInThere = async (): Promise<void> => {
      await page.locator('input[name=login]').fill('katherine')
      await page.locator('input[name=password]').fill('anything')
      await page.locator('button[type=submit]').click()
      await page.locator('button[type=submit]').click()
    }
    try {
      await go()
      await signInThere()
      await page.getByText('Nobody has added you to this console yet.').waitFor()
      await post(
        door,
        `/api/v1/tenants/${ENTERPRISE}/operators`,
        { email: 'Katherine@example.com', name: 'Katherine Johnson', role: 'user' },
        admin.cookies,
      )
      await go()
      await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
      await page.getByRole('row', { name: /Katherine Johnson \(You\)/ }).waitFor()
      await page.goto('/account')
      await page.getByText('You sign in by single sign-on and have no password here.').waitFor()
      expect(await page.getByRole('textbox', { name: 'Current password' }).count()).toBe(0)
    } finally {
      await close()
      await door.stop()
      await provider.stop()
    }
  })
})
