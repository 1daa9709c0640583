import { authenticationMethodsOf } from '@stagedoor/core/credential.ts'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { createAdmin } from '#admin/admin.ts'
import type { Config } from '#config/config.ts'
import { createPasswordHasher, type PasswordHasher } from '#credentials/password-hasher.ts'
import type { ChangeSource } from '#feed/change-source.ts'
import { createLocalSource } from '#feed/local-source.ts'
import { createNodes, type Nodes } from '#feed/nodes.ts'
import { createPublisher, type Publisher } from '#feed/publisher.ts'
import type { Confirm } from '#feed/receipt.ts'
import { createManagementTokens } from '#management-tokens/management-tokens.ts'
import { createNodesApi } from '#nodes/nodes.ts'
import { createOAuth } from '#oauth/oauth.ts'
import { createOperators } from '#operators/operators.ts'
import { createPages } from '#pages/pages.ts'
import { credentialCountOAuth } from '#storage/credentials.ts'
import type { Storage } from '#storage/database.ts'
import { ingestUse } from '#usage/ingest-use.ts'
import { createLocalSink } from '#usage/local-sink.ts'
import type { UseSink } from '#usage/use-batch.ts'
import { configDigest } from './config-digest.ts'
import { listenConsole } from './console-server.ts'
import { createHealth, HEALTH_PATHS } from './health.ts'
import type { Metrics } from './metrics.ts'
import type { OAuthHandler } from './oauth-handler.ts'
import { storageReadiness } from './storage-readiness.ts'
import type { Surroundings } from './surroundings.ts'

export type ControlPlane = {
  /** For a gateway of the same process. */
  readonly source: ChangeSource
  readonly useSink: UseSink
  /** Listens, and serves console, admin API and the API of gateways. */
  readonly serve: (about: AboutGateways) => Promise<Served>
  /** Others are to be asked from now on. */
  readonly stopping: () => void
  /** Waits for answers that have begun. The feed goes on. */
  readonly stopServing: () => Promise<void>
  readonly close: () => Promise<void>
}

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

type Planes = ControlPlaneParts &
  Surroundings & {
    readonly publisher: Publisher
    readonly nodes: Nodes
    readonly confirm: Confirm
    /** One for all: its memory and its queue are bounded. */
    readonly hasher: PasswordHasher
  }

const MINUTE_MS = 60_000

/** The control plane of this process, not yet listening. Rejects where the storage does not fit the settings. */
export async function createControlPlane(
  parts: ControlPlaneParts,
  around: Surroundings,
): Promise<ControlPlane> {
  const { config, tenants, storage, metrics } = parts
  const { now, log, randomBytes } = around
  await refuseLostMethods(tenants, storage)
  const publisher = createPublisher({ storage, now, log })
  const nodes = await createNodes({
    db: storage.db,
    shared: storage.shared,
    now,
    log,
    publisher,
    maxStaleMs: maxStaleOf(config),
    configDigest: configDigest(tenants),
  })
  metrics.gauge('gateway_leases', 'Gateways that are connected to a control plane.', nodes.leases)
  metrics.total(
    'receipts_incomplete_total',
    'Answers that had to name a gateway which has not confirmed.',
    nodes.incompleteReceipts,
  )
  const confirm: Confirm = ({ tenantId, waitMs = config.receiptWaitMs }) =>
    nodes.confirm({ tenantId, waitMs })
  const planes = { ...parts, ...around, publisher, nodes, confirm, hasher: createPasswordHasher(randomBytes) }
  const health = createHealth(storageReadiness(storage.db))
  let stopServing = async (): Promise<void> => undefined
  return {
    source: createLocalSource({ publisher, nodes }),
    useSink: createLocalSink({ db: storage.db, now }),
    serve: async (about) => {
      const oauth = createOAuthHandler(planes, about)
      const { close, ...served } = await serveConsole(planes, { ...about, oauth, health: health.answer })
      stopServing = close
      return { ...served, oauth }
    },
    stopping: health.stopping,
    stopServing: () => stopServing(),
    close: async () => {
      await nodes.close()
      await publisher.close()
    },
  }
}

/** Of a tenant that is not configured, the longest: what is said of a gateway is never too early. */
function maxStaleOf({ tenants }: Config): (tenantId: string) => number {
  const byId = new Map(tenants.map(({ id, maxStaleMinutes }) => [id, maxStaleMinutes * MINUTE_MS]))
  const longest = Math.max(...byId.values())
  return (tenantId) => byId.get(tenantId) ?? longest
}

function createOAuthHandler(planes: Planes, { gatewayUrl }: AboutGateways): OAuthHandler {
  const { config, tenants, storage, now, randomBytes, log, hasher, confirm } = planes
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant.oauth ?? OAUTH_DEFAULTS]))
  return createOAuth({
    db: storage.db,
    now,
    randomBytes,
    log,
    hasher,
    issuer: gatewayUrl,
    settingsOf: (tenantId) => byId.get(tenantId) ?? OAUTH_DEFAULTS,
    anyPasswordGrant: tenants.some(({ oauth }) => oauth?.passwordGrant === true),
    resourceServers: config.resourceServers,
    awaitGateways: async (waitMs) => {
      await confirm({ tenantId: '', ...(waitMs !== undefined && { waitMs }) })
    },
  })
}

type ConsoleNeeds = AboutGateways & {
  readonly oauth: OAuthHandler
  readonly health: (request: Request) => Promise<Response>
}

/** Pages, sign-in, admin API and the API of gateways on one port. */
async function serveConsole(
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
      close: server.close,
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

/** A tenant that was Enterprise and is said to be Elite now would hold credentials that Elite does not have. */
async function refuseLostMethods(tenants: readonly Tenant[], { db }: Storage): Promise<void> {
  for (const { id, edition } of tenants) {
    if (authenticationMethodsOf(edition).includes('oauth')) continue
    const count = await db.snapshot(id, (trx) => credentialCountOAuth(trx, id))
    if (count > 0) {
      throw new Error(
        `tenants: ${id} is of the edition ${edition} and holds ${count} OAuth credentials. Delete them first.`,
      )
    }
  }
}
