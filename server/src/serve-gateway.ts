import type { Knowledge } from '@stagedoor/core/knowledge.ts'
import type { Config } from '#config/config.ts'
import type { Follower } from '#feed/follower.ts'
import { answerProblemWith } from '#gateway/answer-problem.ts'
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
import { HEALTH_PATHS, type Health } from './health.ts'
import { HOST, type Listening, whyNot } from './listen.ts'
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
  const handle = createGateway(
    {
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
    },
    {
      paths: new Set([...OAUTH_PATHS, ...HEALTH_PATHS]),
      handle: async (request, caller) => {
        const { pathname } = new URL(request.url)
        if (HEALTH_PATHS.some((path) => path === pathname)) return await health.answer(request)
        const address = clientAddress(request.headers, { clientAddressHeader, socketAddress: caller.address })
        return await (await oauth)(request, { address })
      },
    },
  )
  const listening = await listenForCallers(config, around, handle)
  ;({ port } = listening)
  return { ...listening, serveOAuth }
}

/** Addresses that callers may name this gateway by, in batches and links to entities. */
function gatewayOrigins({ gatewayUrl }: Config, port: number | undefined): readonly string[] {
  const local = port === undefined ? [] : [`http://127.0.0.1:${port}`, `http://localhost:${port}`]
  return gatewayUrl === undefined ? local : [new URL(gatewayUrl).origin, ...local]
}

async function listenForCallers(
  { gatewayPort, gatewayProcesses }: Config,
  { now, monotonic, randomBytes, log }: Surroundings,
  handle: HandleCall,
): Promise<Listening> {
  const listener = createCallerListener({
    handle,
    answerProblem: answerProblemWith({ randomBytes, log }),
    onFault: (error) => log.error({ err: error }, 'a connection broke'),
    clocks: { now, monotonic },
  })
  try {
    const { port } = await listener.listen({
      port: gatewayPort,
      host: HOST,
      reusePort: gatewayProcesses > 1,
    })
    return { port, close: listener.close }
  } catch (error) {
    throw new Error(whyNot(error, { port: gatewayPort, setting: 'STAGEDOOR_GATEWAY_PORT' }), { cause: error })
  }
}
