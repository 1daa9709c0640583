import { authenticationMethodsOf } from '@stagedoor/core/credential.ts'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Logger } from 'pino'
import { createAdmin } from '#admin/admin.ts'
import type { Config } from '#config/config.ts'
import { createPasswordHasher, type PasswordHasher } from '#credentials/password-hasher.ts'
import { createFeed, type Feed } from '#feed/feed.ts'
import { createGateway } from '#gateway/gateway.ts'
import { createPageTokens } from '#gateway/odata/page-tokens.ts'
import { createODataServices } from '#gateway/odata/services.ts'
import { createManagementTokens } from '#management-tokens/management-tokens.ts'
import { createOAuth, OAUTH_PATHS } from '#oauth/oauth.ts'
import { createOperators } from '#operators/operators.ts'
import { createPages } from '#pages/pages.ts'
import { createPolicy } from '#policy/policy.ts'
import { credentialCountOAuth } from '#storage/credentials.ts'
import type { Storage } from '#storage/database.ts'
import { createTokenUse } from '#usage/token-use.ts'
import { createUseCounter } from '#usage/use-counter.ts'
import { createTokenUseWriter } from '#usage/write-token-use.ts'
import { clientAddress } from './client-address.ts'
import { listenConsole } from './console-server.ts'
import { type Listening, listen } from './listen.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { openLater } from './open-later.ts'
import { createUpstreamTable } from './tenants.ts'

/** What only the outermost program may read. */
export type Surroundings = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
}

export type Parts = {
  readonly config: Config
  readonly tenants: readonly Tenant[]
  readonly storage: Storage
  readonly sandboxPort: number | undefined
  /** Folder of the console's built pages. */
  readonly pagesDirectory: string
  readonly serverSecret: string
}

export type Running = {
  /** Where browsers reach the console. */
  readonly consoleUrl: string
  readonly gatewayUrl: string
  readonly madeManagementToken: string | undefined
  /** With it the first operator is made; undefined once there is one. */
  readonly firstOperatorCode: string | undefined
  readonly close: () => Promise<void>
}

/** Wires both planes over one storage and listens. Nothing stays listening if anything fails. */
export async function startApp(parts: Parts, around: Surroundings): Promise<Running> {
  const { config, tenants, storage, sandboxPort } = parts
  const { now, randomBytes, log } = around
  await refuseLostMethods(tenants, storage)
  const policy = createPolicy(tenants)
  const feed = createFeed({ db: storage.db, policy, log, now })
  await feed.load()
  const upstreams = createUpstreamTable(config, { sandboxPort, now })
  const useCounter = createUseCounter()
  const tokenUse = createTokenUse()
  const useWriter = createTokenUseWriter({ db: storage.db, use: tokenUse, log })
  const tokenEndpoints = openLater()
  const metrics = createMetrics()
  const opened: Listening[] = []
  const gateway = createGateway(
    {
      policy,
      knowledgeOf: () => 'current',
      upstreamOf: upstreams.find,
      odata: createODataServices({
        origins: () => gatewayOrigins(config, opened[0]?.port),
        publicOrigin: config.gatewayUrl === undefined ? undefined : new URL(config.gatewayUrl).origin,
        pageTokens: createPageTokens(parts.serverSecret),
      }),
      use: useCounter,
      alarms: metrics.alarms,
      now,
      randomBytes,
      log,
    },
    { paths: OAUTH_PATHS, handle: tokenEndpoints.handle },
  )
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((each) => each.close()))
    await useWriter.close()
    await feed.close()
    await upstreams.close()
  }
  try {
    const gatewayListening = await listen(gateway, {
      port: config.gatewayPort,
      setting: 'STAGEDOOR_GATEWAY_PORT',
    })
    opened.push(gatewayListening)
    const gatewayUrl = config.gatewayUrl ?? `http://127.0.0.1:${gatewayListening.port}`
    const hasher = createPasswordHasher(randomBytes)
    tokenEndpoints.serve(createTokenEndpoints(parts, around, { feed, gatewayUrl, hasher }))
    const served = await serveConsole(parts, around, {
      feed,
      gatewayUrl,
      opened,
      hasher,
      flushTokenUse: useWriter.flush,
      metrics,
    })
    return { ...served, gatewayUrl, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Addresses that callers may name this gateway by, in batches and links to entities. */
function gatewayOrigins({ gatewayUrl }: Config, port: number | undefined): readonly string[] {
  const local = port === undefined ? [] : [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  return gatewayUrl === undefined ? local : [new URL(gatewayUrl).origin, ...local]
}

/** The OAuth endpoints, for whoever listens on the gateway's port. */
function createTokenEndpoints(
  { config, tenants, storage: { db } }: Parts,
  around: Surroundings,
  { feed, gatewayUrl, hasher }: Pick<ConsoleNeeds, 'feed' | 'gatewayUrl' | 'hasher'>,
): (request: Request, socketAddress: string) => Promise<Response> {
  const { clientAddressHeader, resourceServers } = config
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant.oauth ?? OAUTH_DEFAULTS]))
  const oauth = createOAuth({
    ...around,
    db,
    hasher,
    issuer: gatewayUrl,
    settingsOf: (tenantId) => byId.get(tenantId) ?? OAUTH_DEFAULTS,
    anyPasswordGrant: tenants.some(({ oauth: settings }) => settings?.passwordGrant === true),
    resourceServers,
    awaitGateways: feed.catchUp,
  })
  return async (request, socketAddress) =>
    await oauth(request, {
      address: clientAddress(request.headers, { clientAddressHeader, socketAddress }),
    })
}

type ConsoleNeeds = {
  readonly feed: Feed
  readonly gatewayUrl: string
  readonly opened: Listening[]
  /** One for all: its memory and its queue are bounded. */
  readonly hasher: PasswordHasher
  readonly flushTokenUse: () => Promise<void>
  readonly metrics: Metrics
}

/** The control plane: pages, sign-in and admin API on one port. */
async function serveConsole(
  { config, tenants, storage: { db }, pagesDirectory, serverSecret: secret }: Parts,
  { now, randomBytes, log }: Surroundings,
  { feed, gatewayUrl, opened, hasher, flushTokenUse, metrics }: ConsoleNeeds,
): Promise<Pick<Running, 'consoleUrl' | 'madeManagementToken' | 'firstOperatorCode'>> {
  const { brand, singleSignOn } = config
  const https = config.consoleUrl?.startsWith('https://') ?? false
  const pages = createPages({ directory: pagesDirectory, brand, https, randomBytes })
  const server = await listenConsole({
    port: config.consolePort,
    clientAddressHeader: config.clientAddressHeader,
  })
  opened.push(server)
  const local = `http://127.0.0.1:${server.port}`
  const origins =
    config.consoleUrl === undefined ? [local, `http://localhost:${server.port}`] : [config.consoleUrl]
  const operators = createOperators({ db, now, randomBytes, log, hasher, secret, origins, singleSignOn })
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
    brandName: brand.name,
    singleSignOnName: singleSignOn?.name,
    flushTokenUse,
    readMetrics: metrics.read,
    confirm: async () => {
      await feed.catchUp()
      return { gateways: 1, confirmed: 1, elapsedMs: 0, pending: [] }
    },
    listGateways: async () => [],
  })
  const firstOperatorCode = await operators.firstOperatorCode()
  const madeManagementToken = await managementTokens.makeFirst()
  server.serve((request) =>
    new URL(request.url).pathname.startsWith('/api/') ? admin.fetch(request) : pages(request),
  )
  return { consoleUrl: config.consoleUrl ?? local, madeManagementToken, firstOperatorCode }
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
