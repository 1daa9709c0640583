import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Config } from '#config/config.ts'
import { createHttpSource } from '#feed/http-source.ts'
import type { Storage } from '#storage/database.ts'
import { createHttpSink } from '#usage/http-sink.ts'
import { createControlPlane } from './control-plane.ts'
import { startDataPlane } from './data-plane.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { listenMetrics } from './metrics-server.ts'
import { createOAuthRelay } from './relay-oauth.ts'
import type { Served } from './serve-console.ts'
import type { Surroundings } from './surroundings.ts'

export type Parts = {
  readonly config: Config
  readonly tenants: readonly Tenant[]
  readonly dataDirectory: string
  readonly sandboxPort: number | undefined
}

/** Of a process that is a control plane. */
export type ControlParts = Parts & {
  readonly storage: Storage
  /** Folder of the console's built pages. */
  readonly pagesDirectory: string
  readonly serverSecret: string
}

export type Running = Partial<Omit<Served, 'oauth' | 'here'>> & {
  readonly gatewayUrl: string
  /** Where this process itself listens. */
  readonly here: { readonly console?: string; readonly gateway?: string }
  readonly close: () => Promise<void>
}

type Step = () => Promise<unknown> | void

/** Everything in one process, over one storage. Nothing stays listening if anything fails. */
export async function startAll(parts: ControlParts, around: Surroundings): Promise<Running> {
  return await undoing(async (undo) => {
    const metrics = await startMetrics(parts.config, undo)
    const control = await createControlPlane({ ...parts, metrics }, { ...around, now: parts.storage.now })
    undo(control.close)
    const data = await startDataPlane(
      {
        ...parts,
        metrics,
        source: control.source,
        useSink: control.useSink,
        shared: parts.storage.shared,
        keepsSnapshot: false,
        pageTokenSecret: parts.config.nodeTokens[0] ?? parts.serverSecret,
      },
      around,
    )
    undo(data.close)
    undo(() => Promise.all([data.stopServing(), control.stopServing()]))
    const { oauth, here, ...served } = await control.serve(data)
    data.serveOAuth(oauth)
    undo(() => {
      control.stopping()
      data.stopping()
    })
    return { ...served, gatewayUrl: data.gatewayUrl, here: { console: here, gateway: data.here } }
  })
}

/** A control plane, for gateways elsewhere. */
export async function startControl(parts: ControlParts, around: Surroundings): Promise<Running> {
  const { gatewayUrl } = parts.config
  if (gatewayUrl === undefined) throw new TypeError('a control plane needs gatewayUrl')
  return await undoing(async (undo) => {
    const metrics = await startMetrics(parts.config, undo)
    const control = await createControlPlane({ ...parts, metrics }, { ...around, now: parts.storage.now })
    undo(control.close)
    undo(control.stopServing)
    const { oauth: _, here, ...served } = await control.serve({ gatewayUrl, flushUse: async () => undefined })
    undo(control.stopping)
    return { ...served, gatewayUrl, here: { console: here } }
  })
}

/** A gateway that follows a control plane elsewhere. */
export async function startGateway(parts: Parts, around: Surroundings): Promise<Running> {
  const { controlUrls, nodeTokens } = parts.config
  const [nodeToken] = nodeTokens
  if (nodeToken === undefined) throw new TypeError('a gateway needs a node token')
  return await undoing(async (undo) => {
    const metrics = await startMetrics(parts.config, undo)
    const source = createHttpSource({ controlUrls, nodeToken, random: around.random })
    undo(source.close)
    const useSink = createHttpSink({ controlUrls, nodeToken })
    undo(useSink.close)
    const relay = createOAuthRelay({ controlUrls, nodeToken, log: around.log })
    undo(relay.close)
    const data = await startDataPlane(
      {
        ...parts,
        metrics,
        source,
        useSink,
        shared: true,
        keepsSnapshot: true,
        pageTokenSecret: nodeToken,
      },
      around,
    )
    undo(data.close)
    undo(data.stopServing)
    data.serveOAuth(relay.handle)
    undo(data.stopping)
    return { gatewayUrl: data.gatewayUrl, here: { gateway: data.here } }
  })
}

async function startMetrics({ metricsPort }: Config, undo: (step: Step) => void): Promise<Metrics> {
  const metrics = createMetrics()
  if (metricsPort !== undefined) undo((await listenMetrics(metricsPort, metrics)).close)
  return metrics
}

/** Steps that are undone in the opposite order: when it is closed, or where something fails on the way. */
async function undoing(
  start: (undo: (step: Step) => void) => Promise<Omit<Running, 'close'>>,
): Promise<Running> {
  const steps: Step[] = []
  const close = async (): Promise<void> => {
    for (const step of steps.splice(0).toReversed()) await step()
  }
  try {
    return { ...(await start((step) => steps.push(step))), close }
  } catch (error) {
    await close()
    throw error
  }
}
