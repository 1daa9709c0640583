import type { Row } from '#row.ts'
import { ENTERPRISE_ACCOUNTS } from './enterprise-accounts.ts'
import { ENTERPRISE_EVENTS } from './enterprise-events.ts'
import { ENTERPRISE_ORDERS } from './enterprise-orders.ts'
import { ENTERPRISE_SETUP } from './enterprise-setup.ts'

/** The Harbourview Convention Centre, by subject of the Enterprise API. */
export const HARBOURVIEW: Readonly<Record<string, readonly Row[]>> = {
  ...ENTERPRISE_SETUP,
  ...ENTERPRISE_ACCOUNTS,
  ...ENTERPRISE_EVENTS,
  ...ENTERPRISE_ORDERS,
}
