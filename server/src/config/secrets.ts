import type { ConfigSources } from './config.ts'
import { NODE_TOKEN_LENGTH_MIN } from './process-schema.ts'
import type { FileSettings, SecretSetting, SignInSettings, SingleSignOnSettings } from './schema.ts'

type Env = ConfigSources['env']

/** It is made by a machine for a machine, and with it every token can be asked about. */
const RESOURCE_SERVER_SECRET_LENGTH_MIN = 24

export const SINGLE_SIGN_ON_SECRET = 'STAGEDOOR_SSO_CLIENT_SECRET'
type Resolved<T> = { readonly value: T; readonly problems: readonly string[] }
export const DATABASE_URL = 'STAGEDOOR_DATABASE_URL'
export const NODE_TOKEN = 'STAGEDOOR_NODE_TOKEN'

/** Settings whose secrets have been looked up. A process looks up those of its own role: it needs no others. */
export type ResolvedSettings = Omit<
  FileSettings,
  'singleSignOn' | 'resourceServers' | 'database' | 'nodeTokens'
> & {
  readonly resourceServers: readonly { readonly id: string; readonly secret: string }[]
  readonly singleSignOn: SingleSignOnSettings | undefined
  readonly database: Omit<FileSettings['database'], 'url'> & { readonly url: string | undefined }
  readonly nodeTokens: readonly string[]
}

/** Puts the values of environment variables in the places that name them. */
export function resolveSecrets(settings: FileSettings, env: Env): Resolved<ResolvedSettings> {
  const control = settings.role !== 'gateway'
  const tenants = settings.role === 'control' ? unchanged(settings.tenants) : resolveTenants(settings, env)
  const singleSignOn = control ? resolveSingleSignOn(settings.singleSignOn, env) : unchanged(undefined)
  const resourceServers = control ? resolveResourceServers(settings, env) : unchanged([])
  const url = control ? resolveDatabaseUrl(settings, env) : unchanged(undefined)
  const nodeTokens = resolveNodeTokens(settings, env)
  return {
    value: {
      ...settings,
      tenants: tenants.value,
      singleSignOn: singleSignOn.value,
      resourceServers: resourceServers.value,
      database: { ...settings.database, url: url.value },
      nodeTokens: nodeTokens.value,
    },
    problems: [tenants, singleSignOn, resourceServers, url, nodeTokens].flatMap(({ problems }) => problems),
  }
}

function unchanged<T>(value: T): Resolved<T> {
  return { value, problems: [] }
}

function resolveTenants(settings: FileSettings, env: Env): Resolved<FileSettings['tenants']> {
  const problems: string[] = []
  const value = settings.tenants.map((tenant, index) => ({
    ...tenant,
    upstreams: Object.fromEntries(
      Object.entries(tenant.upstreams).map(([id, upstream]) => {
        const signIn = resolveSignIn(upstream.signIn, env)
        problems.push(
          ...signIn.problems.map((problem) => `tenants.${index}.upstreams.${id}.signIn.${problem}`),
        )
        return [id, { ...upstream, signIn: signIn.value }]
      }),
    ),
  }))
  return { value, problems }
}

function resolveResourceServers(
  settings: FileSettings,
  env: Env,
): Resolved<ResolvedSettings['resourceServers']> {
  const problems: string[] = []
  const value = settings.resourceServers.map(({ id, secret }, index) => {
    const { value, problem } = readSecret(secret, env)
    if (problem !== undefined) problems.push(`resourceServers.${index}.secret: ${problem}`)
    else if (value.length < RESOURCE_SERVER_SECRET_LENGTH_MIN)
      problems.push(
        `resourceServers.${index}.secret: is shorter than ${RESOURCE_SERVER_SECRET_LENGTH_MIN} characters, so it could be guessed`,
      )
    return { id, secret: value }
  })
  return { value, problems }
}

/** The message never shows the URL: a password stands in it. */
function resolveDatabaseUrl({ database }: FileSettings, env: Env): Resolved<string | undefined> {
  const given = env[DATABASE_URL]
  const setting = given ?? database.url
  if (setting === undefined) return unchanged(undefined)
  const place = given === undefined ? 'database.url' : DATABASE_URL
  const { value, problem } = readSecret(setting, env)
  if (problem !== undefined) return { value: undefined, problems: [`${place}: ${problem}`] }
  if (/^postgres(?:ql)?:\/\/\S+$/.test(value) && URL.canParse(value)) return unchanged(value)
  return { value: undefined, problems: [`${place}: is no URL such as postgres://user@host:5432/stagedoor`] }
}

function resolveNodeTokens({ nodeTokens }: FileSettings, env: Env): Resolved<readonly string[]> {
  const given = env[NODE_TOKEN]
  const settings = given === undefined ? nodeTokens : given.split(',').map((token) => token.trim())
  const problems: string[] = []
  const value = settings.map((setting, index) => {
    const place = given === undefined ? `nodeTokens.${index}` : NODE_TOKEN
    const { value, problem } = readSecret(setting, env)
    if (problem !== undefined) problems.push(`${place}: ${problem}`)
    else if (!/^[\x21-\x7e]+$/.test(value) || value.length < NODE_TOKEN_LENGTH_MIN)
      problems.push(`${place}: is not ${NODE_TOKEN_LENGTH_MIN} or more printable characters without blanks`)
    return value
  })
  return { value, problems }
}

function resolveSingleSignOn(
  settings: FileSettings['singleSignOn'],
  env: Env,
): Resolved<SingleSignOnSettings | undefined> {
  const given = env[SINGLE_SIGN_ON_SECRET]
  if (!settings) {
    const problem = `singleSignOn: is not there, but ${SINGLE_SIGN_ON_SECRET} is set, which belongs to it`
    return { value: undefined, problems: given === undefined ? [] : [problem] }
  }
  const setting = given ?? settings.clientSecret ?? { env: SINGLE_SIGN_ON_SECRET }
  const { value, problem } = readSecret(setting, env)
  const problems = problem === undefined ? [] : [`singleSignOn.clientSecret: ${problem}`]
  return { value: { ...settings, clientSecret: value }, problems }
}

/** The text of a secret; empty with a problem where it is not to be had. */
function readSecret(setting: SecretSetting, env: Env): { readonly value: string; readonly problem?: string } {
  if (typeof setting === 'string') return { value: setting }
  const value = env[setting.env] ?? ''
  if (value !== '') return { value }
  return { value, problem: `the environment variable ${setting.env} is not set` }
}

function resolveSignIn(signIn: SignInSettings, env: Env): Resolved<SignInSettings> {
  const problems: string[] = []
  const read = (member: string, setting: SecretSetting): string => {
    const { value, problem } = readSecret(setting, env)
    if (problem !== undefined) problems.push(`${member}: ${problem}`)
    return value
  }
  switch (signIn.kind) {
    case 'none':
      return { value: signIn, problems }
    case 'header':
      return { value: { ...signIn, value: read('value', signIn.value) }, problems }
    case 'enterprise-jwt':
      return {
        value: { ...signIn, key: read('key', signIn.key), secret: read('secret', signIn.secret) },
        problems,
      }
    case 'elite-client-credentials':
      return { value: { ...signIn, clientSecret: read('clientSecret', signIn.clientSecret) }, problems }
  }
}
