import type { ConfigSources } from './config.ts'
import type { FileSettings, SecretSetting, SignInSettings, SingleSignOnSettings } from './schema.ts'

/** Problems between settings that are each right by themselves, named by their place in the file. */
export function checkReferences(
  settings: Omit<FileSettings, 'singleSignOn' | 'resourceServers'>,
): readonly string[] {
  const problems: string[] = []
  for (const [id, { mount }] of Object.entries(settings.catalogs)) {
    if (/^\/(?:oauth|\.well-known)(?:\/|$)/i.test(mount))
      problems.push(`catalogs.${id}.mount: ${mount} is where the token endpoints are`)
  }
  const tenantIds = settings.tenants.map((tenant) => tenant.id)
  const catalogIds = Object.keys(settings.catalogs)
  settings.tenants.forEach((tenant, index) => {
    const place = `tenants.${index}`
    if (tenantIds.indexOf(tenant.id) !== index) problems.push(`${place}.id: ${tenant.id} is used twice`)
    const mounts = new Map<string, string>()
    for (const [id, upstream] of Object.entries(tenant.upstreams)) {
      const mount = settings.catalogs[id]?.mount
      const twin = mount === undefined ? undefined : mounts.get(mount)
      if (mount === undefined)
        problems.push(`${place}.upstreams.${id}: no such catalog. There are: ${catalogIds.join(', ')}`)
      else if (twin !== undefined)
        problems.push(`${place}.upstreams.${id}: mounted at ${mount}, where ${twin} is`)
      else mounts.set(mount, id)
      const urls = [
        upstream.baseUrl,
        ...(upstream.signIn.kind === 'elite-client-credentials' ? [upstream.signIn.tokenUrl] : []),
      ]
      if (!settings.sandbox && urls.some((url) => url.startsWith('sandbox:'))) {
        problems.push(`${place}.upstreams.${id}: a sandbox: URL needs "sandbox": true`)
      }
    }
  })
  const ports = [
    settings.consolePort,
    settings.gatewayPort,
    ...(settings.sandbox ? [settings.sandboxPort] : []),
  ]
  if (ports.some((port, index) => port !== 0 && ports.indexOf(port) !== index)) {
    problems.push(`consolePort, gatewayPort and sandboxPort must differ: ${ports.join(', ')}`)
  }
  return problems
}

type Env = ConfigSources['env']

/** It is made by a machine for a machine, and with it every token can be asked about. */
const RESOURCE_SERVER_SECRET_LENGTH_MIN = 24

export const SINGLE_SIGN_ON_SECRET = 'STAGEDOOR_SSO_CLIENT_SECRET'
type Resolved<T> = { readonly value: T; readonly problems: readonly string[] }
type ResolvedSettings = Omit<FileSettings, 'singleSignOn' | 'resourceServers'> & {
  readonly resourceServers: readonly { readonly id: string; readonly secret: string }[]
  readonly singleSignOn: SingleSignOnSettings | undefined
}

/** Puts the values of environment variables in the places that name them. */
export function resolveSecrets(settings: FileSettings, env: Env): Resolved<ResolvedSettings> {
  const problems: string[] = []
  const tenants = settings.tenants.map((tenant, index) => ({
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
  const singleSignOn = resolveSingleSignOn(settings.singleSignOn, env)
  problems.push(...singleSignOn.problems)
  const resourceServers = settings.resourceServers.map(({ id, secret }, index) => {
    const { value, problem } = readSecret(secret, env)
    if (problem !== undefined) problems.push(`resourceServers.${index}.secret: ${problem}`)
    else if (value.length < RESOURCE_SERVER_SECRET_LENGTH_MIN)
      problems.push(
        `resourceServers.${index}.secret: is shorter than ${RESOURCE_SERVER_SECRET_LENGTH_MIN} characters, so it could be guessed`,
      )
    return { id, secret: value }
  })
  return { value: { ...settings, tenants, resourceServers, singleSignOn: singleSignOn.value }, problems }
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
