import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clipboardOf, openBrowser, visit } from '../support/browser.ts'
import { firstOperator, type Operator } from '../support/operators.ts'
import { type Stagedoor, startStagedoor } from '../support/stagedoor.ts'
import { ELITE, ENTERPRISE } from './scene.ts'

// The article's steps, in its words, for both editions; each ends with a real call.

let door: Stagedoor
let browser: Browser
let admin: Operator
beforeAll(async () => {
  door = await startStagedoor()
  admin = await firstOperator(door)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await door?.stop()
})

const EVENTS = '/enterprise/connect/api/Events/10?search=All'
const ACCOUNTS = '/enterprise/connect/api/Accounts/10?search=All'

/** By the header, as the article begins: APIs > API Keys, or Marketplace > Momentus APIs > More information. */
async function goToApis(page: Page, way: 'header' | 'marketplace'): Promise<void> {
  if (way === 'header') {
    await page.getByRole('button', { name: 'APIs', exact: true }).click()
    await page.getByRole('menuitem', { name: 'API Keys' }).click()
  } else {
    await page.getByRole('link', { name: 'Marketplace' }).click()
    await page
      .getByRole('article', { name: 'Momentus APIs' })
      .getByRole('link', { name: 'More information' })
      .click()
  }
  await page.getByRole('heading', { name: 'Momentus APIs', level: 1 }).waitFor()
  await page.getByRole('link', { name: 'Credentials', exact: true }).click()
}

async function copy(page: Page, what: string): Promise<string> {
  await page.getByRole('button', { name: `Copy ${what}` }).click()
  await page
    .getByRole('status')
    .filter({ hasText: `${what}: Copied` })
    .waitFor()
  return await clipboardOf(page)
}

async function rowMenu(page: Page, title: string, item: string): Promise<void> {
  await page.getByRole('button', { name: `Actions of ${title}` }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

describe('the article, Enterprise', () => {
  it('OAuth: added, copied, used, narrowed, edited, deactivated, refreshed, deleted', async () => {
    const { page, complaints, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(`/tenants/${ENTERPRISE}/users`)
    await goToApis(page, 'header')
    await page.getByRole('button', { name: 'Add Credentials' }).click()
    const drawer = page.getByRole('dialog', { name: 'Add API Credentials' })
    await drawer.getByRole('textbox', { name: 'Title' }).fill('Ticketing partner')
    await drawer.getByRole('textbox', { name: 'Description' }).fill('Reads events')
    const methods = drawer.getByRole('radiogroup', { name: 'Authentication Method' })
    expect(await methods.getByRole('radio').count()).toBe(2)
    await methods.getByRole('radio', { name: 'OAuth' }).check()
    await drawer.getByRole('textbox', { name: 'Email' }).fill('api@harbourview.example')
    await drawer.getByRole('textbox', { name: 'Password' }).fill('kettle and lantern')
    await drawer.getByRole('button', { name: 'Save' }).click()
    for (const name of ['Access Token', 'Refresh Token']) {
      const group = drawer.getByRole('group', { name })
      expect(await group.locator('time').getAttribute('datetime')).toMatch(/^\d{4}-\d\d-\d\dT/)
      expect(await group.locator('time').getAttribute('title')).toMatch(/ CET$/)
    }
    const accessToken = await copy(page, 'Access Token')
    expect(accessToken).toMatch(/^sd_acc_/)
    expect(await copy(page, 'Refresh Token')).toMatch(/^sd_ref_/)
    expect(await copy(page, 'curl line')).toBe(
      `curl "${door.gatewayUrl}${EVENTS}" -H "Authorization: Bearer ${accessToken}"`,
    )
    expect((await door.call(EVENTS, { token: accessToken })).status).toBe(200)

    // Narrowed, by the button that leads on.
    await drawer.getByRole('button', { name: 'Edit Endpoints' }).click()
    const endpoints = page.getByRole('dialog', { name: 'Edit Allowed Endpoints' })
    await endpoints.getByText('may call all 828 endpoints').waitFor()
    await endpoints.getByRole('radio', { name: 'Only chosen endpoints' }).click()
    await endpoints.getByRole('searchbox', { name: 'Search operation, title or path' }).fill('event list')
    await endpoints.getByRole('button', { name: 'Add GetEventList', exact: true }).click()
    await endpoints.getByText('1 of 828 endpoints, reads only, no personal data').waitFor()
    await endpoints.getByRole('tab', { name: 'Selected' }).click()
    await endpoints.getByRole('searchbox', { name: 'Search operation, title or path' }).fill('')
    await endpoints.getByRole('button', { name: 'Remove GetEventList' }).waitFor()
    await endpoints.getByRole('button', { name: 'Save' }).click()
    await endpoints.waitFor({ state: 'detached' })
    expect((await door.call(EVENTS, { token: accessToken })).status).toBe(200)
    const refused = await door.call(ACCOUNTS, { token: accessToken })
    expect([refused.status, refused.json.code]).toEqual([403, 'endpoint_not_allowed'])
    await page.getByRole('cell', { name: '1 endpoint', exact: true }).waitFor()

    // Edited and deactivated.
    await rowMenu(page, 'Ticketing partner', 'Edit Credential')
    const edit = page.getByRole('dialog', { name: 'Edit API Credential' })
    await edit.getByRole('textbox', { name: 'Title' }).fill('Ticket shop')
    await edit.getByRole('checkbox', { name: 'Active' }).uncheck()
    await edit.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('cell', { name: 'Inactive' }).waitFor()
    expect((await door.call(EVENTS, { token: accessToken })).json.code).toBe('credential_inactive')
    await rowMenu(page, 'Ticket shop', 'Edit Credential')
    await edit.getByRole('checkbox', { name: 'Active' }).check()
    await edit.getByRole('button', { name: 'Save' }).click()
    await edit.waitFor({ state: 'detached' })
    expect((await door.call(EVENTS, { token: accessToken })).status).toBe(200)

    // A new pair in place of the old.
    await rowMenu(page, 'Ticket shop', 'Issue New Tokens')
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    const renewed = await copy(page, 'Access Token')
    expect((await door.call(EVENTS, { token: renewed })).status).toBe(200)
    expect((await door.call(EVENTS, { token: accessToken })).status).toBe(401)
    await page.getByRole('button', { name: 'Done' }).click()

    // Deleted.
    await rowMenu(page, 'Ticket shop', 'Delete Credential')
    const popUp = page.getByRole('dialog', { name: 'Delete Credential' })
    await popUp.getByText('Ticket shop').waitFor()
    await popUp.getByRole('button', { name: 'Yes, Delete' }).click()
    await page.getByText('No credentials yet').waitFor()
    expect((await door.call(EVENTS, { token: renewed })).status).toBe(401)
    expect(complaints).toEqual([])
    await close()
  })
})

describe('an access token that has expired', () => {
  it('shows the refresh icon in its row, which issues a new pair', async () => {
    await door.admin('POST', `/api/v1/tenants/${ENTERPRISE}/credentials`, {
      title: 'Long ago',
      authenticationMethod: 'oauth',
      email: 'api@harbourview.example',
      password: 'kettle and lantern',
    })
    const { page, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(`/tenants/${ENTERPRISE}/apis/credentials`)
    await page.getByRole('button', { name: 'Actions of Long ago' }).waitFor()
    expect(await page.getByRole('button', { name: 'Refresh access token of Long ago' }).count()).toBe(0)
    // The token lives an hour; the browser's clock is moved, not the token.
    await page.clock.setFixedTime(Date.now() + 2 * 60 * 60 * 1000)
    await page.reload()
    await page.getByRole('cell', { name: 'Expired' }).waitFor()
    await page.getByRole('button', { name: 'Refresh access token of Long ago' }).click()
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    const token = await copy(page, 'Access Token')
    expect((await door.call(EVENTS, { token })).status).toBe(200)
    await close()
  })
})

describe('the article, Elite', () => {
  it('API Token only: added by way of the Marketplace, copied, used', async () => {
    const { page, complaints, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(`/tenants/${ELITE}/users`)
    await goToApis(page, 'marketplace')
    await page.getByRole('button', { name: 'Add Credentials' }).click()
    const drawer = page.getByRole('dialog', { name: 'Add API Credentials' })
    expect(await drawer.getByRole('radio').allInnerTexts()).toHaveLength(1)
    await drawer.getByRole('radio', { name: 'API Token' }).waitFor()
    expect(await drawer.getByText('OAuth').count()).toBe(0)
    expect(await drawer.getByRole('textbox', { name: 'Password' }).count()).toBe(0)
    await drawer.getByRole('textbox', { name: 'Title' }).fill('Day board')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await drawer.getByRole('group', { name: 'API Token' }).getByText('Does not expire').waitFor()
    const token = await copy(page, 'API Token')
    expect((await door.call('/elite/connect/api/v1/accounts', { token })).status).toBe(200)
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('cell', { name: 'Does not expire' }).waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('refuses what the server refuses at the field itself, and keeps what was typed', async () => {
    const { page, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(`/tenants/${ELITE}/apis/credentials?add=true`)
    const title = page.getByRole('textbox', { name: 'Title' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Give it a title.').waitFor()
    expect(await title.evaluate((field) => field === document.activeElement)).toBe(true)
    await title.fill('day BOARD ')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Another credential of this tenant has the title').waitFor()
    expect(await title.inputValue()).toBe('day BOARD ')
    expect(await title.getAttribute('aria-invalid')).toBe('true')
    await close()
  })
})
