import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Config } from '#config/config.ts'
import { metricsPortOf } from '#config/pieces.ts'
import type { Running } from './app.ts'
import type { Begun } from './gateway-process.ts'
import { keepGateway } from './kept-gateway.ts'
import { findPortToShare } from './shared-port.ts'
import type { Surroundings } from './surroundings.ts'

export type SeveralGatewaysParts = {
  readonly config: Config
  /** Each gateway has a directory of its own in it. */
  readonly dataDirectory: string
  readonly sandboxPort: number | undefined
  /** Path of the program that each of them runs. */
  readonly program: string
}

/**
 * As many gateways as `gatewayProcesses`, each in a process of its own and all on one port (and one for decisions): the system
 * shares out connections (SO_REUSEPORT). Each follows control planes itself, and receipts count each. Rejects, with the words of the first that cannot
 * start, once all have ended.
 */
export async function startSeveralGateways(
  { config, dataDirectory, sandboxPort, program }: SeveralGatewaysParts,
  { log, monotonic }: Surroundings,
): Promise<Running> {
  const ports = await findPorts(config)
  const kept = Array.from({ length: config.gatewayProcesses }, (_, index) => {
    const own = configOfProcess({ ...config, ...ports, data: dataDirectory }, index + 1)
    const assignment = { kind: 'assignment', config: own, sandboxPort } as const
    return keepGateway({ program, assignment, name: own.nodeName ?? '', log, monotonic })
  })
  const close = async (): Promise<void> => void (await Promise.all(kept.map((each) => each.close())))
  try {
    const [first] = await Promise.all(kept.map(async ({ start }) => begunOrThrow(await start())))
    if (first === undefined) throw new TypeError('there is at least one process')
    return { gatewayUrl: first.gatewayUrl, here: { gateway: first.here }, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Ports = Pick<Config, 'gatewayPort' | 'decisionsPort'>

/** The ports that all of them listen on. */
async function findPorts({ gatewayHost, decisions, ...wanted }: Config): Promise<Ports> {
  const gatewayPort = await findPortToShare({
    port: wanted.gatewayPort,
    host: gatewayHost,
    setting: 'STAGEDOOR_GATEWAY_PORT',
  })
  if (wanted.decisionsPort === undefined) return { gatewayPort, decisionsPort: undefined }
  const decisionsPort = await findPortToShare({
    port: wanted.decisionsPort,
    host: decisions.address,
    setting: 'STAGEDOOR_DECISIONS_PORT',
  })
  return { gatewayPort, decisionsPort }
}

function begunOrThrow(begun: Begun): Extract<Begun, { readonly ok: true }> {
  if (!begun.ok) throw new Error(begun.problems.join('\n  '))
  return begun
}

/** Settings of one of the processes, from 1 on. Its directory and name are the same at every start. */
function configOfProcess(config: Config, number: number): Config {
  const { data, nodeName = hostname(), metricsPort } = config
  return {
    ...config,
    data: join(data, `gateway-${number}`),
    nodeName: `${nodeName}-${number}`,
    metricsPort: metricsPort === undefined ? undefined : metricsPortOf(metricsPort, number),
  }
}
