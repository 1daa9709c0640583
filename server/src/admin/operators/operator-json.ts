import type { z } from '@hono/zod-openapi'
import { toIso } from '#admin/instant.ts'
import type { OperatorView } from '#operators/operator-view.ts'
import type { OperatorSchema } from './people-schemas.ts'

/** An operator as the API shows it. */
export function toOperatorJson(view: OperatorView): z.infer<typeof OperatorSchema> {
  const { invitationExpiresAt: until, addedAt, ...rest } = view
  return { ...rest, addedAt: toIso(addedAt), invitationExpiresAt: until === undefined ? null : toIso(until) }
}
