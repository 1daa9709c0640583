import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { type CallAnswer, createCaller } from './caller.ts'
import { type Member, makeMember } from './member.ts'
import { PLAIN, plainConfig } from './plain-config.ts'
import { type Postgres, startPostgres } from './postgres.ts'
import { temporaryFolder } from './stagedoor.ts'
import { steadyPort } from './steady-port.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'
import { startUpstream, type TestUpstream } from './upstream.ts'

export type Cluster = {
  readonly postgres: Postgres
  readonly upstream: TestUpstream
  readonly controls: readonly Control[]
  readonly gateways: readonly Gateway[]
  /** Asks the admin API of a control plane, of the first one unless told. Rejects where none answers in 20 seconds. */
  readonly admin: Ask
  /** Adds a credential for API tokens that may call everything, and gives its only token. */
  readonly add: (title: string, tenant?: string) => Promise<Added>
  /** An event, called at a gateway. Rejects where no answer begins. */
  readonly call: (gateway: Gateway, token: string, path?: string) => Promise<CallAnswer>
  /** Waits until every gateway that runs is connected and decides by exactly what the database has. */
  readonly equal: () => Promise<void>
  /** Stops everything, whatever state it is in. */
  readonly close: () => Promise<void>
}

export type Control = Member & {
  /** Between it and PostgreSQL; only where proxies were asked for. */
  readonly databaseLink: TcpProxy
}

export type Gateway = Member & {
  /** Between it and each control plane, in their order; only where proxies were asked for. */
  readonly links: readonly TcpProxy[]
}

export type Ask = (
  method: string,
  path: string,
  options?: {
    readonly body?: object
    readonly ifMatch?: string
    readonly control?: Control | undefined
    readonly tenant?: string
  },
) => Promise<AdminAnswer>

export type AdminAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly json: any
}

export type Added = { readonly id: string; readonly token: string; readonly receipt: Receipt }

/** As the admin API shows it. */
export type Receipt = {
  readonly gateways: number
  readonly confirmed: number
  readonly elapsedMs: number
  readonly pending: readonly {
    readonly id: string
    readonly name: string
    readonly state: string
    readonly decidesUntil: string
  }[]
}

export type ClusterOptions = {
  readonly controls?: number
  readonly gateways?: number
  /** TCP proxies between gateways and control planes, and between control planes and PostgreSQL. */
  readonly proxies?: boolean
  /** Of tnt_plain. */
  readonly maxStaleMinutes?: number
  readonly receiptWaitMs?: number
  readonly upstream?: Parameters<typeof startUpstream>[0]
  /** More of the environment of a gateway, by its index. */
  readonly gatewayEnv?: (index: number) => Readonly<Record<string, string>>
  /** Which port control planes find PostgreSQL at, where something stands in front of it. */
  readonly databasePort?: (postgres: Postgres) => Promise<number>
  /** More of stagedoor.config.json. */
  readonly config?: object
}

export const NODE_TOKEN = 'a-node-token-that-only-tests-know-0123456789'
const MANAGEMENT_TOKEN = 'a-management-token-of-a-test-cluster'
const SECRET = 'a-secret-of-a-test-cluster-that-is-long-enough'
/** A second tenant, that tolerates only little. */
export const BRIEF = '/api/v1/tenants/tnt_brief'
export const EVENT = '/enterprise/connect/api/Events/10'

// Each start of a program has a listener of its own, and fault tests start it again and again.
process.setMaxListeners(0)

/** Starts PostgreSQL, an upstream, control planes and gateways, each in a process and a folder of its own. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const undo: (() => Promise<unknown> | void)[] = []
  const close = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    return { ...(await start(options, undo)), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function start(
  options: ClusterOptions,
  undo: (() => Promise<unknown> | void)[],
): Promise<Omit<Cluster, 'close'>> {
  const folder = temporaryFolder()
  undo.push(() => rmSync(folder, { recursive: true, force: true }))
  // Nobody brings to the disk in passing what a commit has not: whoever acknowledges before that loses it with a kill.
  const postgres = await startPostgres({ settings: { wal_writer_delay: '10s' } })
  undo.push(postgres.close)
  const upstream = await startUpstream(options.upstream)
  undo.push(upstream.close)
  const parts: Parts = { options, folder, undo, config: clusterConfig(options, upstream.url) }
  const gatewayPorts = await Promise.all(each(options.gateways ?? 3, steadyPort))
  const controls = await makeControls(parts, postgres, gatewayPorts[0] ?? 0)
  // One after another: the first makes the tables.
  for (const control of controls) await control.start()
  const gateways = await Promise.all(
    gatewayPorts.map((port, index) => makeGateway(parts, { port, index, controls })),
  )
  await Promise.all(gateways.map((gateway) => gateway.start()))
  const admin = createAsk(controls)
  const caller = createCaller()
  undo.push(caller.close)
  return {
    postgres,
    upstream,
    controls,
    gateways,
    admin,
    add: async (title, tenant = PLAIN) => {
      const { status, text, json } = await admin('POST', '/credentials', {
        tenant,
        body: { title, authenticationMethod: 'api_token' },
      })
      if (status !== 201) throw new Error(`a credential cannot be added: ${text}`)
      return { id: json.credential.id, token: json.secrets.apiToken, receipt: json.receipt }
    },
    call: ({ url }, token, path = EVENT) => caller.call(url + path, token),
    equal: () => untilEqual(admin, gateways),
  }
}

type Parts = {
  readonly options: ClusterOptions
  readonly folder: string
  readonly config: object
  readonly undo: (() => Promise<unknown> | void)[]
}

function clusterConfig(options: ClusterOptions, upstreamUrl: string): object {
  const upstreams = { enterprise: { baseUrl: upstreamUrl } }
  const { maxStaleMinutes = 15, receiptWaitMs = 5_000, config } = options
  return {
    ...plainConfig(),
    receiptWaitMs,
    tenants: [
      { id: 'tnt_plain', name: 'Plain Hall', edition: 'enterprise', maxStaleMinutes, upstreams },
      { id: 'tnt_brief', name: 'Brief Hall', edition: 'enterprise', maxStaleMinutes: 0.15, upstreams },
    ],
    ...config,
  }
}

async function makeControls(
  { options, folder, config, undo }: Parts,
  postgres: Postgres,
  gatewayPort: number,
): Promise<readonly Control[]> {
  const databasePort = (await options.databasePort?.(postgres)) ?? postgres.port
  return await Promise.all(
    each(options.controls ?? 1, async (index) => {
      const name = `control-${index + 1}`
      const databaseLink = options.proxies ? await startTcpProxy(databasePort) : NO_PROXY
      if (options.proxies) undo.push(databaseLink.close)
      const url = new URL(postgres.url)
      url.port = String(options.proxies ? databaseLink.port : databasePort)
      const port = await steadyPort()
      const member = makeMember({
        name,
        folder: makeFolder(folder, name),
        port,
        metricsPort: await steadyPort(),
        config,
        env: {
          STAGEDOOR_ROLE: 'control',
          STAGEDOOR_CONSOLE_PORT: String(port),
          STAGEDOOR_DATABASE_URL: url.href,
          STAGEDOOR_NODE_TOKEN: NODE_TOKEN,
          STAGEDOOR_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
          STAGEDOOR_SECRET: SECRET,
          STAGEDOOR_GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
        },
      })
      undo.push(member.end)
      return { ...member, databaseLink }
    }),
  )
}

async function makeGateway(
  { options, folder, config, undo }: Parts,
  of: { readonly port: number; readonly index: number; readonly controls: readonly Control[] },
): Promise<Gateway> {
  const name = `gateway-${of.index + 1}`
  const links = options.proxies
    ? await Promise.all(of.controls.map(({ url }) => startTcpProxy(Number(new URL(url).port))))
    : []
  for (const link of links) undo.push(link.close)
  const urls = options.proxies
    ? links.map(({ port }) => `http://127.0.0.1:${port}`)
    : of.controls.map(({ url }) => url)
  const member = makeMember({
    name,
    folder: makeFolder(folder, name),
    port: of.port,
    metricsPort: await steadyPort(),
    config,
    env: {
      STAGEDOOR_ROLE: 'gateway',
      STAGEDOOR_GATEWAY_PORT: String(of.port),
      STAGEDOOR_CONTROL_URLS: urls.join(','),
      STAGEDOOR_NODE_TOKEN: NODE_TOKEN,
      STAGEDOOR_NODE_NAME: name,
      ...options.gatewayEnv?.(of.index),
    },
  })
  undo.push(member.end)
  return { ...member, links }
}

function createAsk(controls: readonly Control[]): Ask {
  return async (method, path, { body, ifMatch, control = controls[0], tenant = PLAIN } = {}) => {
    const url = path.startsWith('/api/') ? path : `${tenant}${path}`
    const response = await fetch(`${control?.url}${url}`, {
      method,
      signal: AbortSignal.timeout(20_000),
      headers: {
        authorization: `Bearer ${MANAGEMENT_TOKEN}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(ifMatch !== undefined && { 'if-match': ifMatch }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      text,
      get json() {
        return JSON.parse(text)
      },
    }
  }
}

type GatewayItem = {
  readonly name: string
  readonly state: string
  readonly behind: number
  readonly sameDigest: boolean | null
}

async function untilEqual(admin: Ask, gateways: readonly Gateway[]): Promise<void> {
  const names = gateways.filter((each) => each.isRunning()).map(({ name }) => name)
  for (;;) {
    const answer = await admin('GET', '/api/v1/gateways').catch(() => undefined)
    const items: readonly GatewayItem[] = answer?.status === 200 ? answer.json.items : []
    const differing = items.find(({ state, sameDigest }) => state === 'connected' && sameDigest === false)
    if (differing) throw new Error(`${differing.name} decides by something else than what is stored`)
    const isEqual = (name: string): boolean =>
      items.some(
        (item) =>
          item.name === name && item.state === 'connected' && item.behind === 0 && item.sameDigest === true,
      )
    if (names.every(isEqual)) return
    await passed(50)
  }
}

function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name)
  mkdirSync(folder)
  return folder
}

function each<T>(count: number, make: (index: number) => Promise<T>): Promise<T>[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** Where no proxies were asked for: whoever uses one has made a mistake. */
const NO_PROXY: TcpProxy = new Proxy({} as TcpProxy, {
  get: () => {
    throw new Error('this cluster was started without proxies')
  },
})
