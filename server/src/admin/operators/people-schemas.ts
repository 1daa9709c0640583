import { z } from '@hono/zod-openapi'
import { ROLES } from '@stagedoor/core/role.ts'
import { instant } from '#admin/instant.ts'

export const RoleSchema = z.enum(ROLES).openapi('Role', {
  description: 'customer_admin: everything in the tenant. user: looks at everything, changes nothing.',
})

export const OperatorSchema = z
  .object({
    id: z.string().openapi({ example: 'opr_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    name: z.string(),
    email: z.string(),
    role: RoleSchema,
    addedAt: instant,
    pending: z
      .boolean()
      .openapi({ description: 'The invitation is not accepted, and nobody has signed in as this operator.' }),
    invitationExpiresAt: instant.nullable(),
    twoFactorEnabled: z.boolean(),
  })
  .openapi('Operator')

export const NewOperatorSchema = z
  .strictObject({ email: z.string(), name: z.string(), role: RoleSchema })
  .openapi('NewOperator', { example: { email: 'ada@example.com', name: 'Ada', role: 'user' } })

export const InvitationSchema = z
  .object({
    code: z
      .string()
      .openapi({ description: 'Shown this once. The link to hand over is <console>/welcome#<code>.' }),
    expiresAt: instant,
  })
  .openapi('Invitation')

export const AddedOperatorSchema = z
  .object({
    operator: OperatorSchema,
    // Null where the operator can sign in already, or has been invited by another tenant.
    invitation: z.union([InvitationSchema, z.null()]),
  })
  .openapi('AddedOperator')

export const WelcomeViewSchema = z
  .discriminatedUnion('purpose', [
    z.object({ purpose: z.literal('first_operator') }),
    z.object({ purpose: z.literal('invitation'), email: z.string(), name: z.string() }),
  ])
  .openapi('WelcomeView')
