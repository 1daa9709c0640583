import { EDITIONS } from '@stagedoor/core/credential.ts'
import { z } from 'zod'

/** A secret in the file itself, or the name of the environment variable that holds it. */
const secret = z
  .union([z.string().min(1), z.strictObject({ env: z.string().min(1) })])
  .meta({ description: 'The value itself, or {"env": "NAME"} to read it from an environment variable.' })

const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'is not the name of an HTTP header (RFC 9110 5.1)')

const signIn = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('none') }),
    z.strictObject({ kind: z.literal('header'), name: headerName, value: secret }),
    z.strictObject({
      kind: z.literal('enterprise-jwt'),
      apiUserId: z.string().min(1),
      key: secret,
      secret,
      proxiedUserId: z.string().min(1).optional(),
    }),
    z.strictObject({
      kind: z.literal('elite-client-credentials'),
      tokenUrl: z.string().min(1),
      clientId: z.string().min(1),
      clientSecret: secret,
    }),
  ])
  .meta({ description: "How the gateway signs in at the upstream. The caller's own token never goes there." })

const milliseconds = z.int().min(1).max(600_000)

const upstream = z.strictObject({
  baseUrl: z
    .string()
    .regex(
      /^(?:https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?|sandbox:\/[^?#\s]*)$/,
      'is not an http or https URL, nor sandbox:/path',
    )
    .meta({
      description:
        'Where the API is: http(s)://host/path, or sandbox:/path for the stand-in that comes along.',
    }),
  signIn: signIn.default({ kind: 'none' }),
  timeouts: z
    .strictObject({
      connectMs: milliseconds.default(5_000),
      answerMs: milliseconds.default(30_000).meta({ description: 'Until the head of the answer is there.' }),
      idleMs: milliseconds.default(30_000).meta({ description: 'Between two pieces of the answer.' }),
    })
    .prefault({}),
})

const mount = z
  .string()
  .regex(
    /^(?:\/[A-Za-z0-9._~-]+)+$/,
    'is not a path such as /enterprise/connect/api, without a slash at its end',
  )

const catalog = z.strictObject({
  document: z.string().min(1).meta({
    description: 'OpenAPI 3.0/3.1 or Swagger 2.0 (JSON or YAML), or OData CSDL (XML). Relative to this file.',
  }),
  mount: mount.meta({ description: 'Path prefix at the gateway.' }),
  title: z.string().min(1).optional(),
  caseSensitive: z.boolean().optional(),
  trailingSlashTolerated: z.boolean().optional(),
})

const catalogId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not a name such as enterprise-2: small letters, digits, hyphens')

const tenant = z.strictObject({
  id: z.string().regex(/^tnt_[a-z0-9_]{1,40}$/, 'is not an id such as tnt_harbour'),
  name: z.string().min(1).max(100),
  edition: z
    .enum(EDITIONS)
    .meta({ description: 'enterprise: OAuth and API tokens. elite: API tokens only.' }),
  upstreams: z
    .record(catalogId, upstream)
    .refine((upstreams) => Object.keys(upstreams).length > 0, 'names no catalog')
    .meta({
      description: 'Catalog id to upstream. The catalogs named here are the ones that the tenant has.',
    }),
})

const port = z.int().min(0).max(65_535)

/** What stagedoor.config.json may hold. Ports and data directory may be given by environment too, which wins. */
export const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  data: z.string().min(1).default('stagedoor-data').meta({ description: 'Directory of the database.' }),
  consolePort: port.default(4000),
  gatewayPort: port.default(4001),
  sandboxPort: port.default(4002),
  sandbox: z.boolean().default(false).meta({ description: 'Start the stand-in Momentus APIs as well.' }),
  catalogs: z.record(catalogId, catalog),
  tenants: z.array(tenant).min(1),
})

/** A token that can stand in an Authorization header (RFC 6750 2.1). */
export const managementTokenSchema = z
  .string()
  .regex(/^[A-Za-z0-9._~+/-]{8,512}=*$/, 'is not 8 to 512 of the characters A-Z a-z 0-9 . _ ~ + / -')

export type FileSettings = z.infer<typeof fileSchema>
export type UpstreamSettings = z.infer<typeof upstream>
export type SignInSettings = z.infer<typeof signIn>
export type SecretSetting = z.infer<typeof secret>
