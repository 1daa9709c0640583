import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { type Visitor, visit } from '../support/browser.ts'
import { CREDENTIALS } from '../support/token-client.ts'
import { LIST } from './scene.ts'
import { GATEWAYS, gatewayOf, loseDatabase, MIXED, showGateways } from './scenes-gateways.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

const EVERY_MS = 5_000
const ADDRESS = '**/api/v1/gateways'

async function asAdmin(): Promise<Visitor> {
  return await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
}

/** The cells of a gateway's row, without its id. */
async function cellsOf(page: Page, name: string): Promise<readonly string[]> {
  const row = page.getByRole('row').filter({ has: page.locator(`strong:text-is("${name}")`) })
  return await row.locator('td:not(:first-child)').allInnerTexts()
}

describe('Administration > Gateways', () => {
  it('shows the real one, as the API has it', async () => {
    const { page, complaints, close } = await asAdmin()
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Administration' }).click()
    await page.getByRole('menuitem', { name: 'Gateways' }).click()
    await page.getByRole('heading', { name: 'Gateways', level: 1 }).waitFor()
    await page.getByText('1 gateway, connected').waitFor()
    const { json } = await site.stage.door.admin('GET', '/api/v1/gateways')
    const [{ id, name }] = json.items
    await page.getByRole('cell', { name: id }).waitFor()
    await expect
      .poll(() => cellsOf(page, name))
      .toEqual([
        'Connected',
        'All confirmed',
        'What is stored',
        'The same',
        expect.stringMatching(/^[0-9:]+$/),
      ])
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('says each state in words, and warns of what somebody has to look after', async () => {
    const { page, close } = await asAdmin()
    await showGateways(page, MIXED)
    await page.goto(GATEWAYS)
    await page.getByText('6 gateways, 4 connected').waitFor()
    expect((await cellsOf(page, 'gateway-2')).slice(0, 3)).toEqual([
      'Connected',
      '1,234 not confirmed',
      'Not known yet',
    ])
    expect((await cellsOf(page, 'gateway-4'))[2]).toBe('Something else')
    expect(await cellsOf(page, 'gateway-5')).toEqual([
      'Silent',
      '3 not confirmed',
      'Not known yet',
      'The same',
      '27 Feb 2026, 15:05:09',
    ])
    expect((await cellsOf(page, 'gateway-6')).slice(0, 4)).toEqual([
      'Stopped',
      'All confirmed',
      'What is stored',
      'Another one',
    ])
    const alerts = await page.getByRole('alert').allInnerTexts()
    expect(alerts).toHaveLength(2)
    expect(alerts[0]).toMatch(/Decides by something else than what is stored\s+gateway-4: /)
    // The one that was stopped answers nothing.
    expect(alerts[1]).toMatch(/Configured differently\s+gateway-at-the-other-side-of-the-river: /)
    await close()
  })

  it('has no part that scrolls sideways on a narrow screen, and every fact is there', async () => {
    const options = { cookies: site.stage.admin.cookies, width: 375, height: 740 }
    const { page, close } = await visit(site.browser, site.stage.door, options)
    await showGateways(page, MIXED)
    await page.goto(GATEWAYS)
    await page.getByText('6 gateways, 4 connected').waitFor()
    const tooWide = await page.evaluate(() =>
      [...document.querySelectorAll('main, main *')]
        .filter((part) => part.getBoundingClientRect().right > window.innerWidth)
        .map((part) => part.className),
    )
    expect(tooWide).toEqual([])
    const row = page.getByRole('row').filter({ hasText: 'gateway-5' })
    for (const text of ['Silent', '3 not confirmed', 'Not known yet', 'The same', '27 Feb 2026, 15:05:09'])
      expect(await row.getByText(text).locator('visible=true').count(), text).toBe(1)
    await close()
  })

  it('looks again every five seconds while somebody sees it, and not behind another tab', async () => {
    const { page, close } = await asAdmin()
    let asked = 0
    await page.route(ADDRESS, (route) => {
      asked += 1
      return route.fulfill({ json: { items: [gatewayOf('gateway-1', { behind: asked })] } })
    })
    await page.clock.install()
    await page.goto(GATEWAYS)
    const cell = (count: number) => page.getByRole('cell', { name: `${count} not confirmed`, exact: true })
    await cell(1).waitFor()
    // From now on time passes only where this test says so; until now it may have been long.
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000)
    /** What has been answered is drawn a few moments later, and these have to pass. */
    const shows = async (count: number): Promise<void> => {
      await expect
        .poll(
          async () => {
            await page.clock.runFor(1)
            return await cell(count).count()
          },
          { timeout: 30_000 },
        )
        .toBe(1)
    }
    await shows(asked)
    const before = asked
    await page.clock.runFor(EVERY_MS)
    await shows(before + 1)
    expect(asked).toBe(before + 1)
    await see(page, 'hidden')
    await page.clock.runFor(10 * EVERY_MS)
    expect(asked).toBe(before + 1)
    await see(page, 'visible')
    await page.clock.runFor(EVERY_MS)
    await expect.poll(() => asked, { timeout: 30_000 }).toBeGreaterThan(before + 1)
    await close()
  })

  it('keeps what it has where a look fails, says so, and goes on by itself', async () => {
    const { page, close } = await asAdmin()
    await page.clock.install()
    await page.goto(GATEWAYS)
    await page.getByText('1 gateway, connected').waitFor()
    await loseDatabase(page, ADDRESS, 'GET')
    await expect
      .poll(async () => {
        await page.clock.runFor(EVERY_MS)
        return await page.getByRole('alert').count()
      })
      .toBe(1)
    await page.getByRole('alert').getByText('What is shown is from before.').waitFor()
    expect(await page.getByRole('table', { name: 'Gateways' }).count()).toBe(1)
    await page.unroute(ADDRESS)
    await expect
      .poll(async () => {
        await page.clock.runFor(EVERY_MS)
        return await page.getByRole('alert').count()
      })
      .toBe(0)
    await close()
  })

  it('has a way to try again, and words for a list that is empty', async () => {
    const { page, close } = await asAdmin()
    await page.route(ADDRESS, (route) => route.abort())
    await page.goto(GATEWAYS)
    await page.getByRole('alert').getByText('The gateways could not be loaded').waitFor()
    await page.unroute(ADDRESS)
    await showGateways(page, [])
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('No gateway has come yet').waitFor()
    expect(await page.getByRole('table').count()).toBe(0)
    await close()
  })

  it('is offered to nobody who has a tenant of several, and the API refuses it all the same', async () => {
    const { page, complaints, close } = await visit(site.browser, site.stage.door, {
      cookies: site.stage.user.cookies,
    })
    let asked = 0
    await page.route(ADDRESS, (route) => {
      asked += 1
      return route.fallback()
    })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Administration' }).click()
    await page.getByRole('menuitem', { name: 'Users' }).waitFor()
    expect(await page.getByRole('menuitem', { name: 'Gateways' }).count()).toBe(0)
    await page.goto(GATEWAYS)
    await page.getByText('Not shown to you').waitFor()
    expect(asked).toBe(0)
    expect(await page.evaluate(async () => (await fetch('/api/v1/gateways')).status)).toBe(403)
    expect(complaints).toEqual([])
    await close()
  })

  it('goes away where the role has been taken away under the open page', async () => {
    const { page, close } = await asAdmin()
    await page.goto(GATEWAYS)
    await page.getByText('1 gateway, connected').waitFor()
    const refused = { type: 'x', title: 'Your role does not allow this', status: 403, code: 'role_missing' }
    await page.route(ADDRESS, (route) =>
      route.fulfill({
        status: 403,
        contentType: 'application/problem+json',
        body: JSON.stringify({ ...refused, requestId: 'req_1' }),
      }),
    )
    await page.getByText('Not shown to you').waitFor()
    expect(await page.getByRole('table').count()).toBe(0)
    await close()
  })
})

describe('a database that is away', () => {
  it('is told kindly, loses nothing that was typed, and a second press saves it once', async () => {
    const { page, close } = await asAdmin()
    await loseDatabase(page, '**/credentials', 'POST')
    await page.goto(`${LIST}?add=true`)
    await page.getByRole('radio', { name: 'API Token' }).check()
    await page.getByRole('textbox', { name: 'Title' }).fill('While it was away')
    await page.getByRole('button', { name: 'Save' }).click()
    const told = page.getByRole('alert')
    await told.getByText('The database cannot serve at the moment. Nothing was changed.').waitFor()
    await told.getByText('Calls through the gateways go on. Try again in a moment.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('While it was away')
    await page.unroute('**/credentials')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('While it was away was added. Works on the gateway.').waitFor()
    const { json } = await site.stage.door.admin('GET', `${CREDENTIALS}?search=While%20it%20was`)
    expect(json.total).toBe(1)
    await close()
  })

  it('is not called a page that broke', async () => {
    const { page, close } = await asAdmin()
    await loseDatabase(page, '**/api/v1/me', 'GET')
    await page.goto(LIST)
    await page.getByRole('heading', { name: 'Not available at the moment' }).waitFor()
    expect(await page.getByText('This page broke').count()).toBe(0)
    await page.unroute('**/api/v1/me')
    await page.getByRole('button', { name: 'Load again' }).click()
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await close()
  })
})

/** What the browser does when somebody looks at another tab, and back. */
async function see(page: Page, state: 'visible' | 'hidden'): Promise<void> {
  await page.evaluate((visibility) => {
    Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true })
    document.dispatchEvent(new Event('visibilitychange', { bubbles: true }))
  }, state)
}
