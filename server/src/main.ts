import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { type Parts, type Running, startAll, startControl, startGateway } from './app.ts'
import { type Config, type ReadConfig, readConfig } from './config/config.ts'
import { greeting } from './greeting.ts'
import { type OpenedStorage, openStorage } from './open-storage.ts'
import { type SandboxProcess, startSandbox } from './sandbox-process.ts'
import { readServerSecret } from './server-secret.ts'
import { startSeveralGateways } from './several-gateways.ts'
import { findSupervisor, type Supervisor } from './supervised.ts'
import type { Surroundings } from './surroundings.ts'
import { loadTenants } from './tenants.ts'

// The only file that reads the environment, the clock and randomness, or writes to the terminal.

/** What the console's build leaves behind. */
const PAGES = resolve(import.meta.dirname, '../../console/dist')

const SECRET_MEMBERS = [
  'authorization',
  'apitoken',
  'cookie',
  'password',
  'secret',
  'secrets',
  'token',
  'value',
]

const asked = readArguments()
if (typeof asked === 'string') fail([asked])
else if (asked.supervised === true) await runSupervised()
else {
  const read = readSettings(asked)
  if (read.ok) await run(read.config)
  else fail(read.problems)
}

type Arguments = { readonly role?: string | undefined; readonly supervised?: boolean | undefined }

function readArguments(): Arguments | string {
  try {
    return parseArgs({ options: { role: { type: 'string' }, supervised: { type: 'boolean' } } }).values
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return `${said}. The only argument is --role all|control|gateway.`
  }
}

function readSettings({ role }: Arguments): ReadConfig {
  return readConfig({
    env: process.env,
    folder: process.cwd(),
    readText: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    args: { role },
  })
}

/** One of several gateways on a port: it has its settings from the first process, and its troubles are told by that one. */
async function runSupervised(): Promise<void> {
  const supervisor = await findSupervisor()
  if (supervisor) await run(supervisor.config, supervisor)
  else
    fail(['--supervised: Stagedoor itself starts processes so. STAGEDOOR_GATEWAY_PROCESSES says how many.'])
}

function fail(problems: readonly string[]): void {
  process.stderr.write(`Stagedoor does not start:\n${problems.map((problem) => `  ${problem}\n`).join('')}`)
  process.exitCode = 1
}

async function run(config: Config, supervisor?: Supervisor): Promise<void> {
  const { role, gatewayProcesses } = config
  const undo: (() => Promise<void> | void)[] = []
  const undoAll = once(async () => {
    for (const step of undo.splice(0).toReversed()) await step()
  })
  try {
    const around = surroundings(supervisor ? { gateway: config.nodeName } : null)
    const isSeveral = gatewayProcesses > 1 && supervisor === undefined
    // Each of several gateways reads the documents of the catalogs itself.
    const tenants = isSeveral ? [] : await loadTenants(config)
    const dataDirectory = resolve(config.data)
    const storage = await openStorage({ config, dataDirectory }, around)
    undo.push(storage.close)
    const sandbox = supervisor ? undefined : await startSandboxOf(config)
    if (sandbox) undo.push(sandbox.close)
    const sandboxPort = supervisor?.sandboxPort ?? sandbox?.port
    const parts = { config, tenants, dataDirectory, sandboxPort }
    const app = isSeveral
      ? await startSeveralGateways({ ...parts, program: import.meta.filename }, around)
      : await startRole(parts, around, storage)
    undo.push(app.close)
    const stop = (): void => void undoAll().then(() => process.exit(0))
    process.once('SIGINT', stop).once('SIGTERM', stop)
    if (supervisor) {
      supervisor.onStop(stop)
      supervisor.tell({ kind: 'ready', gatewayUrl: app.gatewayUrl, here: app.here.gateway ?? app.gatewayUrl })
      return
    }
    const exampleTenant = tenants.find(({ catalogs }) => catalogs.some(({ id }) => id === 'enterprise'))
    const exampleTenantId = sandbox ? exampleTenant?.id : undefined
    process.stdout.write(
      greeting({ ...app, role, gatewayProcesses, sandboxPort, dataDirectory, exampleTenantId }),
    )
  } catch (error) {
    const problems = [error instanceof Error ? error.message : String(error)]
    if (supervisor) supervisor.fail(problems)
    else fail(problems)
    await undoAll()
    supervisor?.leave()
  }
}

function surroundings(base: Readonly<Record<string, unknown>> | null): Surroundings {
  const log = pino(
    {
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      // Nothing of this is logged. Should somebody log it one day, it is not shown all the same.
      redact: { paths: SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`]), censor: '(withheld)' },
    },
    pino.destination({ fd: 2, sync: true }),
  )
  return { now: Date.now, monotonic: () => performance.now(), random: Math.random, randomBytes, log }
}

/** Of several signals to stop only the first begins anything, and the last waits for it too. */
function once(work: () => Promise<void>): () => Promise<void> {
  let begun: Promise<void> | undefined
  return () => {
    begun ??= work()
    return begun
  }
}

/** Calls are what leads there, and a control plane gets none. */
async function startSandboxOf(config: Config): Promise<SandboxProcess | undefined> {
  if (!config.sandbox || config.role === 'control') return undefined
  return await startSandbox({ port: config.sandboxPort, env: process.env }).catch((error: Error) => {
    throw new Error(`STAGEDOOR_SANDBOX_PORT: ${error.message}`)
  })
}

function startRole(parts: Parts, around: Surroundings, { storage }: OpenedStorage): Promise<Running> {
  if (!storage) return startGateway(parts, around)
  const serverSecret = readServerSecret({
    given: parts.config.serverSecret,
    dataDirectory: parts.dataDirectory,
    randomBytes,
  })
  const control = { ...parts, storage, serverSecret, pagesDirectory: PAGES }
  return parts.config.role === 'control' ? startControl(control, around) : startAll(control, around)
}
