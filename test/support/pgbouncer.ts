import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { account } from './postgres.ts'
import { steadyPort } from './steady-port.ts'

const PATH = '/usr/sbin/pgbouncer'

/** Whether Debian's PgBouncer is here; as root it is installed. Told where it is missing. */
export function sayWhetherPgBouncer(what: string): boolean {
  if (existsSync(PATH)) return true
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const args = ['install', '-q', '-y', '--no-install-recommends', 'pgbouncer']
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    if (existsSync(PATH)) return true
  }
  process.stderr.write(`NOT TESTED behind PgBouncer: ${what}. As root: apt-get install pgbouncer\n`)
  return false
}

export type PgBouncer = {
  /** The address of the same database through it. */
  readonly through: (url: string) => string
  readonly stop: () => Promise<void>
  readonly restart: () => Promise<void>
}

/** A PgBouncer in transaction mode before the server of this address, with so many connections to it. */
export async function startPgBouncer(url: string, poolSize: number): Promise<PgBouncer> {
  const { username, password, hostname, port: serverPort } = new URL(url)
  const directory = mkdtempSync(join(tmpdir(), 'stagedoor-pgbouncer-'))
  const port = await steadyPort()
  const users = join(directory, 'users')
  writeFileSync(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`)
  const settings = join(directory, 'pgbouncer.ini')
  writeFileSync(
    settings,
    `[databases]
* = host=${hostname} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${users}
pool_mode = transaction
default_pool_size = ${poolSize}
max_client_conn = 200
`,
  )
  const as = account()
  for (const path of [directory, users, settings])
    if (as.uid !== undefined && as.gid !== undefined) chownSync(path, as.uid, as.gid)
  chmodSync(users, 0o600)
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(PATH, [settings], { ...as, cwd: directory, stdio: ['ignore', 'ignore', 'ignore'] })
    while (!(await isListening(port))) {
      if (child.exitCode !== null) throw new Error('PgBouncer does not start')
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    return child
  }
  let child = await start()
  const end = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const over = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await over
  }
  return {
    through: (direct) => {
      const address = new URL(direct)
      address.port = String(port)
      return address.href
    },
    restart: async () => {
      await end()
      child = await start()
    },
    stop: async () => {
      await end()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function isListening(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
