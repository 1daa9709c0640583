import { z } from '@hono/zod-openapi'
import { instant, toIso } from '#admin/instant.ts'
import { RoleSchema } from '#admin/operators/people-schemas.ts'
import type { ManagementTokenView } from '#management-tokens/list-management-tokens.ts'

export const ManagementTokenSchema = z
  .object({
    id: z.string().openapi({ example: 'mgt_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    title: z.string(),
    hint: z.string().openapi({ description: 'Prefix and last four characters.', example: 'sd_mgt_…x7Qz' }),
    role: RoleSchema,
    everyTenant: z.boolean().openapi({
      description: 'Made at the first start or given by the settings: no tenant revokes it.',
    }),
    createdAt: instant.nullable(),
    createdBy: z.string().nullable().openapi({ description: "The operator's name." }),
    lastUsedAt: instant.nullable(),
  })
  .openapi('ManagementToken')

export const NewManagementTokenSchema = z
  .strictObject({ title: z.string(), role: RoleSchema })
  .openapi('NewManagementToken', { example: { title: 'Nightly clean-up', role: 'customer_admin' } })

export const MadeManagementTokenSchema = z
  .object({
    managementToken: ManagementTokenSchema,
    token: z.string().openapi({ description: 'Shown this once.', example: 'sd_mgt_...' }),
  })
  .openapi('MadeManagementToken')

/** A management token as the API shows it. */
export function toManagementTokenJson(view: ManagementTokenView): z.infer<typeof ManagementTokenSchema> {
  const { createdAt, createdBy, lastUsedAt, ...rest } = view
  return {
    ...rest,
    createdAt: createdAt === undefined ? null : toIso(createdAt),
    createdBy: createdBy ?? null,
    lastUsedAt: lastUsedAt === undefined ? null : toIso(lastUsedAt),
  }
}
