import type { Knowledge } from '@stagedoor/core/knowledge.ts'
import type { Config } from '#config/config.ts'
import type { Follower } from '#feed/follower.ts'
import { answerProblemWith } from '#gateway/answer-problem.ts'
import type { ExchangeDeps } from '#gateway/call.ts'
import type { HandleCall } from '#gateway/caller/caller-call.ts'
import { createCallerListener } from '#gateway/caller/caller-listener.ts'
import { createGateway } from '#gateway/gateway.ts'
import { createPageTokens } from '#gateway/odata/page-tokens.ts'
import { createODataServices } from '#gateway/odata/services.ts'
import { createRequestIds } from '#gateway/request-ids.ts'
import { OAUTH_PATHS } from '#oauth/oauth.ts'
import type { Policy } from '#policy/policy.ts'
import type { UseCounter } from '#usage/use-counter.ts'
import { clientAddress } from './client-address.ts'
import type { DataPlaneParts } from './data-plane.ts'
import { listenDecisions } from './decisions-server.ts'
import { readTls, schemeOf } from './gateway-tls.ts'
import { HEALTH_PATHS, type Health } from './health.ts'
import { type Listening, whyNot } from './listen.ts'
import type { OAuthHandler } from './oauth-handler.ts'
import type { Surroundings } from './surroundings.ts'
import type { UpstreamTable } from './tenants.ts'

export type GatewayParts = {
  readonly policy: Policy
  readonly follower: Follower
  readonly knowledgeOf: (tenantId: string | undefined) => Knowledge
  readonly counter: UseCounter
  readonly upstreams: UpstreamTable
  readonly health: Health
}

export type Serving = Listening & { readonly serveOAuth: (oauth: OAuthHandler) => void }

/** Calls, the OAuth endpoints and health, on one port. */
export async function serveGateway(
  parts: DataPlaneParts,
  around: Surroundings,
  { policy, follower, knowledgeOf, counter, upstreams, health }: GatewayParts,
): Promise<Serving> {
  const { config, metrics } = parts
  const { randomBytes, log } = around
  const { clientAddressHeader } = config
  const { promise: oauth, resolve: serveOAuth } = Promise.withResolvers<OAuthHandler>()
  let port: number | undefined
  const deps: ExchangeDeps = {
    policy,
    knowledgeOf,
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
    requestId: createRequestIds(randomBytes),
    log,
  }
  const handle = createGateway(deps, {
    paths: new Set([...OAUTH_PATHS, ...HEALTH_PATHS]),
    handle: async (request, caller) => {
      const { pathname } = new URL(request.url)
      if (HEALTH_PATHS.some((path) => path === pathname)) return await health.answer(request)
      const address = clientAddress(request.headers, { clientAddressHeader, socketAddress: caller.address })
      return await (await oauth)(request, { address })
    },
  })
  const listening = await listenForCallers(config, around, handle)
  ;({ port } = listening)
  const decisions = await listenDecisions(config, deps).catch(async (error: unknown) => {
    await listening.close()
    throw error
  })
  const close = async (): Promise<void> => void (await Promise.all([listening.close(), decisions?.close()]))
  return { port: listening.port, close, serveOAuth }
}

/** Addresses that callers may name this gateway by, in batches and links to entities. */
function gatewayOrigins(config: Config, port: number | undefined): readonly string[] {
  const scheme = schemeOf(config)
  const local = port === undefined ? [] : [`${scheme}://127.0.0.1:${port}`, `${scheme}://localhost:${port}`]
  const { gatewayUrl } = config
  return gatewayUrl === undefined ? local : [new URL(gatewayUrl).origin, ...local]
}

async function listenForCallers(
  config: Config,
  { now, monotonic, randomBytes, log }: Surroundings,
  handle: HandleCall,
): Promise<Listening> {
  const { gatewayHost, gatewayPort, gatewayProcesses } = config
  const tls = readTls(config)
  const listener = createCallerListener({
    handle,
    answerProblem: answerProblemWith({ randomBytes, log }),
    onFault: (error) => log.error({ err: error }, 'a connection broke'),
    clocks: { now, monotonic },
    ...(tls && { tls }),
  })
  try {
    const { port } = await listener.listen({
      port: gatewayPort,
      host: gatewayHost,
      reusePort: gatewayProcesses > 1,
    })
    return { port, close: listener.close }
  } catch (error) {
    throw new Error(whyNot(error, { port: gatewayPort, setting: 'STAGEDOOR_GATEWAY_PORT' }), { cause: error })
  }
}
