import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBrowser, visit } from '../support/browser.ts'
import { createCaller } from '../support/caller.ts'
import { EVENT, NODE_TOKEN } from '../support/cluster.ts'
import { type Member, makeMember } from '../support/member.ts'
import { firstOperator, type Operator } from '../support/operators.ts'
import { PLAIN, plainConfig } from '../support/plain-config.ts'
import { temporaryFolder } from '../support/stagedoor.ts'
import { unusedPort } from '../support/unused-port.ts'
import { startUpstream, type TestUpstream } from '../support/upstream.ts'

const MANAGEMENT_TOKEN = 'a-management-token-of-a-lost-gateway'
const LIST = '/tenants/tnt_plain/apis/credentials'
const GATEWAYS = '/tenants/tnt_plain/gateways'
const TITLE = 'Box office'
const INACTIVE = 'credential_inactive'

const folder = temporaryFolder()
const caller = createCaller()
let upstream: TestUpstream
let control: Member
/** The second is the one that is lost. */
let gateways: readonly [Member, Member]
let browser: Browser
let ada: Operator
let added: { readonly id: string; readonly token: string }
beforeAll(async () => {
  upstream = await startUpstream()
  const config = { ...plainConfig({ enterprise: { baseUrl: upstream.url } }), receiptWaitMs: 300 }
  control = await member('control', config, (port) => ({
    STAGEDOOR_ROLE: 'control',
    STAGEDOOR_CONSOLE_PORT: String(port),
    STAGEDOOR_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
    STAGEDOOR_GATEWAY_URL: 'http://127.0.0.1:4001',
  }))
  await control.start()
  const makeGateway = (name: string): Promise<Member> =>
    member(name, config, (port) => ({
      STAGEDOOR_ROLE: 'gateway',
      STAGEDOOR_GATEWAY_PORT: String(port),
      STAGEDOOR_CONTROL_URLS: control.url,
      STAGEDOOR_NODE_NAME: name,
    }))
  gateways = [await makeGateway('gateway-1'), await makeGateway('gateway-2')]
  for (const gateway of gateways) await gateway.start()
  const welcomeUrl = /^ {2}(http\S+\/welcome#\S+)$/m.exec(control.output())?.[1] ?? ''
  ada = await firstOperator({ adminUrl: control.url, welcomeUrl })
  added = await addCredential()
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  for (const each of [...(gateways ?? []), control]) await each?.kill9()
  caller.close()
  await upstream?.close()
  rmSync(folder, { recursive: true, force: true })
})

async function member(
  name: string,
  config: object,
  env: (port: number) => Readonly<Record<string, string>>,
): Promise<Member> {
  const port = await unusedPort()
  const own = join(folder, name)
  mkdirSync(own)
  return makeMember({
    name,
    folder: own,
    port,
    metricsPort: await unusedPort(),
    config,
    env: { STAGEDOOR_NODE_TOKEN: NODE_TOKEN, ...env(port) },
  })
}

async function addCredential(): Promise<{ id: string; token: string }> {
  const answer = await fetch(`${control.url}${PLAIN}/credentials`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MANAGEMENT_TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: TITLE, authenticationMethod: 'api_token' }),
  })
  const { credential, secrets, receipt } = JSON.parse(await answer.text())
  expect(receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
  return { id: credential.id, token: secrets.apiToken }
}

/** The code of its refusal, or the status of an answer that is none: a 401 alone could also be of a token it does not know. */
async function answerOf({ url }: Member): Promise<string | number> {
  const { code, status } = await caller.call(url + EVENT, added.token)
  return code ?? status
}

async function setActive(page: Page, active: boolean): Promise<void> {
  await page.goto(`${LIST}?edit=${added.id}`)
  await page.getByRole('checkbox', { name: 'Active' }).setChecked(active)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

function rowOf(page: Page, { name }: Member): Locator {
  return page.getByRole('table', { name: 'Gateways' }).getByRole('row').filter({ hasText: name })
}

it('a gateway that was killed is named, with the time until which it may go on, and is back once it is started', async () => {
  const [here, lost] = gateways
  const { page, complaints, close } = await visit(
    browser,
    { adminUrl: control.url },
    { cookies: ada.cookies },
  )
  await setActive(page, false)
  await page.getByRole('status').filter({ hasText: 'Refused on 2 of 2 gateways, ' }).waitFor()
  expect([await answerOf(here), await answerOf(lost)]).toEqual([INACTIVE, INACTIVE])
  await setActive(page, true)
  await page.getByRole('status').filter({ hasText: 'Works on 2 of 2 gateways.' }).waitFor()
  expect([await answerOf(here), await answerOf(lost)]).toEqual([200, 200])
  expect(await page.getByRole('alert').count()).toBe(0)

  await lost.kill9()
  const killedAt = Date.now()
  await setActive(page, false)
  const warning = page.getByRole('alert')
  await warning.getByText(`${TITLE} was deactivated. Refused on 1 of 2 gateways so far.`).waitFor()
  const text = await warning.innerText()
  expect(text).toContain('gateway-2 has not confirmed.')
  expect(text).not.toContain('gateway-1')
  // 15 minutes after it was last heard of, which was in the seconds before it was killed; the minute is begun.
  const until = /It may go on as before until (\d\d:\d\d)\./.exec(text)?.[1]
  expect([...minutesOf(killedAt - 60_000, killedAt + 1_000)]).toContain(until)
  expect(await answerOf(here)).toBe(INACTIVE)

  await page.getByRole('button', { name: 'Administration' }).click()
  await page.getByRole('menuitem', { name: 'Gateways' }).click()
  await page.waitForURL(`**${GATEWAYS}`)
  // The page looks again by itself.
  await rowOf(page, lost).getByText('Silent').filter({ visible: true }).waitFor()
  await rowOf(page, here).getByText('Connected').filter({ visible: true }).waitFor()
  expect(await rowOf(page, lost).getByText('Connected').count()).toBe(0)
  // What was said of it is still there.
  expect(await warning.getByText('gateway-2 has not confirmed.').count()).toBe(1)

  await lost.start()
  await page.getByRole('status').filter({ hasText: '2 gateways, all connected' }).waitFor()
  await rowOf(page, lost).getByText('Connected').filter({ visible: true }).waitFor()
  expect(await answerOf(lost)).toBe(INACTIVE)
  await warning.getByRole('button', { name: 'Dismiss' }).click()
  await warning.waitFor({ state: 'detached' })
  await setActive(page, true)
  await page.getByRole('status').filter({ hasText: 'Works on 2 of 2 gateways.' }).waitFor()
  expect([await answerOf(here), await answerOf(lost)]).toEqual([200, 200])
  expect(complaints).toEqual([])
  await close()
})

/** How the console may write the minute that is begun 15 minutes after an instant between these. */
function minutesOf(from: number, to: number): ReadonlySet<string> {
  const format = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Europe/Berlin' })
  const minutes = new Set<string>()
  for (let at = from; at <= to; at += 1_000)
    minutes.add(format.format(new Date(Math.ceil((at + 15 * 60_000) / 60_000) * 60_000)))
  return minutes
}
