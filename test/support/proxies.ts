import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ended, ROOT, temporaryFolder } from './stagedoor.ts'
import { unusedPort } from './unused-port.ts'

const GUIDE = join(ROOT, 'docs/guides/forward-auth')

export const PROXY_NAMES = ['nginx', 'caddy', 'haproxy'] as const
export type ProxyName = (typeof PROXY_NAMES)[number]

/** Files of the guide that a proxy reads, and how it is started with the first of them in a folder of its own. */
const STARTS: Readonly<
  Record<
    ProxyName,
    { readonly files: readonly string[]; readonly command: (folder: string) => readonly string[] }
  >
> = {
  nginx: {
    files: ['nginx.conf'],
    command: (folder) => [
      '/usr/sbin/nginx',
      '-p',
      folder,
      '-c',
      join(folder, 'nginx.conf'),
      '-e',
      'stderr',
      '-g',
      `daemon off; pid ${join(folder, 'pid')};`,
    ],
  },
  caddy: {
    files: ['Caddyfile'],
    command: (folder) => [
      '/usr/bin/caddy',
      'run',
      '--adapter',
      'caddyfile',
      '--config',
      join(folder, 'Caddyfile'),
    ],
  },
  haproxy: {
    files: ['haproxy.cfg', 'stagedoor.lua'],
    command: (folder) => ['/usr/sbin/haproxy', '-db', '-f', join(folder, 'haproxy.cfg')],
  },
}

export type RunningProxy = {
  readonly url: string
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/** Starts a proxy of Debian with the configuration of the guide, of which only the addresses are others. */
export async function startProxy(
  name: ProxyName,
  { decisionsPort, apiUrl }: { readonly decisionsPort: number; readonly apiUrl: string },
): Promise<RunningProxy> {
  const folder = temporaryFolder()
  const port = await unusedPort()
  const { files, command } = STARTS[name]
  for (const file of files) {
    const text = readFileSync(join(GUIDE, file), 'utf8')
      .replaceAll(':8080', `:${port}`)
      .replaceAll('127.0.0.1:4003', `127.0.0.1:${decisionsPort}`)
      .replaceAll('127.0.0.1:9000', new URL(apiUrl).host)
      .replaceAll('/etc/haproxy/', `${folder}/`)
    writeFileSync(join(folder, file), text)
  }
  mkdirSync(join(folder, 'home'))
  const [program = '', ...args] = command(folder)
  const env = { PATH: process.env['PATH'], HOME: join(folder, 'home'), XDG_DATA_HOME: join(folder, 'home') }
  const child = spawn(program, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  process.once('exit', () => child.kill('SIGKILL'))
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk
    })
  await untilListening(port, child, () => output)
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM')
      await ended(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilListening(port: number, child: ChildProcess, output: () => string): Promise<void> {
  while (!(await accepts(port))) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the proxy ended:\n${output()}`)
    await new Promise((done) => setTimeout(done, 20))
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
