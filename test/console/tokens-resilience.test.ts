import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { type Visitor, visit } from '../support/browser.ts'
import { CREDENTIALS } from '../support/token-client.ts'
import { LIST } from './scene.ts'
import { copyToken, drawerOf, revokeButton, statusOf } from './token-drawer.ts'
import { addApiCredential, issueWithOverlap } from './token-life.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

async function asAdmin(): Promise<Visitor> {
  return await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
}

describe('a bad line, and two operators at once', () => {
  it('a revocation whose answer was lost is pressed again, and has happened once', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?tokens=${id}`)
    await loseFirst(page, '**/tokens/*', 'DELETE')
    await revokeButton(page, token).click()
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    expect(await statusOf(site.stage.door, token)).toBe(401)
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    await drawerOf(page).getByText('No live tokens').waitFor()
    const { json } = await site.stage.door.admin(
      'GET',
      `${CREDENTIALS.replace('credentials', 'audit-events')}?subject=${id}`,
    )
    const actions = json.items.map(({ action }: { action: string }) => action)
    expect(actions).toEqual(['token_revoked', 'credential_added'])
    await close()
  })

  it('new tokens whose answer was lost are told of before more are issued', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?issue=${id}`)
    await page.getByRole('radio', { name: '1 hour' }).check()
    await loseFirst(page, '**/tokens', 'POST')
    const issue = page.getByRole('button', { name: 'Issue new tokens' })
    await issue.click()
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    await issue.click()
    await page.getByRole('alert').getByText('has changed meanwhile').waitFor()
    // What was chosen is still chosen.
    expect(await page.getByRole('radio', { name: '1 hour' }).isChecked()).toBe(true)
    await issue.click()
    const renewed = await copyToken(page, 'API Token')
    expect([await statusOf(site.stage.door, token), await statusOf(site.stage.door, renewed)]).toEqual([
      200, 200,
    ])
    await close()
  })

  it('what somebody else issued meanwhile is not ended unseen', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?issue=${id}`)
    await page.getByText('The present token was never used.').waitFor()
    const theirs = await issueWithOverlap(site.stage.door, id, 3600)
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    await page.getByRole('alert').getByText('has changed meanwhile').waitFor()
    expect([await statusOf(site.stage.door, token), await statusOf(site.stage.door, theirs)]).toEqual([
      200, 200,
    ])
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    const mine = await copyToken(page, 'API Token')
    expect([
      await statusOf(site.stage.door, token),
      await statusOf(site.stage.door, theirs),
      await statusOf(site.stage.door, mine),
    ]).toEqual([401, 401, 200])
    await close()
  })

  it('a token and a credential that somebody else ended are said to be gone', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    const renewed = await issueWithOverlap(site.stage.door, id, 3600)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?tokens=${id}`)
    await revokeButton(page, renewed).click()
    await site.stage.door.admin('DELETE', `${CREDENTIALS}/${id}`, undefined, { 'if-match': '*' })
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    await page.getByText('This credential is not there any more').first().waitFor()
    expect(await statusOf(site.stage.door, token)).toBe(401)
    await close()
  })

  it('a list that could not be loaded can be tried again', async () => {
    const { id, token } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?tokens=${id}`)
    await revokeButton(page, token).waitFor()
    await page.route('**/tokens', (route) => route.abort())
    await page.reload()
    await drawerOf(page).getByText('The tokens could not be loaded').waitFor()
    // The rest of the drawer does without.
    await drawerOf(page).getByRole('list', { name: 'Activity' }).getByText('Added').waitFor()
    await page.unroute('**/tokens')
    await page.getByRole('button', { name: 'Try again' }).click()
    await revokeButton(page, token).waitFor()
    expect(await page.getByRole('alert').count()).toBe(0)
    await close()
  })
})

/** The first such request arrives; its answer does not. */
async function loseFirst(page: Page, address: string, method: string): Promise<void> {
  let lost = 0
  await page.route(address, async (route) => {
    if (route.request().method() !== method || lost > 0) return await route.fallback()
    lost += 1
    await route.fetch()
    return await route.abort()
  })
}
