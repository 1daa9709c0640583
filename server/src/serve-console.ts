import type { Tenant } from '@stagedoor/core/tenant.ts'
import { createAdmin } from '#admin/admin.ts'
import type { Config } from '#config/config.ts'
import type { PasswordHasher } from '#credentials/password-hasher.ts'
import type { Nodes } from '#feed/nodes.ts'
import type { Publisher } from '#feed/publisher.ts'
import type { Confirm } from '#feed/receipt.ts'
import { createManagementTokens } from '#management-tokens/management-tokens.ts'
import { createNodesApi } from '#nodes/nodes.ts'
import { createOperators } from '#operators/operators.ts'
import { createPages } from '#pages/pages.ts'
import type { Storage } from '#storage/database.ts'
import { ingestUse } from '#usage/ingest-use.ts'
import { listenConsole } from './console-server.ts'
import { HEALTH_PATHS } from './health.ts'
import type { Metrics } from './metrics.ts'
import type { OAuthHandler } from './oauth-handler.ts'
import type { Surroundings } from './surroundings.ts'

export type AboutGateways = {
  /** Where callers reach them. */
  readonly gatewayUrl: string
  /** Writes what the gateway of this process has counted until now. */
  readonly flushUse: () => Promise<void>
}

export type Served = {
  /** Where browsers reach the console. */
  readonly consoleUrl: string
  /** Where it listens itself. */
  readonly here: string
  readonly madeManagementToken: string | undefined
  /** With it the first operator is made; undefined once there is one. */
  readonly firstOperatorCode: string | undefined
  readonly oauth: OAuthHandler
}

export type ControlPlaneParts = {
  readonly config: Config
  readonly tenants: readonly Tenant[]
  readonly storage: Storage
  /** Folder of the console's built pages. */
  readonly pagesDirectory: string
  readonly serverSecret: string
  readonly metrics: Metrics
}

/** A control plane, before it is served. */
export type Planes = ControlPlaneParts &
  Surroundings & {
    readonly publisher: Publisher
    readonly nodes: Nodes
    readonly confirm: Confirm
    /** One for all: its memory and its queue are bounded. */
    readonly hasher: PasswordHasher
  }

type ConsoleNeeds = AboutGateways & {
  readonly oauth: OAuthHandler
  readonly health: (request: Request) => Promise<Response>
}

/** Pages, sign-in, admin API and the API of gateways on one port. */
export async function serveConsole(
  planes: Planes,
  needs: ConsoleNeeds,
): Promise<Omit<Served, 'oauth'> & { readonly close: () => Promise<void> }> {
  const { config, storage, pagesDirectory, now, randomBytes, log, publisher, nodes } = planes
  const https = config.consoleUrl?.startsWith('https://') ?? false
  const pages = createPages({ directory: pagesDirectory, brand: config.brand, https, randomBytes })
  const server = await listenConsole({
    port: config.consolePort,
    clientAddressHeader: config.clientAddressHeader,
  })
  const streams = new AbortController()
  try {
    const local = `http://127.0.0.1:${server.port}`
    const origins =
      config.consoleUrl === undefined ? [local, `http://localhost:${server.port}`] : [config.consoleUrl]
    const { admin, firstOperatorCode, madeManagementToken } = await createDoors(planes, needs, origins)
    const forGateways = createNodesApi({
      publisher,
      nodes,
      nodeTokens: config.nodeTokens,
      oauth: needs.oauth,
      stopping: streams.signal,
      ingestUse: (batch) => ingestUse(storage.db, { batch, now: now() }),
      now,
      randomBytes,
      log,
    })
    server.serve((request) => {
      const { pathname } = new URL(request.url)
      if (HEALTH_PATHS.some((path) => path === pathname)) return needs.health(request)
      if (pathname.startsWith('/nodes/')) return forGateways.fetch(request)
      return pathname.startsWith('/api/') ? admin(request) : pages(request)
    })
    return {
      consoleUrl: config.consoleUrl ?? local,
      here: local,
      madeManagementToken,
      firstOperatorCode,
      close: async () => {
        // Gateways' streams have no end of their own.
        streams.abort()
        await server.close()
      },
    }
  } catch (error) {
    await server.close()
    throw error
  }
}

/** The ways in: for people and for programs. */
async function createDoors(
  planes: Planes,
  { gatewayUrl, flushUse }: AboutGateways,
  origins: readonly string[],
): Promise<
  Omit<Served, 'oauth' | 'consoleUrl' | 'here'> & {
    readonly admin: (request: Request) => Response | Promise<Response>
  }
> {
  const { config, tenants, storage, now, randomBytes, log, hasher, metrics, confirm, nodes } = planes
  const { db } = storage
  const { singleSignOn } = config
  const operators = createOperators({
    db,
    now,
    randomBytes,
    log,
    hasher,
    secret: planes.serverSecret,
    origins,
    singleSignOn,
  })
  const managementTokens = createManagementTokens({ db, now, randomBytes, given: config.managementToken })
  const admin = createAdmin({
    db,
    tenants,
    now,
    randomBytes,
    log,
    hasher,
    operators,
    managementTokens,
    origins,
    gatewayUrl,
    brandName: config.brand.name,
    singleSignOnName: singleSignOn?.name,
    flushTokenUse: flushUse,
    readMetrics: metrics.read,
    confirm,
    listGateways: nodes.list,
  })
  const firstOperatorCode = await operators.firstOperatorCode()
  const madeManagementToken = await managementTokens.makeFirst()
  return { admin: (request) => admin.fetch(request), firstOperatorCode, madeManagementToken }
}
