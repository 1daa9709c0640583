import { EDITIONS } from '@stagedoor/core/credential.ts'
import { z } from 'zod'
import { contrastWithWhite, TEXT_CONTRAST_MIN } from './contrast.ts'
import { isLoopback } from './loopback.ts'
import { milliseconds, NEEDS_HTTPS, NOT_A_PLAIN_URL, PLAIN_URL, port, secret } from './pieces.ts'
import { processMembers } from './process-schema.ts'

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

const minutes = z
  .int()
  .min(1)
  .max(24 * 60)
const days = z.int().min(1).max(365)

const oauth = z
  .strictObject({
    accessTokenMinutes: minutes.default(60),
    refreshIdleDays: days.default(30).meta({ description: 'An unused refresh token ends after so long.' }),
    refreshAbsoluteDays: days.default(90).meta({ description: 'However much it is refreshed.' }),
    reuseIntervalSeconds: z.int().min(0).max(300).default(10).meta({
      description: 'For so long a refresh token that was just used counts as a race, not as stolen.',
    }),
    passwordGrant: z
      .boolean()
      .default(false)
      .meta({ description: 'RFC 6749 4.3. RFC 9700 advises against it.' }),
  })
  .meta({ description: 'How long OAuth tokens of the tenant live.' })

const resourceServer = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,39}$/, 'is not a name such as reports: small letters, digits, hyphens'),
  secret,
})

const maxStaleMinutes = z
  .number()
  .min(0)
  .max(24 * 60)
  .default(15)
  .meta({
    description:
      'For so long a gateway goes on deciding by what it knows when it hears from no control plane. Then it answers 503.',
  })

const tenant = z.strictObject({
  id: z.string().regex(/^tnt_[a-z0-9_]{1,40}$/, 'is not an id such as tnt_harbour'),
  name: z.string().min(1).max(100),
  edition: z
    .enum(EDITIONS)
    .meta({ description: 'enterprise: OAuth and API tokens. elite: API tokens only.' }),
  oauth: oauth.optional(),
  maxStaleMinutes,
  upstreams: z
    .record(catalogId, upstream)
    .refine((upstreams) => Object.keys(upstreams).length > 0, 'names no catalog')
    .meta({
      description: 'Catalog id to upstream. The catalogs named here are the ones that the tenant has.',
    }),
})

const NOT_AN_ORIGIN = 'is not an origin such as https://connect.example.com'

/** Loopback is where a browser treats http as it treats https. */
const origin = z
  .string()
  .regex(/^https?:\/\/[^/?#@\\\s]+\/?$/, { error: NOT_AN_ORIGIN, abort: true })
  .refine((url) => URL.canParse(url), { error: NOT_AN_ORIGIN, abort: true })
  .refine((url) => url.startsWith('https:') || isLoopback(url), NEEDS_HTTPS)
  // As browsers spell it in the Origin header: small letters, and no port that goes without saying.
  .transform((url) => new URL(url).origin)

const brand = z
  .strictObject({
    name: z.string().trim().min(1).max(60).default('Momentus Connect'),
    color: z
      .string()
      .regex(/^#[0-9A-Fa-f]{6}$/, 'is not a colour such as #1a56c4')
      .default('#1a56c4')
      .superRefine((color, context) => {
        const contrast = contrastWithWhite(color)
        if (contrast >= TEXT_CONTRAST_MIN) return
        const found = (Math.floor(contrast * 100) / 100).toFixed(2)
        context.addIssue(
          `has a contrast of ${found}:1 to white; text needs ${TEXT_CONTRAST_MIN}:1 (WCAG 2.2, 1.4.3)`,
        )
      })
      .meta({ description: 'Of buttons and links. White text must be readable on it.' }),
  })
  .prefault({})

const singleSignOn = z
  .strictObject({
    issuer: z
      .string()
      .regex(PLAIN_URL, { error: NOT_A_PLAIN_URL, abort: true })
      .refine((url) => URL.canParse(url), { error: NOT_A_PLAIN_URL, abort: true })
      .refine((url) => url.startsWith('https:') || isLoopback(url), NEEDS_HTTPS)
      .meta({ description: 'As the discovery document of the OpenID Connect provider says it.' }),
    clientId: z.string().min(1),
    clientSecret: secret.optional().meta({
      description: 'As other secrets. STAGEDOOR_SSO_CLIENT_SECRET gives it too, and wins.',
    }),
    name: z.string().trim().min(1).max(40).default('Single sign-on'),
    scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid', 'profile', 'email']),
  })
  .meta({ description: 'Lets operators sign in by OpenID Connect. They must have been added before.' })

/** What stagedoor.config.json may hold. Ports and data directory may be given by environment too, which wins. */
export const fileSchema = z.strictObject({
  $schema: z.string().optional(),
  data: z.string().min(1).default('stagedoor-data').meta({ description: 'Directory of the database.' }),
  consolePort: port.default(4000),
  gatewayPort: port.default(4001),
  sandboxPort: port.default(4002),
  sandbox: z.boolean().default(false).meta({ description: 'Start the stand-in Momentus APIs as well.' }),
  consoleUrl: origin.optional().meta({
    description:
      'Where browsers reach the console. Without it: http://127.0.0.1 and http://localhost with its port.',
  }),
  gatewayUrl: z
    .string()
    .regex(PLAIN_URL, { error: NOT_A_PLAIN_URL, abort: true })
    .refine((url) => URL.canParse(url), { error: NOT_A_PLAIN_URL, abort: true })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({ description: "Where partners' programs reach the gateway, as the console shows it." }),
  clientAddressHeader: headerName
    .transform((name) => name.toLowerCase())
    .optional()
    .meta({
      description:
        'Header in which the proxy in front of the console says who calls. Only where that proxy overwrites or extends it.',
    }),
  brand,
  singleSignOn: singleSignOn.optional(),
  resourceServers: z
    .array(resourceServer)
    .default([])
    .meta({ description: 'Servers that may ask POST /oauth/introspect about every token.' }),
  ...processMembers,
  catalogs: z.record(catalogId, catalog),
  tenants: z.array(tenant).min(1),
})

/** A token that can stand in an Authorization header (RFC 6750 2.1). */
export const managementTokenSchema = z
  .string()
  .regex(/^[A-Za-z0-9._~+/-]{8,512}=*$/, 'is not 8 to 512 of the characters A-Z a-z 0-9 . _ ~ + / -')

export const singleSignOnSecretSchema = z.string().min(1, 'is empty')

/** What signs cookies and encrypts second factors. */
export const serverSecretSchema = z.string().min(32, 'has fewer than 32 characters')

export type FileSettings = z.infer<typeof fileSchema>
export type UpstreamSettings = z.infer<typeof upstream>
export type SignInSettings = z.infer<typeof signIn>
/** With the client's secret looked up. */
export type SingleSignOnSettings = Omit<z.infer<typeof singleSignOn>, 'clientSecret'> & {
  readonly clientSecret: string
}
export type SecretSetting = z.infer<typeof secret>
