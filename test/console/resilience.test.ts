import { describe, expect, it } from 'vitest'
import { visit } from '../support/browser.ts'
import { PASSWORD, post, signIn } from '../support/operators.ts'
import { ELITE, ENTERPRISE } from './scene.ts'
import { useStage } from './use-stage.ts'

const site = useStage()

const LIST = `/tenants/${ENTERPRISE}/apis/credentials`

describe('a lost network', () => {
  it('is said, loses nothing that was typed, and makes nothing twice', async () => {
    const { page, context, close } = await visit(site.browser, site.stage.door, {
      cookies: site.stage.admin.cookies,
    })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Add Credentials' }).click()
    await page.getByRole('radio', { name: 'API Token' }).check()
    await page.getByRole('textbox', { name: 'Title' }).fill('Over a bad line')
    await context.setOffline(true)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Over a bad line')
    await context.setOffline(false)
    await page.getByRole('alert').waitFor()
    // The request arrives this time; its answer does not.
    let lost = 0
    await page.route('**/credentials', async (route) => {
      if (route.request().method() !== 'POST' || lost > 0) return await route.fallback()
      lost += 1
      await route.fetch()
      return await route.abort()
    })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('tokens cannot be shown twice').waitFor()
    const { json } = await site.stage.door.admin(
      'GET',
      `/api/v1/tenants/${ENTERPRISE}/credentials?search=bad%20line`,
    )
    expect(json.total).toBe(1)
    await close()
  })

  it('leaves what is loaded, and a list that could not be loaded can be tried again', async () => {
    const { page, context, close } = await visit(site.browser, site.stage.door, {
      cookies: site.stage.admin.cookies,
    })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await context.setOffline(true)
    await page.getByRole('searchbox').fill('dashboard')
    await page.getByRole('alert').getByText('The server cannot be reached.').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Try again' }).click()
    // The rows before stay until the new ones are there.
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor({ state: 'detached' })
    expect(await page.getByRole('button', { name: 'Actions of Sales dashboard' }).count()).toBe(1)
    expect(new URL(page.url()).searchParams.get('search')).toBe('dashboard')
    await close()
  })
})

describe('a session that ends under an open page', () => {
  it('asks to sign in over it, and what was typed can then be saved', async () => {
    const admin = await signIn(site.stage.door, site.stage.admin.email)
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Add Credentials' }).click()
    await page.getByRole('radio', { name: 'API Token' }).check()
    await page.getByRole('textbox', { name: 'Title' }).fill('Typed before it ended')
    await post(site.stage.door, '/api/auth/sign-out', {}, admin.cookies)
    await page.getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
    await dialog.getByRole('textbox', { name: 'E-mail' }).fill(site.stage.admin.email)
    await dialog.getByRole('textbox', { name: 'Password' }).fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await page.getByRole('textbox', { name: 'Title' }).inputValue()).toBe('Typed before it ended')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Shown only now').waitFor()
    await close()
  })
})

describe('two operators at once', () => {
  it('neither overwrites the other unseen, in title and in endpoints', async () => {
    const credentials = `/api/v1/tenants/${ENTERPRISE}/credentials`
    const { json } = await site.stage.door.admin('POST', credentials, {
      title: 'Contested',
      authenticationMethod: 'api_token',
    })
    const address = `${credentials}/${json.credential.id}`
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(`${LIST}?edit=${json.credential.id}`)
    await page.getByRole('textbox', { name: 'Description' }).fill('Mine')
    await site.stage.door.admin(
      'PATCH',
      address,
      { description: 'Theirs', active: false },
      { 'if-match': '*' },
    )
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Somebody else has changed this credential meanwhile').waitFor()
    await page.getByText('Contested · Inactive').waitFor()
    await page.getByRole('button', { name: 'Take theirs' }).click()
    expect(await page.getByRole('textbox', { name: 'Description' }).inputValue()).toBe('Theirs')
    expect(await page.getByRole('checkbox', { name: 'Active' }).isChecked()).toBe(false)
    await page.getByRole('checkbox', { name: 'Active' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect((await site.stage.door.admin('GET', address)).json).toMatchObject({
      description: 'Theirs',
      active: true,
    })

    await page.goto(`${LIST}?endpoints=${json.credential.id}`)
    await page.getByRole('radio', { name: 'Only chosen endpoints' }).click()
    await page.getByRole('searchbox', { name: 'Search operation, title or path' }).fill('event list')
    await page.getByRole('button', { name: 'Add GetEventList', exact: true }).click()
    await site.stage.door.admin(
      'PUT',
      `${address}/allowed-endpoints`,
      { kind: 'only', endpoints: ['enterprise:GET:/bookings/{}'] },
      { 'if-match': '*' },
    )
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Save mine over it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    const allowed = await site.stage.door.admin('GET', `${address}/allowed-endpoints`)
    expect(allowed.json).toEqual({ kind: 'only', endpoints: ['enterprise:GET:/events/{}'] })
    await close()
  })
})

describe('roles', () => {
  it('a User looks at everything, is offered no change, and the API refuses one all the same', async () => {
    const { page, complaints, close } = await visit(site.browser, site.stage.door, {
      cookies: site.stage.user.cookies,
    })
    await page.goto(LIST)
    await page.getByText('you may look at everything and change nothing').waitFor()
    for (const name of [/^Add/, /^Actions of/, /^Refresh/])
      expect(await page.getByRole('button', { name }).count()).toBe(0)
    await page.getByRole('button', { name: 'Day board' }).click()
    const drawer = page.getByRole('dialog', { name: 'Edit API Credential' })
    await drawer.getByText('Credential id').waitFor()
    expect(await drawer.getByRole('button', { name: 'Save' }).count()).toBe(0)
    expect(await drawer.getByRole('textbox', { name: 'Title' }).getAttribute('readonly')).not.toBeNull()
    await page.keyboard.press('Escape')
    await page.goto(`${LIST}?add=true`)
    await page.getByText('you may look at everything').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    for (const path of ['apis/management-tokens', 'users']) {
      await page.goto(`/tenants/${ENTERPRISE}/${path}`)
      await page.getByRole('table').waitFor()
      expect(await page.getByRole('button', { name: /^(Add|Actions|Revoke)/ }).count()).toBe(0)
    }
    const refused = await page.evaluate(
      async (path) =>
        (
          await fetch(path, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-stagedoor-console': '1' },
            body: '{"title":"x","authenticationMethod":"api_token"}',
          })
        ).status,
      `/api/v1/tenants/${ENTERPRISE}/credentials`,
    )
    expect(refused).toBe(403)
    // A tenant of others is not there.
    await page.goto(`/tenants/${ELITE}/apis/credentials`)
    await page.getByText('There is no such page').waitFor()
    expect(complaints).toEqual([])
    await close()
  })

  it('whoever has several tenants switches between them', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Tenant: Harbourview Convention Centre' }).click()
    await page.getByRole('menuitem', { name: /Northlight/ }).click()
    await page.getByText('No credentials yet').waitFor()
    expect(new URL(page.url()).pathname).toBe(`/tenants/${ELITE}/apis/credentials`)
    // The next visit begins there.
    await page.goto('/')
    await page.getByText('No credentials yet').waitFor()
    expect(new URL(page.url()).pathname).toContain(ELITE)
    await close()
  })
})

describe('the address', () => {
  it('takes a search that is still being typed along when something else changes', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('button', { name: 'Actions of Day board' }).waitFor()
    await page.getByRole('searchbox').fill('day')
    await page.getByRole('button', { name: 'Day board', exact: true }).click()
    await page.getByRole('dialog', { name: 'Edit API Credential' }).getByText('Credential id').waitFor()
    await page.waitForURL('**/credentials?*search=day*')
    expect([...new URL(page.url()).searchParams.keys()].toSorted()).toEqual(['edit', 'search'])
    expect(await page.getByRole('dialog').count()).toBe(1)
    await close()
  })

  it('keeps search, filters and open drawer; Back closes the drawer', async () => {
    const { page, close } = await visit(site.browser, site.stage.door, { cookies: site.stage.admin.cookies })
    await page.goto(LIST)
    await page.getByRole('searchbox').fill('web')
    await page.waitForURL('**/credentials?search=web')
    await page.getByRole('combobox', { name: 'Status' }).click()
    await page.getByRole('option', { name: 'Inactive' }).click()
    await page.getByRole('button', { name: 'Old web site', exact: true }).click()
    await page.getByRole('dialog', { name: 'Edit API Credential' }).getByText('Credential id').waitFor()
    const address = new URL(page.url())
    expect([...address.searchParams.keys()].toSorted()).toEqual(['active', 'edit', 'search'])
    await page.reload()
    await page.getByRole('dialog', { name: 'Edit API Credential' }).getByText('Credential id').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Old web site', exact: true }).click()
    await page.getByRole('dialog').waitFor()
    await page.goBack()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByRole('searchbox').inputValue()).toBe('web')
    expect(await page.getByRole('button', { name: /^Actions of/ }).count()).toBe(1)
    await close()
  })
})
