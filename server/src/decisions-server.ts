import type { Config } from '#config/config.ts'
import { createDecisions } from '#decisions/decisions.ts'
import type { RuleDeps } from '#decisions/deps.ts'
import { createTrust } from '#decisions/trusted-proxies.ts'
import { type Listening, listen } from './listen.ts'

/** Answers proxies that ask about calls, where the settings open a port for them; undefined where they do not. */
export async function listenDecisions(
  { decisionsPort: port, decisions, gatewayProcesses }: Config,
  deps: RuleDeps,
): Promise<Listening | undefined> {
  if (port === undefined) return undefined
  const { callIn, trustedProxies, address } = decisions
  const server = createDecisions({ ...deps, callIn, isTrusted: createTrust(trustedProxies) })
  const reusePort = gatewayProcesses > 1
  return await listen(server, { port, address, reusePort, setting: 'STAGEDOOR_DECISIONS_PORT' })
}
