import type { Page } from 'playwright-core'
import { CREDENTIALS, EVENTS } from '../support/token-client.ts'
import { LIST, type Scene, type Stage } from './scene.ts'
import { addApiCredential, addReusedCredential, issueWithOverlap } from './token-life.ts'

/** A credential with two live tokens, one of which was used. */
async function addOverlapping({ door }: Stage): Promise<string> {
  const { id, token } = await addApiCredential(door)
  await door.call(EVENTS, { token })
  await issueWithOverlap(door, id, 604_800)
  return id
}

async function openTokens(page: Page, id: string): Promise<void> {
  await page.goto(`${LIST}?tokens=${id}`)
  const drawer = page.getByRole('dialog', { name: 'Tokens' })
  await drawer.getByRole('list', { name: 'Activity' }).waitFor()
  await drawer.getByRole('heading', { name: 'Live tokens', exact: true }).waitFor()
}

async function openRevoke(page: Page, id: string, kind: string): Promise<void> {
  await openTokens(page, id)
  await page
    .getByRole('button', { name: new RegExp(`^Revoke ${kind}`) })
    .first()
    .click()
  await page.getByRole('button', { name: 'Yes, Revoke' }).waitFor()
}

async function oauthId({ door }: Stage): Promise<string> {
  const { json } = await door.admin('GET', `${CREDENTIALS}?search=sales`)
  return json.items[0].id
}

export const TOKEN_SCENES: readonly Scene[] = [
  { name: 'tokens', as: 'admin', open: async (page, stage) => openTokens(page, await addOverlapping(stage)) },
  { name: 'tokens-oauth', as: 'admin', open: async (page, stage) => openTokens(page, await oauthId(stage)) },
  {
    name: 'tokens-as-user',
    as: 'user',
    open: async (page, stage) => openTokens(page, await addOverlapping(stage)),
  },
  {
    name: 'tokens-none',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      const { json } = await door.admin('GET', `${CREDENTIALS}/${id}/tokens`)
      await door.admin('DELETE', `${CREDENTIALS}/${id}/tokens/${json.items[0].id}`)
      await openTokens(page, id)
      await page.getByText('No live tokens').waitFor()
    },
  },
  {
    name: 'tokens-failed',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      for (const address of ['**/tokens', '**/audit-events?*'])
        await page.route(address, (route) => route.abort())
      await page.goto(`${LIST}?tokens=${id}`)
      await page.getByRole('alert').nth(1).waitFor()
    },
  },
  {
    name: 'tokens-revoke-one',
    as: 'admin',
    open: async (page, stage) => openRevoke(page, await addOverlapping(stage), 'API Token'),
  },
  {
    name: 'tokens-revoke-only',
    as: 'admin',
    open: async (page, { door }) => openRevoke(page, (await addApiCredential(door)).id, 'API Token'),
  },
  {
    name: 'tokens-revoke-line',
    as: 'admin',
    open: async (page, stage) => openRevoke(page, await oauthId(stage), 'Refresh Token'),
  },
  {
    name: 'issue-overlap',
    as: 'admin',
    open: async (page, { door }) => {
      const { id, token } = await addApiCredential(door)
      await door.call(EVENTS, { token })
      await page.goto(`${LIST}?issue=${id}`)
      await page.getByText('was last used').waitFor()
    },
  },
  {
    name: 'issue-changed',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await page.goto(`${LIST}?issue=${id}`)
      await page.getByText('was never used').waitFor()
      await issueWithOverlap(door, id, 3600)
      await page.getByRole('button', { name: 'Issue new tokens' }).click()
      await page.getByText('has changed meanwhile').waitFor()
    },
  },
  {
    name: 'issued-overlap',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await page.goto(`${LIST}?issue=${id}`)
      await page.getByRole('radio', { name: '7 days' }).check()
      await page.getByRole('button', { name: 'Issue new tokens' }).click()
      await page.getByText('The one before works until').waitFor()
    },
  },
  {
    name: 'reused-row',
    as: 'admin',
    open: async (page, { door }) => {
      const { title } = await addReusedCredential(door)
      await page.goto(`${LIST}?search=${encodeURIComponent('OAuth')}`)
      await page.getByRole('button', { name: `Refresh token reused: tokens of ${title}` }).waitFor()
    },
  },
  {
    name: 'reused-tokens',
    as: 'admin',
    open: async (page, { door }) => openTokens(page, (await addReusedCredential(door)).id),
  },
  {
    name: 'reused-edit',
    as: 'admin',
    open: async (page, { door }) => {
      await page.goto(`${LIST}?edit=${(await addReusedCredential(door)).id}`)
      await page.getByText('A refresh token was used a second time').waitFor()
    },
  },
]
