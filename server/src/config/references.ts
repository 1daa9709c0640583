import type { ConfigSources } from './config.ts'
import type { FileSettings, SecretSetting, SignInSettings } from './schema.ts'

/** Problems between settings that are each right by themselves, named by their place in the file. */
export function checkReferences(settings: FileSettings): readonly string[] {
  const problems: string[] = []
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
type Resolved<T> = { readonly value: T; readonly problems: readonly string[] }

/** Puts the values of environment variables in the places that name them. */
export function resolveSecrets(settings: FileSettings, env: Env): Resolved<FileSettings> {
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
  return { value: { ...settings, tenants }, problems }
}

function resolveSignIn(signIn: SignInSettings, env: Env): Resolved<SignInSettings> {
  const problems: string[] = []
  const read = (member: string, setting: SecretSetting): string => {
    if (typeof setting === 'string') return setting
    const value = env[setting.env]
    if (value === undefined || value === '')
      problems.push(`${member}: the environment variable ${setting.env} is not set`)
    return value ?? ''
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
