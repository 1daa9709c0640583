import { z } from '@hono/zod-openapi'
import { METHODS } from '@stagedoor/core/catalog/endpoint.ts'
import { AUTHENTICATION_METHODS, EDITIONS, TITLE_LENGTH_MAX } from '@stagedoor/core/credential.ts'
import { ENDPOINTS_MAX } from '#credentials/chosen-endpoints.ts'
import {
  DESCRIPTION_LENGTH_MAX,
  EMAIL_LENGTH_MAX,
  PASSWORD_BYTES_MAX,
  PASSWORD_LENGTH_MIN,
} from '#credentials/field-rules.ts'
import { instant } from './instant.ts'
import { ReceiptSchema } from './receipt-json.ts'

/** 30 days. */
const OVERLAP_SECONDS_MAX = 2_592_000

// Shapes only. The rules of each field live with the use cases; the limits here are for readers of the document.

const title = z.string().openapi({
  description:
    'Unique in the tenant, compared without case and outer space. Characters are Unicode code points.',
  minLength: 1,
  maxLength: TITLE_LENGTH_MAX,
  example: 'Ticketing partner',
})
const description = z
  .string()
  .openapi({ maxLength: DESCRIPTION_LENGTH_MAX, example: 'Reads events every ten minutes' })
const active = z
  .boolean()
  .openapi({ description: 'False: every call is refused, at once, until it is true again.' })
const authenticationMethod = z.enum(AUTHENTICATION_METHODS)

export const TenantSchema = z
  .object({
    id: z.string().openapi({ example: 'tnt_harbour' }),
    name: z.string(),
    edition: z.enum(EDITIONS),
    authenticationMethods: z.array(z.enum(AUTHENTICATION_METHODS)),
    catalogs: z.array(z.object({ id: z.string(), title: z.string(), kind: z.enum(['openapi', 'odata']) })),
  })
  .openapi('Tenant')

export const EndpointSchema = z
  .object({
    id: z.string().openapi({ example: 'enterprise:GET:/Events/{}' }),
    catalog: z.string(),
    operation: z.string().openapi({ example: 'GetEventList' }),
    method: z.enum(METHODS),
    path: z.string().openapi({ description: 'Path template at the gateway.' }),
    title: z.string(),
    resource: z.string(),
    effect: z.enum(['read', 'write']),
    licenceTier: z.string().optional(),
    inferred: z
      .literal(true)
      .optional()
      .openapi({ description: 'No published document names this endpoint.' }),
    personalData: z
      .literal(true)
      .optional()
      .openapi({ description: 'It answers or takes data about people.' }),
  })
  .openapi('Endpoint')

const AllEndpoints = z.strictObject({ kind: z.literal('all') }).openapi('AllEndpoints')

export const AllowedEndpointsSchema = z
  .discriminatedUnion('kind', [
    AllEndpoints,
    z.object({ kind: z.literal('only'), endpoints: z.array(z.string()) }).openapi('OnlyEndpoints'),
  ])
  .openapi('AllowedEndpoints', {
    description: 'What the credential may call. An empty list refuses every call.',
  })

export const ChosenEndpointsSchema = z
  .discriminatedUnion('kind', [
    AllEndpoints,
    z
      .strictObject({
        kind: z.literal('only'),
        endpoints: z
          .array(z.string())
          .max(ENDPOINTS_MAX)
          .openapi({ example: ['enterprise:GET:/Events/{}'] }),
        confirmEmpty: z.literal(true).optional().openapi({ description: 'Must be sent with an empty list.' }),
      })
      .openapi('OnlyChosenEndpoints'),
  ])
  .openapi('ChosenEndpoints')

export const TokenSchema = z
  .object({
    id: z.string(),
    kind: z.enum(['api', 'access', 'refresh']),
    hint: z.string().openapi({ description: 'Prefix and last four characters.', example: 'sd_api_…x7Qz' }),
    issuedAt: instant,
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable().openapi({ description: 'In a call. Null: never.' }),
  })
  .openapi('Token')

export type TokenJson = z.infer<typeof TokenSchema>

export const IssueTokensSchema = z
  .strictObject({
    overlapSeconds: z.int().min(0).max(OVERLAP_SECONDS_MAX).optional().openapi({
      description: 'For so long the present API token goes on working, at most 30 days. Not for oauth.',
      example: 604_800,
    }),
  })
  .openapi('IssueTokens')

export const CredentialSchema = z
  .object({
    id: z.string().openapi({ example: 'cred_5f0c8a1b2c3d4e5f6a7b8c9d' }),
    tenantId: z.string(),
    title,
    description,
    authenticationMethod,
    active,
    email: z.string().optional().openapi({ description: 'Of the method oauth alone.' }),
    allowedEndpoints: z.union([
      z.object({ kind: z.literal('all') }),
      z.object({ kind: z.literal('only'), count: z.number().int() }),
    ]),
    version: z.number().int().openapi({ description: 'Its ETag is this in double quotes, for If-Match.' }),
    tokens: z.array(TokenSchema).openapi({
      description:
        'API tokens and pairs that are not revoked, the oldest first. Access tokens got with a password are in the list of its tokens alone.',
    }),
    refreshTokenReusedAt: instant.nullable().openapi({
      description:
        'When a refresh token came back that had been exchanged before, so that somebody else may have it. Null again once new tokens are issued.',
    }),
    createdAt: instant,
    updatedAt: instant,
  })
  .openapi('Credential')
export type CredentialJson = z.infer<typeof CredentialSchema>

export const NewCredentialSchema = z
  .strictObject({
    title,
    description: description.default(''),
    authenticationMethod: authenticationMethod.openapi({
      description: 'oauth: tenants of the Enterprise edition only.',
    }),
    email: z
      .string()
      .optional()
      .openapi({ maxLength: EMAIL_LENGTH_MAX, description: 'Needed for oauth, refused otherwise.' }),
    password: z.string().optional().openapi({
      minLength: PASSWORD_LENGTH_MIN,
      maxLength: PASSWORD_BYTES_MAX,
      writeOnly: true,
      description: 'Needed for oauth, refused otherwise. At most so many bytes in UTF-8. Never shown again.',
    }),
    allowedEndpoints: ChosenEndpointsSchema.default({ kind: 'all' }),
  })
  .openapi('NewCredential', { example: { title: 'Ticketing partner', authenticationMethod: 'api_token' } })

export const CredentialEditsSchema = z
  .strictObject({ title: title.optional(), description: description.optional(), active: active.optional() })
  .refine((edits) => Object.keys(edits).length > 0, {
    error: 'Send at least one of title, description, active.',
    // An edit of unknown fields alone is refused for those.
    when: ({ issues }) => issues.length === 0,
  })
  .openapi('CredentialEdits', { minProperties: 1, example: { active: false } })

const expiring = z.object({ value: z.string(), expiresAt: instant })

export const AddedCredentialSchema = z
  .object({
    credential: CredentialSchema,
    secrets: z
      .union([
        z.object({ apiToken: z.string().openapi({ example: 'sd_api_...' }) }),
        z.object({ accessToken: expiring, refreshToken: expiring }),
      ])
      .nullable()
      .openapi({ description: 'Shown this once. Null where the answer repeats an earlier one.' }),
    receipt: ReceiptSchema,
  })
  .openapi('AddedCredential')
export type AddedCredentialJson = z.infer<typeof AddedCredentialSchema>

export const ProblemSchema = z
  .object({
    type: z.string().openapi({ format: 'uri', example: 'urn:stagedoor:error:validation_failed' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    code: z.string().openapi({ description: 'Stable, for programs.' }),
    requestId: z.string().openapi({ description: 'Also in the header X-Request-Id, and in the log.' }),
    errors: z
      .array(
        z.object({
          field: z
            .string()
            .openapi({ description: 'JSON pointer into the body, or the name of a query parameter.' }),
          message: z.string(),
        }),
      )
      .optional(),
  })
  .openapi('Problem', { description: 'RFC 9457.' })
