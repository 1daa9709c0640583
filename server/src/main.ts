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

const read = readSettings()
if (read.ok) await run(read.config)
else fail(read.problems)

function readSettings(): ReadConfig {
  const sources = {
    env: process.env,
    folder: process.cwd(),
    readText: (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  }
  try {
    const { values } = parseArgs({ options: { role: { type: 'string' } } })
    return readConfig({ ...sources, args: values })
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return { ok: false, problems: [`${said}. The only argument is --role all|control|gateway.`] }
  }
}

function fail(problems: readonly string[]): void {
  process.stderr.write(`Stagedoor does not start:\n${problems.map((problem) => `  ${problem}\n`).join('')}`)
  process.exitCode = 1
}

async function run(config: Config): Promise<void> {
  const undo: (() => Promise<void> | void)[] = []
  const undoAll = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step()
  }
  try {
    const log = pino(
      {
        base: null,
        timestamp: pino.stdTimeFunctions.isoTime,
        // Nothing of this is logged. Should somebody log it one day, it is not shown all the same.
        redact: { paths: SECRET_MEMBERS.flatMap((name) => [name, `*.${name}`]), censor: '(withheld)' },
      },
      pino.destination({ fd: 2, sync: true }),
    )
    const around: Surroundings = {
      now: Date.now,
      monotonic: () => performance.now(),
      random: Math.random,
      randomBytes,
      log,
    }
    const tenants = await loadTenants(config)
    const dataDirectory = resolve(config.data)
    const storage = await openStorage({ config, dataDirectory }, around)
    undo.push(storage.close)
    // Calls are what leads there, and a control plane gets none.
    const sandbox: SandboxProcess | undefined =
      config.sandbox && config.role !== 'control'
        ? await startSandbox({ port: config.sandboxPort, env: process.env }).catch((error: Error) => {
            throw new Error(`STAGEDOOR_SANDBOX_PORT: ${error.message}`)
          })
        : undefined
    if (sandbox) undo.push(sandbox.close)
    const sandboxPort = sandbox?.port
    const app = await startRole({ config, tenants, dataDirectory, sandboxPort }, around, storage)
    undo.push(app.close)
    const stop = (): void => void undoAll().then(() => process.exit(0))
    process.once('SIGINT', stop).once('SIGTERM', stop)
    const exampleTenant = tenants.find(({ catalogs }) => catalogs.some(({ id }) => id === 'enterprise'))
    process.stdout.write(
      greeting({
        ...app,
        role: config.role,
        sandboxPort,
        dataDirectory,
        exampleTenantId: sandbox ? exampleTenant?.id : undefined,
      }),
    )
  } catch (error) {
    fail([error instanceof Error ? error.message : String(error)])
    await undoAll()
  }
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
