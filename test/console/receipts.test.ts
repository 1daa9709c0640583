import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { type Visitor, visit } from '../support/browser.ts'
import { answerWith, EVERY_KIND, pendingGateway, setActive, TWO_OF_THREE, UNKNOWN } from './receipts.ts'
import { LIST } from './scene.ts'
import { copyToken, drawerOf, revokeButton, statusOf } from './token-drawer.ts'
import { addApiCredential, issueWithOverlap } from './token-life.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

const IN_TIME = /, \d+\.\d\d s\.$/

async function asAdmin(): Promise<Visitor> {
  return await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
}

/** What is said politely, in the region that is there before it. */
function said(page: Page | Locator, text: string | RegExp): Locator {
  return page.getByRole('status').filter({ hasText: text })
}

async function openMenu(page: Page, title: string, item: string): Promise<void> {
  await page.goto(`${LIST}?search=${encodeURIComponent(title)}`)
  await page.getByRole('button', { name: `Actions of ${title}` }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
  await page.getByRole('dialog').waitFor()
}

async function saveEndpoints(page: Page): Promise<void> {
  const drawer = page.getByRole('dialog', { name: 'Edit Allowed Endpoints' })
  await drawer.getByRole('button', { name: 'Save' }).click()
}

describe('the receipt of the one gateway that comes along', () => {
  it('is told after deactivating and activating, when it holds', async () => {
    const { id, title, token } = await addApiCredential(site.stage.door)
    const { page, complaints, close } = await asAdmin()
    await setActive(page, id, false)
    const off = said(page, `${title} was deactivated. Refused on the gateway`)
    await off.waitFor()
    expect((await off.innerText()).trim()).toMatch(IN_TIME)
    expect(await statusOf(site.stage.door, token)).toBe(401)
    await setActive(page, id, true)
    await said(page, `${title} was activated. Works on the gateway.`).waitFor()
    expect(await statusOf(site.stage.door, token)).toBe(200)
    expect(await page.getByRole('alert').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('is told after narrowing and widening, of what was taken off and what was added', async () => {
    const { id, title, token } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?endpoints=${id}`)
    await page.getByRole('radio', { name: 'Only chosen endpoints' }).click()
    await page.getByRole('searchbox', { name: 'Search operation, title or path' }).fill('booking list')
    await page.getByRole('button', { name: 'Add GetBookingList', exact: true }).click()
    await saveEndpoints(page)
    const done = `What ${title} may call was saved.`
    const narrowed = said(page, `${done} What was taken off is refused on the gateway`)
    await narrowed.waitFor()
    expect((await narrowed.innerText()).trim()).toMatch(IN_TIME)
    expect(await statusOf(site.stage.door, token)).toBe(403)

    await page.goto(`${LIST}?endpoints=${id}`)
    await page.getByRole('searchbox', { name: 'Search operation, title or path' }).fill('event list')
    await page.getByRole('button', { name: 'Add GetEventList', exact: true }).click()
    await saveEndpoints(page)
    await said(page, `${done} What was added works on the gateway.`).waitFor()
    expect(await statusOf(site.stage.door, token)).toBe(200)
    await close()
  })

  it('is told after deleting, and the message goes when it is dismissed', async () => {
    const { title, token } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await openMenu(page, title, 'Delete Credential')
    await page.getByRole('button', { name: 'Yes, Delete' }).click()
    const gone = said(page, `${title} was deleted. Refused on the gateway`)
    await gone.waitFor()
    expect((await gone.innerText()).trim()).toMatch(IN_TIME)
    expect(await statusOf(site.stage.door, token)).toBe(401)
    await page.getByRole('button', { name: 'Dismiss' }).click()
    await gone.waitFor({ state: 'detached' })
    await close()
  })

  it('is told after adding and issuing, beside the new token, and after revoking, in the drawer', async () => {
    const { page, complaints, close } = await asAdmin()
    await page.goto(`${LIST}?add=true`)
    await page.getByRole('radio', { name: 'API Token' }).check()
    await page.getByRole('textbox', { name: 'Title' }).fill('With a receipt')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, 'With a receipt was added. Works on the gateway.').waitFor()
    const first = await copyToken(page, 'API Token')
    expect(await statusOf(site.stage.door, first)).toBe(200)
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await openMenu(page, 'With a receipt', 'Issue New Tokens')
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    await said(page, 'Those before are revoked. The new ones work on the gateway.').waitFor()
    const second = await copyToken(page, 'API Token')
    expect([await statusOf(site.stage.door, first), await statusOf(site.stage.door, second)]).toEqual([
      401, 200,
    ])
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })

    await openMenu(page, 'With a receipt', 'Tokens')
    await revokeButton(page, second).click()
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    const revoked = said(drawerOf(page), /was revoked\. Refused on the gateway/)
    await revoked.waitFor()
    expect((await revoked.innerText()).trim()).toMatch(IN_TIME)
    expect(await statusOf(site.stage.door, second)).toBe(401)
    // It is not said again where the drawer has been.
    await page.getByRole('dialog', { name: 'Revoke API Token' }).waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByText('was revoked').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })

  it('is not asked for where no gateway has to know: a new title', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?edit=${id}`)
    await page.getByRole('textbox', { name: 'Title' }).fill(`${title}, renamed`)
    await page.getByRole('button', { name: 'Save' }).click()
    await said(page, 'Saved').waitFor()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByText('on the gateway').count()).toBe(0)
    await close()
  })
})

describe('the receipt of several gateways', () => {
  it('is one line where all have confirmed', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await answerWith(page, { gateways: 3, confirmed: 3, elapsedMs: 14.2, complete: true, pending: [] })
    await setActive(page, id, false)
    await said(page, `${title} was deactivated. Refused on 3 of 3 gateways, 0.02 s.`).waitFor()
    await setActive(page, id, true)
    await said(page, `${title} was activated. Works on 3 of 3 gateways.`).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await close()
  })

  it('warns of those that have not confirmed, until somebody dismisses it', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, complaints, close } = await asAdmin()
    await answerWith(page, EVERY_KIND)
    await setActive(page, id, false)
    const warning = page.getByRole('alert')
    await warning.getByText(`${title} was deactivated. Refused on 2 of 4 gateways so far.`).waitFor()
    const text = await warning.innerText()
    // Not by its colour alone.
    expect(text).toMatch(/^Warning:/)
    const late =
      /gateway-3 has not confirmed\. It was last heard of at (\d\d:\d\d:\d\d)\. It may go on as before until (\d\d:\d\d)\./
    expect(text).toMatch(late)
    expect(text).toMatch(
      /of-the-river has not confirmed\. Nobody has heard of it since \d\d:\d\d:\d\d\. It may/,
    )
    expect(text).toMatch(/gateway-1 is stopped\. Started again before \d\d:\d\d, it may begin as before\./)
    // The time of the reader, Europe/Berlin, and the minute that has begun.
    const [, heard = '', until = ''] = late.exec(text) ?? []
    const inBerlin = (value: string, timeStyle: 'short' | 'medium'): string =>
      new Intl.DateTimeFormat('en-GB', { timeStyle, timeZone: 'Europe/Berlin' }).format(new Date(value))
    const [pending] = EVERY_KIND.pending
    expect(heard).toBe(inBerlin(pending?.lastSeenAt ?? '', 'medium'))
    const minute = Math.ceil(Date.parse(pending?.decidesUntil ?? '') / 60_000) * 60_000
    expect(until).toBe(inBerlin(new Date(minute).toISOString(), 'short'))

    // Something else is done meanwhile, by way of other pages.
    await page.unroute('**/api/v1/tenants/*/credentials**')
    await page.getByRole('link', { name: 'Marketplace' }).click()
    await page.getByRole('heading', { name: 'Marketplace', level: 1 }).waitFor()
    expect(await warning.count()).toBe(1)
    await warning.getByRole('button', { name: 'Dismiss' }).click()
    await warning.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await close()
  })

  it('warns within a narrow screen, and hides nothing for good: the end of the page comes out from under it', async () => {
    const { id } = await addApiCredential(site.stage.door)
    const options = { cookies: site.stage.admin.cookies, width: 375, height: 740 }
    const { page, close } = await visit(site.browser, site.stage.door, options)
    await answerWith(page, EVERY_KIND)
    await setActive(page, id, false)
    const boxOf = async (place: Locator) => {
      const box = await place.boundingBox()
      if (box === null) throw new Error('it is not there to be seen')
      return box
    }
    const warning = await boxOf(page.getByRole('alert'))
    expect(warning.x).toBeGreaterThanOrEqual(0)
    expect(warning.x + warning.width).toBeLessThanOrEqual(375)
    expect(warning.y).toBeGreaterThanOrEqual(0)
    expect(warning.y + warning.height).toBeLessThanOrEqual(740)
    await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight))
    const last = page.getByRole('button', { name: /^Actions of/ }).last()
    await expect.poll(async () => (await boxOf(last)).y + (await boxOf(last)).height).toBeLessThan(warning.y)
    await close()
  })

  it('does not let what is done next push a warning away', async () => {
    const [first, second] = [await addApiCredential(site.stage.door), await addApiCredential(site.stage.door)]
    const { page, close } = await asAdmin()
    await page.goto(LIST)
    await answerWith(page, TWO_OF_THREE)
    const remove = async (title: string): Promise<void> => {
      await page.getByRole('searchbox').fill(title)
      // Before that the rows move, and a menu with them: between press and release it would not be clicked at all.
      await expect.poll(() => page.getByRole('button', { name: /^Actions of/ }).count()).toBe(1)
      await page.getByRole('button', { name: `Actions of ${title}` }).click()
      await page.getByRole('menuitem', { name: 'Delete Credential' }).click()
      await page.getByRole('button', { name: 'Yes, Delete' }).click()
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    }
    await remove(first.title)
    await page.getByRole('alert').getByText(`${first.title} was deleted`).waitFor()
    await page.unroute('**/api/v1/tenants/*/credentials**')
    await remove(second.title)
    await said(page, `${second.title} was deleted. Refused on the gateway`).waitFor()
    await page.getByRole('alert').getByText(`${first.title} was deleted`).waitFor()
    expect(await page.getByRole('alert').count()).toBe(1)
    await close()
  })

  it('warns in the drawer, and goes on doing so on the page once that is closed', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    await issueWithOverlap(site.stage.door, id, 3600)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?tokens=${id}`)
    await answerWith(page, TWO_OF_THREE)
    await revokeButton(page, token).click()
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    const warned = 'was revoked. Refused on 2 of 3 gateways so far.'
    await drawerOf(page).getByRole('alert').getByText(warned).waitFor()
    expect(await page.getByRole('alert').count()).toBe(1)
    await page.getByRole('dialog', { name: 'Revoke API Token' }).waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('alert').getByText(warned).waitFor()
    await page.getByRole('button', { name: 'Dismiss' }).click()
    expect(await page.getByRole('alert').count()).toBe(0)
    await close()
  })

  it('warns beside new tokens, which some gateways do not know yet', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?issue=${id}`)
    await answerWith(page, TWO_OF_THREE)
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    const warned = `New tokens for ${title}. The new ones work on 2 of 3 gateways so far.`
    await page.getByRole('dialog').getByRole('alert').getByText(warned).waitFor()
    // Not said twice.
    expect(await page.getByText('gateways so far').count()).toBe(1)
    await copyToken(page, 'API Token')
    await page.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByRole('alert').count()).toBe(0)
    await close()
  })

  it('warns where the database could not be asked, and does not take that for no gateway', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await answerWith(page, UNKNOWN)
    await setActive(page, id, false)
    const warning = page.getByRole('alert')
    await warning
      .getByText(`${title} was deactivated. It is not known which gateways have confirmed it.`)
      .waitFor()
    await warning.getByText('The database cannot be asked at the moment.').waitFor()
    expect(await page.getByText('No gateway is connected').count()).toBe(0)
    await close()
  })

  it('does not warn of a stopped one, and says where none is connected', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await answerWith(page, {
      gateways: 0,
      confirmed: 0,
      elapsedMs: 0.4,
      complete: true,
      pending: [pendingGateway('gateway-1', 'stopped')],
    })
    await setActive(page, id, false)
    const done = said(page, `${title} was deactivated. No gateway is connected at the moment`)
    await done.getByText('gateway-1 is stopped.').waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await close()
  })
})
