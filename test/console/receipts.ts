import type { Page } from 'playwright-core'
import { LIST } from './scene.ts'

type Pending = {
  readonly id: string
  readonly name: string
  readonly state: 'late' | 'silent' | 'stopped'
  readonly lastSeenAt: string
  readonly decidesUntil: string
}

type Receipt = {
  readonly gateways: number
  readonly confirmed: number
  readonly elapsedMs: number
  readonly complete: boolean
  readonly pending: readonly Pending[]
}

const UNTIL_MS = 15 * 60 * 1000

/** A gateway that has not confirmed, heard of this moment. */
export function pendingGateway(name: string, state: Pending['state'] = 'late'): Pending {
  const now = Date.now()
  return {
    id: `node_${name.padStart(24, '0')}`,
    name,
    state,
    lastSeenAt: new Date(now).toISOString(),
    decidesUntil: new Date(now + UNTIL_MS).toISOString(),
  }
}

export const TWO_OF_THREE: Receipt = {
  gateways: 3,
  confirmed: 2,
  elapsedMs: 5003,
  complete: true,
  pending: [pendingGateway('gateway-3')],
}

export const EVERY_KIND: Receipt = {
  gateways: 4,
  confirmed: 2,
  elapsedMs: 5003,
  complete: true,
  pending: [
    pendingGateway('gateway-3'),
    pendingGateway('gateway-at-the-other-side-of-the-river', 'silent'),
    pendingGateway('gateway-1', 'stopped'),
  ],
}

/** The database was away when the gateways were to be found. */
export const UNKNOWN: Receipt = { gateways: 0, confirmed: 0, elapsedMs: 5003, complete: false, pending: [] }

/** The server does what it is asked; only what it says of its gateways is another thing. */
export async function answerWith(page: Page, receipt: Receipt): Promise<void> {
  await page.route('**/api/v1/tenants/*/credentials**', async (route) => {
    if (route.request().method() === 'GET') return await route.fallback()
    const answer = await route.fetch()
    const json: object = await answer.json()
    if (!('receipt' in json)) throw new Error(`an answer without receipt: ${JSON.stringify(json)}`)
    return await route.fulfill({ response: answer, json: { ...json, receipt } })
  })
}

/** Activates or deactivates in the drawer. */
export async function setActive(page: Page, id: string, active: boolean): Promise<void> {
  await page.goto(`${LIST}?edit=${id}`)
  await page.getByRole('checkbox', { name: 'Active' }).setChecked(active)
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}
