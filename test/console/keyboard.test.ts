import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { visit } from '../support/browser.ts'
import { PASSWORD } from '../support/operators.ts'
import { EVENTS } from '../support/token-client.ts'
import { answerWith, TWO_OF_THREE } from './receipts.ts'
import { ENTERPRISE } from './scene.ts'
import { addApiCredential } from './token-life.ts'
import { useStage } from './use-stage.ts'

// No mouse in this file.

const site = useStage()

const LIST = `/tenants/${ENTERPRISE}/apis/credentials`
const TABS_MAX = 80

/** What has the focus, by its accessible name, or its text. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return ''
    const label = element.getAttribute('aria-label')
    const labels =
      'labels' in element && element.labels instanceof NodeList ? element.labels[0]?.textContent : undefined
    return (label ?? labels ?? element.textContent ?? '').replace(/\s*\*$/, '').trim()
  })
}

/** Tabs until this has the focus: everything can be reached, and nothing keeps the focus for itself. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const matches = (text: string): boolean => (typeof name === 'string' ? text === name : name.test(text))
  const seen: string[] = []
  for (let count = 0; count < TABS_MAX; count += 1) {
    const text = await focused(page)
    if (matches(text)) return
    seen.push(text)
    await page.keyboard.press('Tab')
  }
  throw new Error(`the Tab key never comes to ${String(name)}, only to: ${seen.join(' | ')}`)
}

describe('by keyboard alone', () => {
  it('signing in', async () => {
    const { page, close } = await visit(site.browser, site.stage.door)
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
    await tabTo(page, 'E-mail')
    await page.keyboard.type(site.stage.admin.email)
    await tabTo(page, 'Password')
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Momentus APIs', level: 1 }).waitFor()
    // The page that opened says what it is.
    expect(await focused(page)).toBe('Momentus APIs')
    await close()
  })

  it('the first stop leads past the menu', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await page.evaluate(() => document.body.focus())
    await page.evaluate(() => window.getSelection()?.removeAllRanges())
    await page.getByRole('link', { name: 'Skip to the content' }).focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toMatch(/Copy gateway address|Credentials/)
    await close()
  })

  it('adding, with the focus in the drawer and back where it came from', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await tabTo(page, 'Add Credentials')
    await page.keyboard.press('Enter')
    await page.getByRole('textbox', { name: 'Title' }).waitFor()
    await expect.poll(() => focused(page)).toBe('Title')
    await page.keyboard.type('By keyboard')
    await tabTo(page, 'OAuth')
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('API Token')
    await tabTo(page, 'Save')
    await page.keyboard.press('Enter')
    await page.getByText('Shown only now').waitFor()
    await expect.poll(() => focused(page)).toBe('By keyboard was added. Works on the gateway.')
    await tabTo(page, 'Copy API Token')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'API Token: Copied' }).waitFor()
    // The focus does not leave the drawer.
    for (let count = 0; count < 12; count += 1) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
    }
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Add Credentials')
    await close()
  })

  it.each(['Edit Endpoints', 'Edit Credential', 'Tokens', 'Issue New Tokens', 'Delete Credential'])(
    '%s gives the focus back to the menu that it came from',
    async (item) => {
      const { page, close } = await visit(site.browser, site.stage.door, {
        cookies: site.stage.admin.cookies,
      })
      await page.goto(LIST)
      await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
      await tabTo(page, 'Actions of Day board')
      await page.keyboard.press('Enter')
      await page.getByRole('menuitem', { name: item, exact: true }).waitFor()
      await expect.poll(() => focused(page)).toBe('Edit Endpoints')
      for (let count = 0; (await focused(page)) !== item && count < 6; count += 1)
        await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByRole('dialog').waitFor()
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null))
        .toBe(true)
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await expect.poll(() => focused(page)).toBe('Actions of Day board')
      await close()
    },
  )

  it('issuing from the tokens, revoking the old one, and the focus never lost', async () => {
    const { id, title, token } = await addApiCredential(site.stage.door)
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(`${LIST}?tokens=${id}`)
    const revoke = `Revoke API Token sd_api_…${token.slice(-4)}`
    await page.getByRole('button', { name: revoke }).waitFor()
    await tabTo(page, 'Issue New Tokens')
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'Stop at once' }).waitFor()
    // Asked and not wanted: back where it was asked.
    await expect.poll(() => focused(page)).toBe('Cancel')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Issue New Tokens')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Cancel')
    await tabTo(page, 'Stop at once')
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('1 hour')
    await tabTo(page, 'Issue new tokens')
    await page.keyboard.press('Enter')
    await page.getByText('Shown only now').waitFor()
    await expect.poll(() => focused(page)).toContain(`New token for ${title}. The one before works until`)
    await tabTo(page, 'Copy API Token')
    await page.keyboard.press('Enter')
    await page.getByRole('status').filter({ hasText: 'API Token: Copied' }).waitFor()
    await page.keyboard.press('Escape')
    await expect.poll(() => focused(page)).toBe('Issue New Tokens')
    await tabTo(page, revoke)
    await page.keyboard.press('Enter')
    const question = page.getByRole('dialog', { name: 'Revoke API Token' })
    await question.waitFor()
    await expect.poll(() => focused(page)).toBe('Cancel')
    await page.keyboard.press('Escape')
    await question.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe(revoke)
    await page.keyboard.press('Enter')
    await question.waitFor()
    await tabTo(page, 'Yes, Revoke')
    await page.keyboard.press('Enter')
    await question.waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Issue New Tokens')
    expect((await site.stage.door.call(EVENTS, { token })).status).toBe(401)
    await close()
  })

  it('choosing endpoints: one stop for the whole list, arrows inside, and no row takes the focus with it', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await tabTo(page, 'Actions of Day board')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Edit Endpoints')
    await page.keyboard.press('Enter')
    await page.getByRole('radio', { name: 'All endpoints' }).waitFor()
    await tabTo(page, 'All endpoints')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('tab', { name: 'Available' }).waitFor()
    await tabTo(page, 'Search operation, title or path')
    await page.keyboard.type('event list')
    await expect.poll(() => page.getByRole('button', { name: /^Add Get/ }).count()).toBeLessThan(60)
    await tabTo(page, 'Add GetEventList')
    await page.keyboard.press('ArrowDown')
    const second = await focused(page)
    expect(second).toMatch(/^Add Get/)
    await page.keyboard.press('ArrowUp')
    await expect.poll(() => focused(page)).toBe('Add GetEventList')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe(second)
    await page.keyboard.press('End')
    await expect.poll(() => focused(page)).not.toBe(second)
    expect(await focused(page)).toMatch(/^Add /)
    await page.keyboard.press('Home')
    await expect.poll(() => focused(page)).toBe(second)
    // Out of the list by one Tab, to Save.
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Save')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('cell', { name: '1 endpoint', exact: true }).first().waitFor()
    await close()
  })

  it('a warning of gateways is come to, read and dismissed, and the focus is not lost', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await answerWith(page, TWO_OF_THREE)
    await page.goto(`${LIST}?edit=${id}`)
    await tabTo(page, 'Active')
    await page.keyboard.press('Space')
    await tabTo(page, 'Save')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('alert').getByText(`${title} was deactivated`).waitFor()
    // It does not take the focus from where somebody works.
    await expect.poll(() => focused(page)).toBe(`Actions of ${title}`)
    await page.getByRole('link', { name: 'Skip to the content' }).focus()
    await tabTo(page, 'Dismiss')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    await close()
  })

  it('revoking with a warning in the drawer, which keeps the focus when that is dismissed', async () => {
    const { id } = await addApiCredential(site.stage.door)
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await answerWith(page, TWO_OF_THREE)
    await page.goto(`${LIST}?tokens=${id}`)
    await page.getByRole('button', { name: /^Revoke API Token/ }).waitFor()
    await tabTo(page, /^Revoke API Token/)
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Cancel')
    await tabTo(page, 'Yes, Revoke')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Revoke API Token' }).waitFor({ state: 'detached' })
    await expect.poll(() => focused(page)).toBe('Issue New Tokens')
    await tabTo(page, 'Dismiss')
    await page.keyboard.press('Enter')
    await page.getByRole('alert').waitFor({ state: 'detached' })
    expect(await page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await close()
  })

  it('the main menu and the tenant', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await page.getByRole('link', { name: 'Skip to the content' }).focus()
    await tabTo(page, 'Administration')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Users')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Users', level: 1 }).waitFor()
    await page.getByRole('link', { name: 'Skip to the content' }).focus()
    await tabTo(page, 'Administration')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toBe('Users')
    await page.keyboard.press('ArrowDown')
    expect(await focused(page)).toBe('Gateways')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Gateways', level: 1 }).waitFor()
    expect(await focused(page)).toBe('Gateways')
    await page.getByRole('link', { name: 'Skip to the content' }).focus()
    await tabTo(page, 'Tenant: Harbourview Convention Centre')
    await page.keyboard.press('Enter')
    await expect.poll(() => focused(page)).toMatch(/^Harbourview/)
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.getByText('No credentials yet').waitFor()
    await close()
  })
})
