import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { unusedPort } from './unused-port.ts'

const PROGRAM = '/usr/sbin/pgbouncer'

export type PgBouncer = { readonly port: number; readonly close: () => Promise<void> }

/** Whether PgBouncer of Debian is here; installs it as root. Told where it is missing. */
export function providePgBouncer(what: string): boolean {
  if (existsSync(PROGRAM)) return true
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const args = ['install', '-q', '-y', '--no-install-recommends', 'pgbouncer']
    spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
    if (existsSync(PROGRAM)) return true
  }
  process.stderr.write(`NOT TESTED: ${what}. As root: apt-get install pgbouncer\n`)
  return false
}

/**
 * In transaction mode, in front of the database of that address: a connection belongs to somebody for one transaction, so
 * LISTEN is accepted and nothing is ever heard.
 */
export async function startPgBouncer(databaseUrl: string): Promise<PgBouncer> {
  const { hostname, port: behind, username, password, pathname } = new URL(databaseUrl)
  const port = await unusedPort()
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-pgbouncer-'))
  const file = join(folder, 'pgbouncer.ini')
  const quoted = `'${decodeURIComponent(password).replaceAll("'", "''")}'`
  writeFileSync(
    file,
    `[databases]
${pathname.slice(1)} = host=${hostname} port=${behind} dbname=${pathname.slice(1)} user=${username} password=${quoted}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 10
max_client_conn = 200
`,
  )
  // It refuses to run as root, and is to read its file as somebody else.
  chmodSync(folder, 0o755)
  const child = spawn(PROGRAM, [file], { ...account(), stdio: ['ignore', 'ignore', 'pipe'] })
  process.once('exit', () => child.kill('SIGKILL'))
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += String(chunk)
  })
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error(`PgBouncer does not start:\n${log}`)
    await passed(20)
  }
  return {
    port,
    close: async () => {
      const over = once(child, 'exit')
      child.kill('SIGINT')
      const late = setTimeout(() => child.kill('SIGKILL'), 2_000)
      await over
      clearTimeout(late)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function account(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  const connected = await once(socket, 'connect').then(
    () => true,
    () => false,
  )
  socket.destroy()
  return connected
}
