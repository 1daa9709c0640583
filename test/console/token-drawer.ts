import type { Locator, Page } from 'playwright-core'
import { clipboardOf } from '../support/browser.ts'
import type { Stagedoor } from '../support/stagedoor.ts'
import { EVENTS } from '../support/token-client.ts'

/** What the gateway answers to a call with this token. */
export async function statusOf(door: Stagedoor, token: string): Promise<number> {
  return (await door.call(EVENTS, { token })).status
}

export async function copyToken(page: Page, what: string): Promise<string> {
  await page.getByRole('button', { name: `Copy ${what}` }).click()
  await page
    .getByRole('status')
    .filter({ hasText: `${what}: Copied` })
    .waitFor()
  return await clipboardOf(page)
}

export function drawerOf(page: Page): Locator {
  return page.getByRole('dialog', { name: 'Tokens', exact: true })
}

/** The button that revokes the token with this text: the list shows its last four characters. */
export function revokeButton(page: Page, token: string): Locator {
  return drawerOf(page).getByRole('button', { name: new RegExp(`^Revoke .*${token.slice(-4)}$`) })
}

export async function fact(page: Page, token: string, name: string): Promise<string> {
  const item = drawerOf(page)
    .getByRole('listitem')
    .filter({ hasText: token.slice(-4) })
  return await item.locator(`dt:text-is("${name}") + dd`).innerText()
}

/** The row of a credential. */
export function rowOf(page: Page, title: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('button', { name: `Actions of ${title}` }) })
}
