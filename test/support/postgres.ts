import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { fetchedPostgresBin } from './fetched-postgres.ts'
import { unusedPort } from './unused-port.ts'

const VERSION_MIN = 15
const SUPER = { user: 'keeper', password: 'keeper: 100% & more' } as const
const OWNER = { user: 'stagedoor', password: 'p@ss/word: 100%' } as const

/** A PostgreSQL of the tests' own, on loopback, with fsync on. It ends with the process that started it. */
export type Postgres = {
  /** Of the role that the program is to have: neither superuser nor above row-level security, owner of its database. */
  readonly url: string
  readonly superUrl: string
  readonly port: number
  /** Of the postmaster that runs now. */
  readonly pid: number
  readonly directory: string
  /** A new, empty database of the same role, and its address. */
  readonly freshDatabase: (options?: {
    readonly encoding?: string
  }) => Promise<{ url: string; superUrl: string }>
  /** Runs statements as superuser, one after another, in a database of this server. */
  readonly asSuper: (url: string, ...statements: readonly string[]) => Promise<readonly pg.QueryResult[]>
  /** A clean stop: connections are ended (57P01). */
  readonly stop: () => Promise<void>
  /** SIGKILL for every process of it. */
  readonly kill9: () => Promise<void>
  /** Starts it again over the same files and port, where it is stopped or killed. */
  readonly restart: () => Promise<void>
  /** SIGSTOP for every process of it: connections stay open and say nothing. */
  readonly pause: () => void
  readonly resume: () => void
  /** Stops it and removes its files. */
  readonly close: () => Promise<void>
}

/** Where a PostgreSQL of version 15 or newer is installed; undefined where there is none. */
export const POSTGRES_BIN = findBinaries()

/** Told once where it is missing: a skipped test is never silent. */
export function sayWhetherPostgres(what: string): boolean {
  if (POSTGRES_BIN !== undefined) return true
  process.stderr.write(
    `NOT TESTED on PostgreSQL: ${what}. No PostgreSQL ${VERSION_MIN} or newer is installed here.\n`,
  )
  return false
}

function findBinaries(): string | undefined {
  const told = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim()
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian)
    ? readdirSync(debian).toSorted((one, other) => Number(other) - Number(one))
    : []
  const folders = [
    ...versions.map((version) => `${debian}/${version}/bin`),
    told,
    '/usr/local/pgsql/bin',
    fetchedPostgresBin(),
  ]
  return folders.find((folder) => folder !== undefined && folder !== '' && isNewEnough(folder))
}

function isNewEnough(folder: string): boolean {
  if (!existsSync(join(folder, 'initdb'))) return false
  const { stdout } = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8' })
  return Number(/\s(\d+)/.exec(stdout ?? '')?.[1] ?? 0) >= VERSION_MIN
}

/** PostgreSQL refuses to run as root, so there it runs as somebody else. */
export function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const name = ['postgres', 'nobody'].find((each) => spawnSync('id', ['-u', each]).status === 0)
  if (name === undefined) throw new Error('PostgreSQL does not run as root, and there is no other account')
  const id = (flag: string): number => Number(execFileSync('id', [flag, name], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export type StartPostgresOptions = {
  /** Lines of postgresql.conf beside our own. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Makes a cluster in a temporary folder and starts it. */
export async function startPostgres({ settings = {} }: StartPostgresOptions = {}): Promise<Postgres> {
  if (POSTGRES_BIN === undefined) throw new Error(`no PostgreSQL ${VERSION_MIN} or newer is installed here`)
  const as = account()
  const directory = mkdtempSync(join(tmpdir(), 'stagedoor-postgres-'))
  const data = join(directory, 'data')
  if (as.uid !== undefined && as.gid !== undefined) chownSync(directory, as.uid, as.gid)
  chmodSync(directory, 0o700)
  const port = await unusedPort()
  makeCluster({ bin: POSTGRES_BIN, directory, data, port, settings, as })
  const run = await start(POSTGRES_BIN, { data, port, as })
  let child = run
  const guard = endWithUs(directory)
  const address = (who: typeof SUPER | typeof OWNER, database: string): string =>
    `postgres://${who.user}:${encodeURIComponent(who.password)}@127.0.0.1:${port}/${database}`
  const superUrl = address(SUPER, 'postgres')
  await asSuper(
    superUrl,
    `create role ${OWNER.user} login password '${OWNER.password}'`,
    `create database stagedoor owner ${OWNER.user}`,
  )
  let databases = 0
  const stop = async (): Promise<void> => {
    // Fast shutdown: connections are ended, everything is written.
    if (child.exitCode === null && child.signalCode === null) {
      const over = ended(child)
      child.kill('SIGINT')
      await over
    }
  }
  return {
    url: address(OWNER, 'stagedoor'),
    superUrl,
    port,
    directory,
    get pid() {
      return child.pid ?? 0
    },
    asSuper,
    freshDatabase: async ({ encoding = 'UTF8' } = {}) => {
      databases += 1
      const name = `test_${databases}`
      const how =
        encoding === 'UTF8'
          ? ''
          : ` encoding '${encoding}' locale 'C' locale_provider libc template template0`
      await asSuper(superUrl, `create database ${name} owner ${OWNER.user}${how}`)
      return { url: address(OWNER, name), superUrl: address(SUPER, name) }
    },
    stop,
    kill9: async () => {
      const over = ended(child)
      killAll(child)
      await over
    },
    restart: async () => {
      await stop()
      child = await start(POSTGRES_BIN ?? '', { data, port, as })
    },
    pause: () => signalAll(child, 'SIGSTOP'),
    resume: () => signalAll(child, 'SIGCONT'),
    close: async () => {
      signalAll(child, 'SIGCONT')
      // Nothing is needed of it any more, so nothing is written down before it ends.
      child.kill('SIGQUIT')
      await ended(child)
      rmSync(directory, { recursive: true, force: true })
      guard.stdin?.end()
    },
  }
}

/** However this process ends, its end of the pipe is closed: then the server ends too, and its files go. */
function endWithUs(directory: string): ChildProcess {
  const script = `cat > /dev/null
    pid=$(head -n 1 "$0/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid" && kill -CONT "$pid" && sleep 1
    rm -rf "$0"`
  const guard = spawn('sh', ['-c', script, directory], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  guard.unref()
  // A pipe is a socket, which would keep this process alive.
  if (guard.stdin instanceof Socket) guard.stdin.unref()
  return guard
}

type Cluster = {
  readonly bin: string
  readonly directory: string
  readonly data: string
  readonly port: number
  readonly settings: Readonly<Record<string, string>>
  readonly as: ReturnType<typeof account>
}

function makeCluster({ bin, directory, data, port, settings, as }: Cluster): void {
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, SUPER.password, { mode: 0o644 })
  const common = [
    '-D',
    data,
    '-U',
    SUPER.user,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--no-sync',
  ]
  // A language that sorts otherwise than bytes do, where this build has it: then sorting is tested too.
  const locales = [['--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=en-US'], ['--locale=C']]
  const made = locales.some((locale) => {
    rmSync(data, { recursive: true, force: true })
    const { status } = spawnSync(join(bin, 'initdb'), [...common, ...locale], {
      ...as,
      cwd: directory,
      stdio: 'ignore',
    })
    return status === 0
  })
  rmSync(passwordFile)
  if (!made) throw new Error(`initdb fails in ${directory}`)
  const lines = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    fsync: 'on',
    shared_buffers: '32MB',
    max_connections: '120',
    ...settings,
  }
  const text = Object.entries(lines).map(([name, value]) => `${name} = '${value}'\n`)
  writeFileSync(join(data, 'postgresql.conf'), text.join(''), { flag: 'a' })
}

type Start = Pick<Cluster, 'data' | 'port' | 'as'>

/** Resolves once it takes connections. */
async function start(bin: string, { data, port, as }: Start): Promise<ChildProcess> {
  for (let attempt = 0; ; attempt += 1) {
    const child = spawn(join(bin, 'postgres'), ['-D', data], {
      ...as,
      cwd: data,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let log = ''
    child.stderr?.on('data', (chunk) => {
      log = (log + String(chunk)).slice(-20_000)
    })
    const over = ended(child)
    for (;;) {
      const isOver = child.exitCode !== null || child.signalCode !== null
      if (isOver) break
      if (await isReady(port)) return child
      await Promise.race([over, new Promise((resolve) => setTimeout(resolve, 25))])
    }
    // After a SIGKILL its last processes may hold the shared memory for a moment.
    if (attempt === 40) throw new Error(`PostgreSQL does not start:\n${log}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function isReady(port: number): Promise<boolean> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    ...SUPER,
    database: 'postgres',
    connectionTimeoutMillis: 3000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function asSuper(url: string, ...statements: readonly string[]): Promise<readonly pg.QueryResult[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const results: pg.QueryResult[] = []
    for (const statement of statements) results.push(await client.query(statement))
    return results
  } finally {
    await client.end()
  }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => child.once('exit', () => resolve()))
}

function killAll(child: ChildProcess): void {
  signalAll(child, 'SIGKILL')
}

/** The postmaster and the processes that it has forked, which are in groups of their own. */
function signalAll({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return
  // First the one that would fork others.
  for (const each of [pid, ...childrenOf(pid)]) {
    try {
      process.kill(each, signal)
    } catch {
      // It has ended by itself.
    }
  }
}

function childrenOf(pid: number): readonly number[] {
  const list = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).stdout ?? ''
  const found = list
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .filter(([, parent]) => parent === pid)
    .map(([child = 0]) => child)
  return found.length > 0 || !existsSync('/proc') ? found : childrenInProc(pid)
}

/** Where there is no `ps`. */
function childrenInProc(pid: number): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        return Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2]) === pid
      } catch {
        return false
      }
    })
    .map(Number)
}
