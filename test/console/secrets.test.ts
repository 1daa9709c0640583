import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, visit } from '../support/browser.ts'
import { firstOperator, type Operator } from '../support/operators.ts'
import { type Stagedoor, startStagedoor } from '../support/stagedoor.ts'
import { ELITE } from './scene.ts'

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

const LIST = `/tenants/${ELITE}/apis/credentials`

async function addUntilShown(page: Page, title: string): Promise<string> {
  await page.getByRole('button', { name: 'Add Credentials' }).click()
  await page.getByRole('textbox', { name: 'Title' }).fill(title)
  await page.getByRole('button', { name: 'Save' }).click()
  const shown = await page.getByRole('group', { name: 'API Token' }).locator('code').textContent()
  return shown ?? ''
}

/** Everywhere a page could keep a text: the document, what assistive technology sees, storage, history, caches. */
async function everythingOf(page: Page): Promise<string> {
  const tree = await page.locator('body').ariaSnapshot()
  const rest = await page.evaluate(async () => {
    const fields = [...document.querySelectorAll('input, textarea')].map((field) =>
      'value' in field ? String(field.value) : '',
    )
    const cached = await caches.keys()
    const databases = await indexedDB.databases()
    return JSON.stringify([
      document.documentElement.outerHTML,
      fields,
      Object.entries(localStorage),
      Object.entries(sessionStorage),
      history.state,
      location.href,
      document.title,
      cached,
      databases,
    ])
  })
  return tree + rest
}

describe('WB-04: a secret', () => {
  it('is in the page while it is shown, and nowhere once the drawer is closed, nor by Back, Forward or reload', async () => {
    const { page, complaints, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(LIST)
    const secret = await addUntilShown(page, 'Gone afterwards')
    expect(secret).toMatch(/^sd_api_/)
    // What is looked for is found while it is there.
    expect(await everythingOf(page)).toContain(secret)
    expect(page.url()).not.toContain(secret)
    await page.getByRole('button', { name: 'Copy API Token' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByText('Shown only now').waitFor({ state: 'detached' })
    expect(await everythingOf(page)).not.toContain(secret)
    await page.goBack()
    await page.waitForTimeout(300)
    expect(await everythingOf(page)).not.toContain(secret)
    await page.goForward()
    await page.waitForTimeout(300)
    expect(await everythingOf(page)).not.toContain(secret)
    await page.goto(`${LIST}?add=true`)
    await page.getByRole('textbox', { name: 'Title' }).waitFor()
    expect(await everythingOf(page)).not.toContain(secret)
    await page.reload()
    await page.getByRole('textbox', { name: 'Title' }).waitFor()
    expect(await everythingOf(page)).not.toContain(secret)
    expect(complaints).toEqual([])
    await close()
  })

  it.each(['Escape', 'X', 'Back', 'Done', 'outside'] as const)(
    'that was not copied is asked about before %s closes it',
    async (way) => {
      const { page, close } = await visit(browser, door, { cookies: admin.cookies })
      await page.goto(LIST)
      const secret = await addUntilShown(page, `Asked at ${way}`)
      const leave = async (): Promise<void> => {
        if (way === 'Escape') await page.keyboard.press('Escape')
        else if (way === 'X') await page.getByRole('button', { name: 'Close', exact: true }).click()
        else if (way === 'Back') await page.evaluate(() => history.back())
        else if (way === 'Done') await page.getByRole('button', { name: 'Done', exact: true }).click()
        else await page.mouse.click(40, 500)
      }
      const question = page.getByRole('dialog', { name: 'Close without copying?' })
      await leave()
      await question.getByRole('button', { name: 'Go back and copy' }).click()
      await question.waitFor({ state: 'detached' })
      expect(await everythingOf(page)).toContain(secret)
      await leave()
      await question.getByRole('button', { name: 'Close anyway' }).click()
      await page.getByText('Shown only now').waitFor({ state: 'detached' })
      expect(await everythingOf(page)).not.toContain(secret)
      await close()
    },
  )

  it('is not asked about once it was copied', async () => {
    const { page, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(LIST)
    await addUntilShown(page, 'Copied')
    await page.getByRole('button', { name: 'Copy curl line' }).click()
    await page.getByRole('status').filter({ hasText: 'curl line: Copied' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText('Shown only now').waitFor({ state: 'detached' })
    expect(await page.getByRole('dialog').count()).toBe(0)
    await close()
  })

  it('of management tokens and invitations is kept the same way', async () => {
    const { page, close } = await visit(browser, door, { cookies: admin.cookies })
    await page.goto(`/tenants/${ELITE}/apis/management-tokens`)
    await page.getByRole('button', { name: 'Add Management Token' }).click()
    await page.getByRole('textbox', { name: 'Title' }).fill('Nightly')
    await page.getByRole('button', { name: 'Save' }).click()
    const token = await page.getByRole('group', { name: 'Management Token' }).locator('code').textContent()
    expect(token).toMatch(/^sd_mgt_/)
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Close anyway' }).click()
    await page.getByText('Shown only now').waitFor({ state: 'detached' })
    expect(await everythingOf(page)).not.toContain(token)
    await page.getByRole('button', { name: 'Administration' }).click()
    await page.getByRole('menuitem', { name: 'Users' }).click()
    await page.getByRole('button', { name: 'Add User' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Mary Jackson')
    await page.getByRole('textbox', { name: 'E-mail' }).fill('mary@example.com')
    await page.getByRole('button', { name: 'Save' }).click()
    const link = await page.getByRole('group', { name: 'Invitation link' }).locator('code').textContent()
    expect(link).toMatch(/\/welcome#sd_inv_/)
    await page.evaluate(() => history.back())
    await page.getByRole('button', { name: 'Close anyway' }).click()
    await page.waitForTimeout(300)
    expect(await everythingOf(page)).not.toContain('sd_inv_')
    await close()
  })
})

describe('WB-05: text of others', () => {
  it.each(['<img src=x onerror=alert(1)>', '"><script>alert(1)</script>', '{{7*7}} javascript:alert(1)'])(
    '%s is text',
    async (text) => {
      const title = `${text} ${Math.random().toString(36).slice(2, 6)}`
      await door.admin('POST', `/api/v1/tenants/${ELITE}/credentials`, {
        title,
        description: text,
        authenticationMethod: 'api_token',
      })
      const { page, complaints, close } = await visit(browser, door, { cookies: admin.cookies })
      let dialogs = 0
      page.on('dialog', async (dialog) => {
        dialogs += 1
        await dialog.dismiss()
      })
      await page.goto(LIST)
      await page.getByRole('button', { name: title, exact: true }).click()
      await page.getByRole('checkbox', { name: 'Active' }).waitFor()
      expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe(title)
      expect(dialogs).toBe(0)
      expect(complaints).toEqual([])
      await close()
    },
  )
})
