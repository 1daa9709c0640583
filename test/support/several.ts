import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { NODE_TOKEN } from './cluster.ts'
import { type Member, makeMember } from './member.ts'
import { PLAIN, plainConfig } from './plain-config.ts'
import { ROOT, temporaryFolder } from './stagedoor.ts'
import { steadyPort } from './steady-port.ts'

/** A control plane over SQLite, and a gateway of several processes that follow it. Nothing is started yet. */
export type Several = {
  readonly control: Member
  readonly gateway: Member
  readonly gatewayPort: number
  /** Of the first process; the next ones have the next ports. */
  readonly metricsPort: number
  /** Path of the catalog's document, which is there for these processes alone. */
  readonly document: string
  readonly admin: (method: string, path: string, body?: object) => Promise<any>
  /** What the admin API says of gateways. */
  readonly listed: () => Promise<readonly ListedGateway[]>
  /** Process ids of the gateways, as their directories tell them; NaN: none. */
  readonly pids: () => readonly number[]
  /** Calls of unknown tokens that each process has counted. */
  readonly counted: () => Promise<readonly number[]>
  readonly close: () => Promise<void>
}

export type ListedGateway = { readonly id: string; readonly name: string; readonly state: string }

const MANAGEMENT_TOKEN = 'a-management-token-of-several-processes'

/** Where a port for decisions is asked for, proxies on this machine may ask there. */
export async function makeSeveral(
  processes: number,
  upstreamUrl: string,
  { decisionsPort }: { readonly decisionsPort?: number } = {},
): Promise<Several> {
  const folder = temporaryFolder()
  const document = join(folder, 'enterprise.openapi.json')
  copyFileSync(join(ROOT, 'catalogs/enterprise.openapi.json'), document)
  const config = {
    ...plainConfig({ enterprise: { baseUrl: upstreamUrl } }),
    catalogs: { enterprise: { document, mount: '/enterprise/connect/api' } },
    ...(decisionsPort !== undefined && { decisionsPort, decisions: { trustedProxies: ['127.0.0.1'] } }),
  }
  const [consolePort, controlMetricsPort, gatewayPort] = [
    await steadyPort(),
    await steadyPort(),
    await steadyPort(),
  ]
  // The ports after it are as free as it is, but for a rare chance: then the start says so.
  const metricsPort = await steadyPort()
  const control = makeMember({
    name: 'control',
    folder: makeFolder(folder, 'control'),
    port: consolePort,
    metricsPort: controlMetricsPort,
    config,
    env: {
      STAGEDOOR_ROLE: 'control',
      STAGEDOOR_CONSOLE_PORT: String(consolePort),
      STAGEDOOR_NODE_TOKEN: NODE_TOKEN,
      STAGEDOOR_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
      STAGEDOOR_GATEWAY_URL: `http://127.0.0.1:${gatewayPort}`,
    },
  })
  const gateway = makeMember({
    name: 'gateway',
    folder: makeFolder(folder, 'gateway'),
    port: gatewayPort,
    metricsPort,
    config,
    env: severalEnv({ processes, gatewayPort, controlUrl: control.url }),
  })
  const directories = Array.from({ length: processes }, (_, index) => `gateway-${index + 1}`)
  const admin: Several['admin'] = async (method, path, body) => {
    const answer = await fetch(control.url + (path.startsWith('/api/') ? path : PLAIN + path), {
      method,
      headers: {
        authorization: `Bearer ${MANAGEMENT_TOKEN}`,
        'if-match': '*',
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return JSON.parse(await answer.text())
  }
  return {
    control,
    gateway,
    gatewayPort,
    metricsPort,
    document,
    admin,
    listed: async () => (await admin('GET', '/api/v1/gateways')).items,
    pids: () => directories.map((name) => readPid(join(gateway.dataDirectory, name, 'stagedoor.pid'))),
    counted: () => Promise.all(directories.map((_, index) => countedBy(metricsPort + index))),
    close: async () => {
      await gateway.end()
      await control.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** What makes a process several gateways on one port. */
export function severalEnv(of: {
  readonly processes: number
  readonly gatewayPort: number
  readonly controlUrl: string
}): Readonly<Record<string, string>> {
  return {
    STAGEDOOR_ROLE: 'gateway',
    STAGEDOOR_GATEWAY_PROCESSES: String(of.processes),
    STAGEDOOR_GATEWAY_PORT: String(of.gatewayPort),
    STAGEDOOR_CONTROL_URLS: of.controlUrl,
    STAGEDOOR_NODE_TOKEN: NODE_TOKEN,
    STAGEDOOR_NODE_NAME: 'hall',
  }
}

/** A call over a connection of its own: the system chooses anew which process has it. */
export function callAnew(
  url: string,
  token: string,
): Promise<{ readonly status: number; readonly text: string; readonly isWhole: boolean }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` }
    const sent = request(url, { agent: false, headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
      })
      answer.on('error', () => undefined)
      answer.once('close', () => resolve({ status: answer.statusCode ?? 0, text, isWhole: answer.complete }))
    })
    sent.on('error', reject).end()
  })
}

/** Waits until it holds. The test's own limit ends a wait for what never comes. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await passed(20)
}

/** Whether a process has ended, and its parent knows. */
export function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return false
  } catch {
    return true
  }
}

function makeFolder(parent: string, name: string): string {
  const folder = join(parent, name)
  mkdirSync(folder)
  return folder
}

function readPid(path: string): number {
  try {
    return Number(readFileSync(path, 'utf8'))
  } catch {
    // Not 0: a signal to that goes to the tests themselves.
    return Number.NaN
  }
}

async function countedBy(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^stagedoor_calls_nobodys_total(?:\{[^}]*\})? (\S+)$/m.exec(text)?.[1] ?? 'NaN')
}
