import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Knowledge } from '@stagedoor/core/knowledge.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Config } from '#config/config.ts'
import type { ChangeSource } from '#feed/change-source.ts'
import { createFollower, type Follower } from '#feed/follower.ts'
import { readNodeIdentity } from '#feed/node-identity.ts'
import type { ExchangeDeps } from '#gateway/call.ts'
import { createGateway } from '#gateway/gateway.ts'
import { createPageTokens } from '#gateway/odata/page-tokens.ts'
import { createODataServices } from '#gateway/odata/services.ts'
import { OAUTH_PATHS } from '#oauth/oauth.ts'
import { createPolicy, type Policy } from '#policy/policy.ts'
import type { UseSink } from '#usage/use-batch.ts'
import { createUseCounter, type UseCounter } from '#usage/use-counter.ts'
import { createUseSpool, type UseSpool } from '#usage/use-spool.ts'
import { clientAddress } from './client-address.ts'
import { configDigest, maxStaleById } from './config-digest.ts'
import { listenDecisions } from './decisions-server.ts'
import { createHealth, HEALTH_PATHS, type Health } from './health.ts'
import { type Listening, listen } from './listen.ts'
import type { Metrics } from './metrics.ts'
import type { OAuthHandler } from './oauth-handler.ts'
import { openLater } from './open-later.ts'
import type { Surroundings } from './surroundings.ts'
import { createUpstreamTable, type UpstreamTable } from './tenants.ts'

export type DataPlane = {
  readonly gatewayUrl: string
  /** Where it listens itself. */
  readonly here: string
  /** From now on the OAuth endpoints are answered; what came before has waited. */
  readonly serveOAuth: (oauth: OAuthHandler) => void
  /** Writes what was counted until now. */
  readonly flushUse: () => Promise<void>
  /** Others are to be asked from now on. */
  readonly stopping: () => void
  /** Waits for answers that have begun. */
  readonly stopServing: () => Promise<void>
  readonly close: () => Promise<void>
}

export type DataPlaneParts = {
  readonly config: Config
  readonly tenants: readonly Tenant[]
  readonly source: ChangeSource
  readonly useSink: UseSink
  /** Whether changes can be made that its source does not tell it of: by another process. */
  readonly shared: boolean
  /** Keeps the snapshot where it is to outlive its control plane. */
  readonly keepsSnapshot: boolean
  readonly dataDirectory: string
  readonly pageTokenSecret: string
  readonly sandboxPort: number | undefined
  readonly metrics: Metrics
}

/** The gateway of this process, listening. Nothing stays listening if anything fails. */
export async function startDataPlane(parts: DataPlaneParts, around: Surroundings): Promise<DataPlane> {
  const { config, tenants, useSink, metrics, dataDirectory } = parts
  const { now, log } = around
  const policy = createPolicy(tenants)
  const follower = followSource(parts, policy, around)
  const upstreams = createUpstreamTable(config, { sandboxPort: parts.sandboxPort, now })
  const counter = createUseCounter()
  const spool = createUseSpool({
    directory: join(dataDirectory, 'use'),
    counter,
    sink: useSink,
    nodeId: () => follower.nodeId(),
    now: follower.now,
    log,
  })
  measure(metrics, { follower, counter, spool })
  const close = async (): Promise<void> => {
    await spool.close()
    await follower.close()
    await upstreams.close()
  }
  try {
    await follower.start()
    const health = createHealth(() => readiness(parts, follower))
    const serving = await serveGateway(parts, around, { policy, follower, counter, upstreams, health })
    const here = `http://127.0.0.1:${serving.port}`
    return {
      here,
      gatewayUrl: config.gatewayUrl ?? here,
      serveOAuth: serving.serveOAuth,
      flushUse: spool.flush,
      stopping: health.stopping,
      stopServing: serving.close,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A gateway without another process's changes to miss knows everything that is committed, however busy it is. */
function knowledgeOf(
  { shared }: DataPlaneParts,
  follower: Follower,
): (tenantId: string | undefined) => Knowledge {
  if (shared) return follower.knowledgeOf
  return (tenantId) => (follower.knowledgeOf(tenantId) === 'absent' ? 'absent' : 'current')
}

function readiness({ tenants, shared }: DataPlaneParts, follower: Follower): string | undefined {
  const { isLoaded } = follower.state()
  if (!isLoaded) return 'It has not learnt yet what to decide by.'
  if (shared && tenants.every(({ id }) => follower.knowledgeOf(id) === 'stale'))
    return 'It has heard from no control plane for too long.'
  return undefined
}

type Within = {
  readonly policy: Policy
  readonly follower: Follower
  readonly counter: UseCounter
  readonly upstreams: UpstreamTable
  readonly health: Health
}

type Serving = Listening & { readonly serveOAuth: (oauth: OAuthHandler) => void }

/** Calls, the OAuth endpoints and health, on one port. */
async function serveGateway(
  parts: DataPlaneParts,
  { randomBytes, log }: Surroundings,
  { policy, follower, counter, upstreams, health }: Within,
): Promise<Serving> {
  const { config, metrics } = parts
  const { clientAddressHeader } = config
  const besides = openLater()
  const { promise: oauth, resolve: serveOAuth } = Promise.withResolvers<OAuthHandler>()
  besides.serve(async (request, socketAddress) => {
    const { pathname } = new URL(request.url)
    if (HEALTH_PATHS.some((path) => path === pathname)) return await health.answer(request)
    const address = clientAddress(request.headers, { clientAddressHeader, socketAddress })
    return await (await oauth)(request, { address })
  })
  let port: number | undefined
  const deps: ExchangeDeps = {
    policy,
    knowledgeOf: knowledgeOf(parts, follower),
    upstreamOf: upstreams.find,
    odata: createODataServices({
      origins: () => gatewayOrigins(config, port),
      publicOrigin: config.gatewayUrl === undefined ? undefined : new URL(config.gatewayUrl).origin,
      pageTokens: createPageTokens(parts.pageTokenSecret),
    }),
    use: counter,
    alarms: metrics.alarms,
    now: follower.now,
    randomBytes,
    log,
  }
  const gateway = createGateway(deps, { paths: [...OAUTH_PATHS, ...HEALTH_PATHS], handle: besides.handle })
  const listening = await listen(gateway, { port: config.gatewayPort, setting: 'STAGEDOOR_GATEWAY_PORT' })
  ;({ port } = listening)
  const decisions = await listenDecisions(config, deps).catch(async (error: unknown) => {
    await listening.close()
    throw error
  })
  const close = async (): Promise<void> => void (await Promise.all([listening.close(), decisions?.close()]))
  return { port: listening.port, close, serveOAuth }
}

/** Addresses that callers may name this gateway by, in batches and links to entities. */
function gatewayOrigins({ gatewayUrl }: Config, port: number | undefined): readonly string[] {
  const local = port === undefined ? [] : [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  return gatewayUrl === undefined ? local : [new URL(gatewayUrl).origin, ...local]
}

type Measured = { readonly follower: Follower; readonly counter: UseCounter; readonly spool: UseSpool }

function measure({ gauge, total }: Metrics, { follower, counter, spool }: Measured): void {
  const { state } = follower
  gauge('control_plane_connected', 'Whether a control plane answers: 1 or 0.', () =>
    Number(state().isConnected),
  )
  gauge(
    'snapshot_age_seconds',
    'For how long something may have changed without being known here.',
    () => state().ageMs / 1000,
  )
  gauge('feed_position', 'The newest change that is decided by.', () => state().appliedSeq)
  gauge(
    'feed_lag_changes',
    'Changes that are known to exist and are not decided by yet.',
    () => state().lagChanges,
  )
  gauge('clock_skew_seconds', "This machine's clock minus the control plane's.", () => state().skewMs / 1000)
  gauge('credentials', 'Credentials that are known here, deleted ones among them.', () => state().credentials)
  total('feed_connections_total', 'Attempts to connect to a control plane.', () => state().connections)
  total('feed_snapshots_total', 'How often everything was loaded anew.', () => state().snapshots)
  total('feed_damaged_total', 'Messages that could not be trusted.', () => state().damagedMessages)
  total(
    'kept_files_damaged_total',
    'Files of an earlier start that could not be trusted.',
    () => state().damagedFiles,
  )
  total(
    'kept_files_failures_total',
    'What could not be written for the next start.',
    () => state().fileFailures,
  )
  total('calls_nobodys_total', 'Calls of which nobody knows whose they were.', () => counter.totals().nobodys)
  total(
    'use_uncounted_calls_total',
    'Calls for whose count there was no room in memory.',
    () => counter.totals().uncounted,
  )
  total(
    'use_dropped_calls_total',
    'Counted calls that were dropped before a control plane had them.',
    () => spool.totals().droppedCalls,
  )
  total(
    'use_damaged_batches_total',
    'Batches of counted use that were put aside: damaged on the disk, or refused by a control plane.',
    () => spool.totals().damagedBatches,
  )
  gauge('use_waiting_bytes', 'Counted use that no control plane has yet.', () => spool.totals().waitingBytes)
}

function followSource(
  { config, tenants, source, keepsSnapshot, dataDirectory }: DataPlaneParts,
  policy: Policy,
  { now, monotonic, randomBytes, log }: Surroundings,
): Follower {
  return createFollower({
    source,
    policy,
    identity: readNodeIdentity({
      dataDirectory,
      name: config.nodeName ?? hostname(),
      host: hostname(),
      randomBytes,
    }),
    configDigest: configDigest(tenants, config),
    dataDirectory: keepsSnapshot ? dataDirectory : undefined,
    maxStaleMs: maxStaleById(config),
    monotonic,
    wall: now,
    randomBytes,
    log,
  })
}
