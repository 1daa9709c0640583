import { describe, expect, it } from 'vitest'
import { type Visitor, visit } from '../support/browser.ts'
import { CREDENTIALS, createTokenClient, PASSWORD } from '../support/token-client.ts'
import { LIST } from './scene.ts'
import { copyToken, drawerOf, fact, revokeButton, rowOf, statusOf } from './token-drawer.ts'
import { addApiCredential, addReusedCredential } from './token-life.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

async function asAdmin(): Promise<Visitor> {
  return await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
}

describe('a new API token beside the old one', () => {
  it('both really work, one is revoked in the list, and the other goes on', async () => {
    const { id, title, token: old } = await addApiCredential(site.stage.door)
    expect(await statusOf(site.stage.door, old)).toBe(200)
    const { page, complaints, close } = await asAdmin()
    await page.goto(`${LIST}?search=${encodeURIComponent(title)}`)
    await page.getByRole('button', { name: `Actions of ${title}` }).click()
    await page.getByRole('menuitem', { name: 'Tokens', exact: true }).click()
    await revokeButton(page, old).waitFor()
    expect(await fact(page, old, 'Last used')).not.toBe('Never')
    expect(await fact(page, old, 'Expires')).toBe('Does not expire')
    await drawerOf(page).getByRole('button', { name: 'Issue New Tokens' }).click()

    const question = page.getByRole('dialog', { name: 'Issue new tokens?' })
    await question.getByText('The present token was last used').waitFor()
    // Nothing goes on working unless somebody wants it to.
    expect(await question.getByRole('radio', { name: 'Stop at once' }).isChecked()).toBe(true)
    await question.getByRole('radio', { name: '1 day' }).check()
    await question.getByRole('button', { name: 'Issue new tokens' }).click()
    await page.getByText(`New token for ${title}. The one before works until`).waitFor()
    const until = await page.getByRole('dialog').locator('time').first().getAttribute('datetime')
    expect(Math.abs(Date.parse(until ?? '') - Date.now() - 86_400_000)).toBeLessThan(60_000)
    const renewed = await copyToken(page, 'API Token')
    expect(renewed).not.toBe(old)
    expect([await statusOf(site.stage.door, old), await statusOf(site.stage.door, renewed)]).toEqual([
      200, 200,
    ])
    await page.getByRole('button', { name: 'Done' }).click()

    // Back at the tokens: both stand there, and the row is that of the new one.
    await revokeButton(page, renewed).waitFor()
    expect(await fact(page, renewed, 'Expires')).toBe('Does not expire')
    const { json } = await site.stage.door.admin('GET', `${CREDENTIALS}/${id}/tokens`)
    expect(json.items.map(({ expiresAt }: { expiresAt: string | null }) => expiresAt)).toEqual([null, until])
    await page
      .getByRole('cell', { name: 'Does not expire', includeHidden: true })
      .waitFor({ state: 'attached' })
    await revokeButton(page, old).click()
    const confirm = page.getByRole('dialog', { name: 'Revoke API Token' })
    await confirm.getByText('The other tokens of the credential go on working').waitFor()
    await confirm.getByRole('button', { name: 'Yes, Revoke' }).click()
    await revokeButton(page, old).waitFor({ state: 'detached' })
    expect([await statusOf(site.stage.door, old), await statusOf(site.stage.door, renewed)]).toEqual([
      401, 200,
    ])

    // The last one.
    await revokeButton(page, renewed).click()
    await confirm.getByText('nothing can call with the credential').waitFor()
    await confirm.getByRole('button', { name: 'Yes, Revoke' }).click()
    await drawerOf(page).getByText('No live tokens').waitFor()
    expect(await statusOf(site.stage.door, renewed)).toBe(401)
    await page.keyboard.press('Escape')
    await rowOf(page, title).getByText('No token').waitFor()

    // What heals it stands in the row.
    await page.getByRole('button', { name: `Issue a new token for ${title}` }).click()
    await question.getByText('has no live token').waitFor()
    expect(await question.getByRole('radio').count()).toBe(0)
    await question.getByRole('button', { name: 'Issue new tokens' }).click()
    expect(await statusOf(site.stage.door, await copyToken(page, 'API Token'))).toBe(200)
    await page.getByRole('button', { name: 'Done' }).click()
    await rowOf(page, title).getByText('Does not expire').waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('at once is at once', async () => {
    const { id, token: old } = await addApiCredential(site.stage.door)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?issue=${id}`)
    await page.getByText('The present token was never used.').waitFor()
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    await page.getByText('Those before are revoked.').waitFor()
    const renewed = await copyToken(page, 'API Token')
    expect([await statusOf(site.stage.door, old), await statusOf(site.stage.door, renewed)]).toEqual([
      401, 200,
    ])
    await close()
  })

  it('of OAuth is not asked about: its tokens end soon, and there is a refresh token', async () => {
    const { id } = await createTokenClient(site.stage.door).add()
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?issue=${id}`)
    await page.getByText('stop working at once').waitFor()
    expect(await page.getByRole('radio').count()).toBe(0)
    await close()
  })
})

describe('the tokens of OAuth', () => {
  it('a refresh token takes its whole line with it, an access token only itself', async () => {
    const client = createTokenClient(site.stage.door)
    const { id, refreshToken } = await client.add()
    const { json: second } = await client.refresh(refreshToken)
    const { page, close } = await asAdmin()
    await page.goto(`${LIST}?tokens=${id}`)
    // The refresh token that was exchanged opens nothing any more, and is not there.
    await revokeButton(page, second.access_token).click()
    await page.getByText('revoke the refresh token, or deactivate the credential').waitFor()
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    await revokeButton(page, second.access_token).waitFor({ state: 'detached' })
    expect(await statusOf(site.stage.door, second.access_token)).toBe(401)
    const { json: third } = await client.refresh(second.refresh_token)
    expect(await statusOf(site.stage.door, third.access_token)).toBe(200)

    await page.reload()
    await revokeButton(page, third.refresh_token).click()
    await page.getByText('Its whole line ends').waitFor()
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    await page.getByText('No live tokens').waitFor()
    expect(await statusOf(site.stage.door, third.access_token)).toBe(401)
    expect((await client.refresh(third.refresh_token)).status).toBe(400)
    await close()
  })

  it('a refresh token that came back is marked until new tokens are issued', async () => {
    const { title, accessToken } = await addReusedCredential(site.stage.door)
    expect(await statusOf(site.stage.door, accessToken)).toBe(401)
    const { page, complaints, close } = await asAdmin()
    await page.goto(`${LIST}?search=${encodeURIComponent(title)}`)
    const badge = page.getByRole('button', { name: `Refresh token reused: tokens of ${title}` })
    await page.getByRole('button', { name: title, exact: true }).click()
    const told = page.getByText('A refresh token was used a second time')
    await page
      .getByRole('dialog', { name: 'Edit API Credential' })
      .getByText('Its line was ended at once')
      .waitFor()
    await page.getByRole('button', { name: 'Tokens and activity' }).click()
    await drawerOf(page).getByText('Find out who has the tokens').waitFor()
    const activity = drawerOf(page).getByRole('list', { name: 'Activity' })
    await activity.getByText('A refresh token came back that had been exchanged before').waitFor()
    await activity.getByText('by a holder of an old refresh token').waitFor()
    await page.keyboard.press('Escape')
    await badge.click()
    await told.waitFor()
    await drawerOf(page).getByRole('button', { name: 'Issue New Tokens' }).click()
    await page.getByRole('button', { name: 'Issue new tokens' }).click()
    const renewed = await copyToken(page, 'Access Token')
    expect(await statusOf(site.stage.door, renewed)).toBe(200)
    await page.getByRole('button', { name: 'Done' }).click()
    await revokeButton(page, renewed).waitFor()
    await told.waitFor({ state: 'detached' })
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await badge.waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await close()
  })
})

describe('a User', () => {
  it('sees the tokens and the activity, is offered nothing that changes them, and the API refuses it all the same', async () => {
    const { id, title, token } = await addApiCredential(site.stage.door)
    const { page, complaints, close } = await visit(site.browser, site.stage.door, {
      cookies: site.stage.user.cookies,
    })
    await page.goto(`${LIST}?search=${encodeURIComponent(title)}`)
    await page.getByRole('button', { name: title, exact: true }).click()
    await page.getByRole('button', { name: 'Tokens and activity' }).click()
    const drawer = drawerOf(page)
    await drawer.getByText(token.slice(-4)).waitFor()
    await drawer.getByRole('list', { name: 'Activity' }).getByText('Added').waitFor()
    expect(await drawer.getByRole('button', { name: /Revoke|Issue/ }).count()).toBe(0)
    const { json } = await site.stage.door.admin('GET', `${CREDENTIALS}/${id}/tokens`)
    const refused = await page.evaluate(async (path) => {
      const headers = { 'x-stagedoor-console': '1', 'if-match': '*' }
      const revoked = await fetch(path, { method: 'DELETE', headers })
      const issued = await fetch(path.replace(/\/[^/]+$/, ''), { method: 'POST', headers })
      return [revoked.status, issued.status]
    }, `${CREDENTIALS}/${id}/tokens/${json.items[0].id}`)
    expect(refused).toEqual([403, 403])
    expect(await statusOf(site.stage.door, token)).toBe(200)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe(title)
    // Not by the address either.
    await page.goto(`${LIST}?issue=${id}`)
    await page.getByText('you may look at everything').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(complaints).toEqual([])
    await close()
  })
})

describe('many tokens', () => {
  it('are counted where not all of them are listed, and each got with the password can be revoked', async () => {
    const client = createTokenClient(site.stage.door)
    const { id } = await client.add()
    const grant = { grant_type: 'client_credentials', client_id: id, client_secret: PASSWORD }
    const { json } = await client.ask('/oauth/token', grant)
    const { page, close } = await asAdmin()
    await page.route('**/tokens', async (route) => {
      const answer = await route.fetch()
      await route.fulfill({ response: answer, json: { ...(await answer.json()), total: 1234 } })
    })
    await page.goto(`${LIST}?tokens=${id}`)
    await drawerOf(page).getByText('The newest 3 of 1,234 are listed.').waitFor()
    await drawerOf(page).getByText('Access token issued for the password').waitFor()
    await revokeButton(page, json.access_token).click()
    await page.getByRole('button', { name: 'Yes, Revoke' }).click()
    await revokeButton(page, json.access_token).waitFor({ state: 'detached' })
    expect(await statusOf(site.stage.door, json.access_token)).toBe(401)
    await close()
  })
})
