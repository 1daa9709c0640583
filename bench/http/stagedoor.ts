import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { steadyPort } from '#test/support/steady-port.ts'
import { benchCatalogs, type Endpoint, restDocument } from './catalog.ts'
import type { Core, Machine } from './machine.ts'
import { type Running, run, start } from './process.ts'
import type { Program } from './program.ts'
import { storeCredentials } from './stored.ts'
import { makeCredentials, type NewCredential } from './traffic.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const TENANT = 'tnt_bench'
const MANAGEMENT_TOKEN = 'a-token-for-the-bench'
/** A million credentials are read into memory before a gateway decides. */
const MEMORY_MB = 12_000

/** So long may a gateway take to learn everything from its control plane. */
const READY_MS = 120_000

/** A gateway that follows a control plane, which runs beside the generators and has little to do. */
export const STAGEDOOR: Program = {
  name: 'stagedoor',
  title: 'Stagedoor, the whole decision',
  needs: [],
  decides: true,
  start: async ({ machine, folder, upstreamPort }, port) => {
    const parts = { folder, upstreamPort, port, consolePort: await steadyPort() }
    const control = await startRole(machine, 'control', parts)
    const gateway = await startRole(machine, 'gateway', parts).catch(async (error: unknown) => {
      await control.stop()
      throw error
    })
    const stop = async (): Promise<void> => {
      await gateway.stop()
      await control.stop()
    }
    if (await isReady(port)) return { ...gateway, stop }
    await stop()
    return { ...(await startRole(machine, 'all', parts)), note: FELL_BACK }
  },
}

const FELL_BACK = `Stagedoor was measured as one process of all parts, since its gateway had not learnt all credentials from its control plane within ${READY_MS / 1_000} s. Its writing of counted use to SQLite is in its figures.`

async function isReady(port: number): Promise<boolean> {
  const end = performance.now() + READY_MS
  while (performance.now() < end) {
    const { status } = await fetch(`http://127.0.0.1:${port}/readyz`)
    if (status === 200) return true
    await passed(100)
  }
  return false
}

/** Makes the data directory of the control plane: with the program itself, and the credentials put in while it does not run. */
export async function prepareStagedoor(
  machine: Machine,
  folder: string,
  count: number,
): Promise<{ readonly endpoints: readonly Endpoint[]; readonly credentials: readonly NewCredential[] }> {
  if (!existsSync(join(ROOT, 'console/dist/index.html')))
    await run([process.execPath, join(ROOT, 'console/scripts/build.ts')])
  const consolePort = await steadyPort()
  const first = await startRole(machine, 'control', { folder, upstreamPort: 9, port: 9, consolePort })
  const endpoints = await readEndpoints(consolePort)
  await first.stop()
  const path = join(folder, 'control-data/stagedoor.sqlite')
  return { endpoints, credentials: storeCredentials(path, TENANT, makeCredentials(endpoints, count)) }
}

async function readEndpoints(consolePort: number): Promise<readonly Endpoint[]> {
  const url = `http://127.0.0.1:${consolePort}/api/v1/tenants/${TENANT}/endpoints?limit=1000`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${MANAGEMENT_TOKEN}` } })
  const { items } = await answer.json()
  return items
}

type Parts = {
  readonly folder: string
  readonly upstreamPort: number
  /** Of the gateway. */
  readonly port: number
  readonly consolePort: number
}

async function startRole(
  machine: Machine,
  role: 'all' | 'control' | 'gateway',
  parts: Parts,
): Promise<Running> {
  const { folder, port, consolePort } = parts
  const core: Core = role === 'control' ? 'load' : 'program'
  const main = join(ROOT, 'server/src/main.ts')
  const node = [process.execPath, `--max-old-space-size=${MEMORY_MB}`, main, '--role', role]
  return await start({
    name: `stagedoor-${role}`,
    command: machine.pin(core, node),
    port: role === 'control' ? consolePort : port,
    folder,
    env: {
      STAGEDOOR_CONFIG: writeSettings(parts),
      STAGEDOOR_DATA: join(folder, role === 'gateway' ? 'gateway-data' : 'control-data'),
      STAGEDOOR_NODE_TOKEN: 'a-node-token-for-the-bench-of-32-and-more',
      STAGEDOOR_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
      STAGEDOOR_CONSOLE_PORT: String(consolePort),
      STAGEDOOR_GATEWAY_PORT: String(port),
      STAGEDOOR_GATEWAY_URL: `http://127.0.0.1:${port}`,
      ...(role === 'gateway' && { STAGEDOOR_CONTROL_URLS: `http://127.0.0.1:${consolePort}` }),
    },
  })
}

/** One tenant with three catalogs, whose upstream is everybody's. */
function writeSettings({ folder, upstreamPort }: Parts): string {
  const path = join(folder, 'stagedoor.config.json')
  const rest = join(folder, 'rest.openapi.json')
  const catalogs = benchCatalogs(rest)
  const upstreams = catalogs.map(({ id }) => [id, { baseUrl: `http://127.0.0.1:${upstreamPort}` }])
  writeFileSync(rest, JSON.stringify(restDocument()))
  const settings = {
    catalogs: Object.fromEntries(catalogs.map(({ id, mount, document }) => [id, { mount, document }])),
    tenants: [{ id: TENANT, name: 'Bench', edition: 'enterprise', upstreams: Object.fromEntries(upstreams) }],
  }
  writeFileSync(path, JSON.stringify(settings))
  return path
}
