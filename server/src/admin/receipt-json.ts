import { z } from '@hono/zod-openapi'
import type { Receipt } from '#feed/receipt.ts'
import { instant, toIso } from './instant.ts'

const PendingGatewaySchema = z
  .object({
    id: z.string().openapi({ example: 'node_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    name: z.string().openapi({ example: 'gateway-3' }),
    state: z.enum(['late', 'silent', 'stopped']).openapi({
      description:
        'late: connected, and was waited for. silent: nobody has heard of it for more than 10 seconds. stopped: ended cleanly and answers nothing, but could begin again from what it kept; not counted in `gateways`.',
    }),
    lastSeenAt: instant,
    decidesUntil: instant.openapi({
      description: 'From then on it refuses every call of the tenant, unless it has learnt of the change.',
    }),
  })
  .openapi('PendingGateway')

export const ReceiptSchema = z
  .object({
    gateways: z.int().openapi({ description: 'How many may answer calls at the moment.' }),
    confirmed: z.int().openapi({ description: 'How many of them decide by the change.' }),
    elapsedMs: z.number().openapi({ description: 'How long they were waited for, in milliseconds.' }),
    complete: z.boolean().openapi({
      description:
        'False where the database could not be asked: then nobody counts as confirmed, and there may be gateways that are not named.',
    }),
    pending: z
      .array(PendingGatewaySchema)
      .openapi({ description: 'Those that may still decide as before, or could when started again.' }),
  })
  .openapi('Receipt', {
    description: 'Which gateways decide by the change. It is committed, whatever this says.',
    example: { gateways: 3, confirmed: 3, elapsedMs: 14.2, complete: true, pending: [] },
  })

/** The answer to what leaves nothing else to show. */
export const ConfirmedSchema = z.object({ receipt: ReceiptSchema }).openapi('Confirmed')

/** A receipt as the API shows it. */
export function toReceiptJson({ pending, ...counts }: Receipt): z.infer<typeof ReceiptSchema> {
  return {
    ...counts,
    pending: pending.map(({ lastSeenAt, decidesUntil, ...gateway }) => ({
      ...gateway,
      lastSeenAt: toIso(lastSeenAt),
      decidesUntil: toIso(decidesUntil),
    })),
  }
}
