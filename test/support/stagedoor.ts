import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/** The repository's root: the program under test is started from here, as `npm start` does it. */
export const ROOT = resolve(import.meta.dirname, '../..')

/** A running Stagedoor, in a process of its own, as a user would have it. */
export type Stagedoor = {
  readonly admin: (method: string, path: string, body?: unknown, headers?: Headers) => Promise<Answer>
  readonly call: (path: string, init?: CallInit) => Promise<Answer>
  readonly adminUrl: string
  /** The link that makes the first operator; empty once there is one. */
  readonly welcomeUrl: string
  readonly gatewayUrl: string
  readonly sandboxUrl: string
  readonly token: string
  readonly folder: string
  readonly dataDirectory: string
  readonly pid: number | undefined
  /** Everything that it has written to the terminal. */
  readonly output: () => string
  readonly stop: () => Promise<void>
  /** SIGKILL: no chance to tidy up. */
  readonly kill: () => Promise<void>
}

type Headers = Readonly<Record<string, string>>
type CallInit = {
  readonly method?: string
  readonly token?: string
  readonly headers?: Headers
  readonly body?: string
}

export type Answer = {
  readonly status: number
  readonly headers: globalThis.Headers
  readonly text: string
  /** The body as JSON; a body that is none fails the test that looks at it. */
  readonly json: any
}

export type StartOptions = {
  readonly folder?: string
  readonly env?: Readonly<Record<string, string>>
  /** Contents of stagedoor.config.json; without it the repository's own is used. */
  readonly config?: object
}

/** A folder that is new and empty. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'stagedoor-test-'))
}

/** Starts the program and waits for its greeting. Rejects with its output where it ends before that. */
export async function startStagedoor(options: StartOptions = {}): Promise<Stagedoor> {
  const folder = options.folder ?? temporaryFolder()
  const { child, output } = spawnStagedoor(folder, options)
  await until(() => output().includes('Stagedoor is open.') && output().includes('Data '), child, output)
  const find = (pattern: RegExp): string => pattern.exec(output())?.[1] ?? ''
  const adminUrl = find(/Console +(https?:\/\/\S+)/)
  const gatewayUrl = find(/Gateway +(https?:\/\/[\d.:]+)/)
  const token =
    options.env?.['STAGEDOOR_MANAGEMENT_TOKEN'] ?? (find(/^ {2}(sd_mgt_\S+)$/m) || readToken(folder))
  writeFileSync(join(folder, 'token-of-the-test'), token)
  return {
    adminUrl,
    welcomeUrl: find(/^ {2}(http\S+\/welcome#\S+)$/m),
    gatewayUrl,
    sandboxUrl: find(/Sandbox +(http:\/\/[\d.:]+)/),
    token,
    folder,
    dataDirectory: join(folder, 'data'),
    pid: child.pid,
    output,
    admin: (method, path, body, headers = {}) =>
      ask(`${adminUrl}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    call: (path, { method = 'GET', token: presented, headers = {}, body } = {}) =>
      ask(`${gatewayUrl}${path}`, {
        method,
        headers: { ...(presented !== undefined && { authorization: `Bearer ${presented}` }), ...headers },
        redirect: 'manual',
        ...(body !== undefined && { body }),
      }),
    stop: async () => {
      await end(child, 'SIGTERM')
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
    kill: () => end(child, 'SIGKILL'),
  }
}

/** Starts the program without waiting for anything. */
export function spawnStagedoor(
  folder: string,
  { env = {}, config }: StartOptions,
): { readonly child: ChildProcess; readonly output: () => string } {
  const path =
    config === undefined ? join(ROOT, 'stagedoor.config.json') : join(folder, 'stagedoor.config.json')
  if (config !== undefined) writeFileSync(path, JSON.stringify(config))
  const child = spawn(process.execPath, [join(ROOT, 'server/src/main.ts')], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      STAGEDOOR_CONFIG: path,
      STAGEDOOR_DATA: join(folder, 'data'),
      STAGEDOOR_CONSOLE_PORT: '0',
      STAGEDOOR_GATEWAY_PORT: '0',
      STAGEDOOR_SANDBOX_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test that fails before it stops its program must not leave it running.
  process.once('exit', () => child.kill('SIGKILL'))
  let text = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk
    })
  }
  return { child, output: () => text }
}

/** Waits until a condition holds. Rejects if the process ends before. */
async function until(condition: () => boolean, child: ChildProcess, output: () => string): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`Stagedoor ended:\n${output()}`)
    await new Promise((done) => setTimeout(done, 10))
  }
}

/** Waits for the end of a process and gives its exit code. */
export function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((done) => child.once('close', (code) => done(code)))
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await ended(child)
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init)
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text)
    },
  }
}

function readToken(folder: string): string {
  return readFileSync(join(folder, 'token-of-the-test'), 'utf8')
}
