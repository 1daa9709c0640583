import { existsSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { steadyPort } from '#test/support/steady-port.ts'
import { benchCatalogs, type Endpoint, restDocument } from './catalog.ts'
import type { Machine } from './machine.ts'
import { type Running, run, start } from './process.ts'
import type { Program } from './program.ts'
import { storeCredentials } from './stored.ts'
import { makeCredentials, type NewCredential } from './traffic.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const TENANT = 'tnt_bench'
const MANAGEMENT_TOKEN = 'a-token-for-the-bench'
/** A million credentials are read into memory before it listens. */
const MEMORY_MB = 12_000

/** Console, gateway and storage in one process, as `npm start` has it, with the whole decision for each call. */
export const STAGEDOOR: Program = {
  name: 'stagedoor',
  title: 'Stagedoor, the whole decision',
  needs: [],
  decides: true,
  start: async ({ machine, folder, upstreamPort }, port) =>
    await startStagedoor(machine, { folder, upstreamPort, port, consolePort: await steadyPort() }),
}

/** Makes its data directory: with the program itself, and the credentials put in while it does not run. */
export async function prepareStagedoor(
  machine: Machine,
  folder: string,
  count: number,
): Promise<{ readonly endpoints: readonly Endpoint[]; readonly credentials: readonly NewCredential[] }> {
  if (!existsSync(join(ROOT, 'console/dist/index.html')))
    await run([process.execPath, join(ROOT, 'console/scripts/build.ts')])
  const [port, consolePort] = [await steadyPort(), await steadyPort()]
  const first = await startStagedoor(machine, { folder, upstreamPort: 9, port, consolePort })
  const endpoints = await readEndpoints(consolePort)
  await first.stop()
  const path = join(folder, 'stagedoor-data/stagedoor.sqlite')
  return { endpoints, credentials: storeCredentials(path, TENANT, makeCredentials(endpoints, count)) }
}

async function readEndpoints(consolePort: number): Promise<readonly Endpoint[]> {
  const url = `http://127.0.0.1:${consolePort}/api/v1/tenants/${TENANT}/endpoints?limit=1000`
  const answer = await fetch(url, { headers: { authorization: `Bearer ${MANAGEMENT_TOKEN}` } })
  const { items } = await answer.json()
  return items
}

type Started = {
  readonly folder: string
  readonly upstreamPort: number
  readonly port: number
  readonly consolePort: number
}

async function startStagedoor(
  machine: Machine,
  { folder, upstreamPort, port, consolePort }: Started,
): Promise<Running> {
  const settings = join(folder, 'stagedoor.config.json')
  const rest = join(folder, 'rest.openapi.json')
  const catalogs = benchCatalogs(rest)
  writeFileSync(rest, JSON.stringify(restDocument()))
  writeFileSync(
    settings,
    JSON.stringify({
      catalogs: Object.fromEntries(catalogs.map(({ id, mount, document }) => [id, { mount, document }])),
      tenants: [
        {
          id: TENANT,
          name: 'Bench',
          edition: 'enterprise',
          upstreams: Object.fromEntries(
            catalogs.map(({ id }) => [id, { baseUrl: `http://127.0.0.1:${upstreamPort}` }]),
          ),
        },
      ],
    }),
  )
  const node = [process.execPath, `--max-old-space-size=${MEMORY_MB}`, join(ROOT, 'server/src/main.ts')]
  return await start({
    name: 'stagedoor',
    command: machine.pin('program', node),
    port,
    folder,
    env: {
      STAGEDOOR_CONFIG: settings,
      STAGEDOOR_DATA: join(folder, 'stagedoor-data'),
      STAGEDOOR_CONSOLE_PORT: String(consolePort),
      STAGEDOOR_GATEWAY_PORT: String(port),
      STAGEDOOR_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
    },
  })
}
