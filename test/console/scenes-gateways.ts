import type { Page } from 'playwright-core'
import { answerWith, EVERY_KIND, setActive, TWO_OF_THREE, UNKNOWN } from './receipts.ts'
import { ENTERPRISE, LIST, type Scene } from './scene.ts'
import { addApiCredential } from './token-life.ts'

export const GATEWAYS = `/tenants/${ENTERPRISE}/gateways`

type Gateway = {
  readonly id: string
  readonly name: string
  readonly state: 'connected' | 'silent' | 'stopped'
  readonly behind: number
  readonly lastSeenAt: string
  readonly sameDigest: boolean | null
  readonly sameConfiguration: boolean
}

/** A gateway as it should be, but for what is said of it. */
export function gatewayOf(name: string, facts: Partial<Gateway> = {}): Gateway {
  return {
    id: `node_${name.padStart(24, '0')}`,
    name,
    state: 'connected',
    behind: 0,
    lastSeenAt: new Date().toISOString(),
    sameDigest: true,
    sameConfiguration: true,
    ...facts,
  }
}

const LONG_AGO = '2026-02-27T14:05:09.000Z'

export const MIXED: readonly Gateway[] = [
  gatewayOf('gateway-1'),
  gatewayOf('gateway-2', { behind: 1234, sameDigest: null }),
  gatewayOf('gateway-at-the-other-side-of-the-river', { sameConfiguration: false }),
  gatewayOf('gateway-4', { sameDigest: false }),
  gatewayOf('gateway-5', { state: 'silent', lastSeenAt: LONG_AGO, behind: 3, sameDigest: null }),
  gatewayOf('gateway-6', { state: 'stopped', lastSeenAt: LONG_AGO, sameConfiguration: false }),
]

/** Several gateways, where the server of the test has its own one. */
export async function showGateways(page: Page, items: readonly Gateway[]): Promise<void> {
  await page.route('**/api/v1/gateways', (route) => route.fulfill({ json: { items } }))
}

/** The database is away, by the answer that the server has for it. */
export async function loseDatabase(page: Page, address: string, method: string): Promise<void> {
  await page.route(address, (route) => {
    if (route.request().method() !== method) return route.fallback()
    return route.fulfill({
      status: 503,
      contentType: 'application/problem+json',
      headers: { 'retry-after': '1' },
      body: JSON.stringify({
        type: 'urn:stagedoor:error:storage_unavailable',
        title: 'The database cannot be reached',
        status: 503,
        code: 'storage_unavailable',
        detail: 'The database cannot serve at the moment. Nothing was changed.',
        requestId: 'req_0123456789abcdef01234567',
      }),
    })
  })
}

const RECEIPT_SCENES: readonly Scene[] = [
  {
    name: 'receipt',
    as: 'admin',
    open: async (page, { door }) => {
      await setActive(page, (await addApiCredential(door)).id, false)
      await page.getByText('was deactivated. Refused on the gateway').waitFor()
    },
  },
  {
    name: 'receipt-pending',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await answerWith(page, EVERY_KIND)
      await setActive(page, id, false)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'receipt-pending-in-drawer',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await answerWith(page, TWO_OF_THREE)
      await page.goto(`${LIST}?tokens=${id}`)
      await page.getByRole('button', { name: /^Revoke API Token/ }).click()
      await page.getByRole('button', { name: 'Yes, Revoke' }).click()
      await page.getByText('No live tokens').waitFor()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'receipt-pending-with-tokens',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await answerWith(page, EVERY_KIND)
      await page.goto(`${LIST}?issue=${id}`)
      await page.getByRole('button', { name: 'Issue new tokens' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'receipt-unknown',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await answerWith(page, UNKNOWN)
      await setActive(page, id, false)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'receipt-no-gateway',
    as: 'admin',
    open: async (page, { door }) => {
      const { id } = await addApiCredential(door)
      await answerWith(page, { gateways: 0, confirmed: 0, elapsedMs: 0.4, complete: true, pending: [] })
      await setActive(page, id, false)
      await page.getByText('No gateway is connected').waitFor()
    },
  },
]

export const GATEWAY_SCENES: readonly Scene[] = [
  ...RECEIPT_SCENES,
  {
    name: 'gateways',
    as: 'admin',
    open: async (page) => {
      await page.goto(GATEWAYS)
      await page.getByText('1 gateway, connected').waitFor()
    },
  },
  {
    name: 'gateways-mixed',
    as: 'admin',
    open: async (page) => {
      await showGateways(page, MIXED)
      await page.goto(GATEWAYS)
      await page.getByText('6 gateways, 4 connected').waitFor()
    },
  },
  {
    name: 'gateways-empty',
    as: 'admin',
    open: async (page) => {
      await showGateways(page, [])
      await page.goto(GATEWAYS)
      await page.getByText('No gateway has come yet').waitFor()
    },
  },
  {
    name: 'gateways-failed',
    as: 'admin',
    open: async (page) => {
      await page.route('**/api/v1/gateways', (route) => route.abort())
      await page.goto(GATEWAYS)
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'gateways-loading',
    as: 'admin',
    open: async (page) => {
      // Answered by nobody until the page is closed.
      await page.route('**/api/v1/gateways', () => undefined)
      await page.goto(GATEWAYS)
      await page.getByRole('status', { name: 'Loading' }).waitFor()
    },
  },
  {
    name: 'gateways-not-yours',
    as: 'user',
    open: async (page) => {
      await page.goto(GATEWAYS)
      await page.getByText('Not shown to you').waitFor()
    },
  },
  {
    name: 'database-away',
    as: 'admin',
    open: async (page) => {
      await loseDatabase(page, '**/credentials', 'POST')
      await page.goto(`${LIST}?add=true`)
      await page.getByRole('radio', { name: 'API Token' }).check()
      await page.getByRole('textbox', { name: 'Title' }).fill('Typed and kept')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
]
