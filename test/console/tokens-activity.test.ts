import { describe, expect, it } from 'vitest'
import { type Visitor, visit } from '../support/browser.ts'
import { CREDENTIALS, createTokenClient } from '../support/token-client.ts'
import { LIST } from './scene.ts'
import { drawerOf } from './token-drawer.ts'
import { addApiCredential } from './token-life.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

async function asAdmin(): Promise<Visitor> {
  return await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
}

describe('the activity', () => {
  it('says what happened and who did it, the newest first, and more of it on demand', async () => {
    const { id, title } = await addApiCredential(site.stage.door)
    const address = `${CREDENTIALS}/${id}`
    for (let count = 0; count < 24; count += 1) {
      await site.stage.door.admin('PATCH', address, { active: count % 2 === 1 }, { 'if-match': '*' })
    }
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?edit=${id}`)
    await page.getByRole('textbox', { name: 'Title' }).fill(`${title} renamed`)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.goto(`${LIST}?tokens=${id}`)
    const events = drawerOf(page).getByRole('list', { name: 'Activity' }).getByRole('listitem')
    await events.nth(19).waitFor()
    expect(await events.count()).toBe(20)
    await events.first().getByText('by Ada Lovelace').waitFor()
    expect(await events.first().innerText()).toContain(`Renamed from “${title}” to “${title} renamed”`)
    expect(await events.nth(1).innerText()).toMatch(/^Activated/)
    expect(await events.nth(2).innerText()).toMatch(
      /^Deactivated[\s\S]*by the management token “First start”$/,
    )
    await page.getByRole('button', { name: 'Show more' }).click()
    await events.nth(25).waitFor()
    expect(await events.count()).toBe(26)
    expect(await events.last().innerText()).toMatch(/^Added/)
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0)
    // Whoever reads on reads on where the new ones begin.
    expect(await events.nth(20).evaluate((event) => event === document.activeElement)).toBe(true)
    await close()
  })

  it('shows what it has no words for as the server calls it', async () => {
    const { id } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.route('**/audit-events?*', async (route) => {
      const answer = await route.fetch()
      const body = await answer.json()
      body.items[0] = { ...body.items[0], action: 'credential_painted', actor: 'painter 7' }
      await route.fulfill({ response: answer, json: body })
    })
    await page.goto(`${LIST}?tokens=${id}`)
    const events = drawerOf(page).getByRole('list', { name: 'Activity' })
    await events.getByText('credential_painted').waitFor()
    await events.getByText('by painter 7').waitFor()
    expect(await events.getByRole('listitem').count()).toBe(1)
    await close()
  })

  it('tells a holder who revoked a leaked token from everybody else', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    const { status } = await createTokenClient(site.stage.door).ask('/oauth/revoke', { token })
    expect(status).toBe(200)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?tokens=${id}`)
    const events = drawerOf(page).getByRole('list', { name: 'Activity' })
    await events.getByText('API token revoked').waitFor()
    await events.getByText('by a holder of the token').waitFor()
    await drawerOf(page).getByText('No live tokens').waitFor()
    await close()
  })
})
