import { metricsPortOf, PORT_MAX } from './pieces.ts'
import type { ResolvedSettings } from './secrets.ts'

/** Problems between settings that are each right by themselves, named by their place in the file. */
export function checkReferences(
  settings: ResolvedSettings,
  serverSecret: string | undefined,
): readonly string[] {
  const problems: string[] = [...checkRole(settings, serverSecret)]
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
  return [...problems, ...checkPorts(settings)]
}

function checkPorts(settings: ResolvedSettings): readonly string[] {
  const { role, sandbox } = settings
  const used = {
    ...(role !== 'gateway' && { consolePort: settings.consolePort }),
    ...(role !== 'control' && { gatewayPort: settings.gatewayPort }),
    ...(role !== 'control' &&
      settings.decisionsPort !== undefined && { decisionsPort: settings.decisionsPort }),
    ...(sandbox && { sandboxPort: settings.sandboxPort }),
    ...metricsPorts(settings),
  }
  const ports = Object.values(used)
  if (ports.some((port) => port > PORT_MAX))
    return [`metricsPort: ${settings.gatewayProcesses} processes need as many ports, up to ${PORT_MAX}`]
  if (!ports.some((port, index) => port !== 0 && ports.indexOf(port) !== index)) return []
  return [`${Object.keys(used).join(', ')} must differ: ${ports.join(', ')}`]
}

/** Each process of a gateway has one of its own. */
function metricsPorts({ metricsPort, gatewayProcesses }: ResolvedSettings): Record<string, number> {
  if (metricsPort === undefined) return {}
  const numbers = Array.from({ length: gatewayProcesses }, (_, index) => index + 1)
  return Object.fromEntries(
    numbers.map((number) => [
      number === 1 ? 'metricsPort' : `metricsPort + ${number - 1}`,
      metricsPortOf(metricsPort, number),
    ]),
  )
}

/** What a process needs for the part that it plays. */
function checkRole(settings: ResolvedSettings, serverSecret: string | undefined): readonly string[] {
  const { role, database, nodeTokens, controlUrls, gatewayUrl, gatewayProcesses } = settings
  const problems: string[] = []
  if (role === 'gateway' && controlUrls.length === 0)
    problems.push('controlUrls: a gateway needs the address of a control plane (STAGEDOOR_CONTROL_URLS)')
  if (role !== 'all' && nodeTokens.length === 0)
    problems.push(`nodeTokens: the role ${role} needs one (STAGEDOOR_NODE_TOKEN)`)
  if (role === 'control' && gatewayUrl === undefined)
    problems.push(
      'gatewayUrl: a control plane needs to know where callers reach the gateways (STAGEDOOR_GATEWAY_URL)',
    )
  if (role !== 'gateway' && gatewayProcesses > 1) problems.push(whyOneProcess(role, gatewayProcesses))
  if (role !== 'gateway' && database.url !== undefined && serverSecret === undefined)
    problems.push('database.url: needs STAGEDOOR_SECRET, the same in every process that uses the database')
  return problems
}

function whyOneProcess(role: 'all' | 'control', count: number): string {
  const why =
    role === 'all'
      ? 'in the role all, gateway and control plane are one process. Start --role control, and beside it --role gateway'
      : 'a control plane is one process, and answers no calls. Start --role gateway'
  return `gatewayProcesses: ${why} with STAGEDOOR_GATEWAY_PROCESSES=${count}`
}
