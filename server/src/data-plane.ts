import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Knowledge } from '@stagedoor/core/knowledge.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Config } from '#config/config.ts'
import type { ChangeSource } from '#feed/change-source.ts'
import { createFollower, type Follower } from '#feed/follower.ts'
import { readNodeIdentity } from '#feed/node-identity.ts'
import { createPolicy, type Policy } from '#policy/policy.ts'
import type { UseSink } from '#usage/use-batch.ts'
import { createUseCounter, type UseCounter } from '#usage/use-counter.ts'
import { createUseSpool, type UseSpool } from '#usage/use-spool.ts'
import { configDigest, maxStaleById } from './config-digest.ts'
import { schemeOf } from './gateway-tls.ts'
import { createHealth } from './health.ts'
import type { Metrics } from './metrics.ts'
import type { OAuthHandler } from './oauth-handler.ts'
import { serveGateway } from './serve-gateway.ts'
import type { Surroundings } from './surroundings.ts'
import { createUpstreamTable } from './tenants.ts'

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
    const serving = await serveGateway(parts, around, {
      policy,
      follower,
      knowledgeOf: knowledgeOf(parts, follower),
      counter,
      upstreams,
      health,
    })
    const here = addressOf(config, serving.port)
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

/** Where this machine's programs reach it. */
function addressOf(config: Config, port: number): string {
  const { gatewayHost: host } = config
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `${schemeOf(config)}://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
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
