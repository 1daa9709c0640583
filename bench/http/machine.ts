import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem } from 'node:os'

/** What Debian calls it, and how one sees that it is there. */
type Tool = { readonly name: string; readonly packages: readonly string[]; readonly isThere: () => boolean }

const LUA_MODULE = '/usr/lib/nginx/modules/ngx_http_lua_module.so'

const TOOLS: readonly Tool[] = [
  { name: 'wrk', packages: ['wrk'], isThere: () => runs('wrk', '-v') },
  { name: 'nginx', packages: ['nginx-light'], isThere: () => runs('nginx', '-v') },
  { name: 'nginx-lua', packages: ['libnginx-mod-http-lua'], isThere: () => existsSync(LUA_MODULE) },
  { name: 'haproxy', packages: ['haproxy'], isThere: () => runs('haproxy', '-v') },
  { name: 'gcc', packages: ['gcc', 'libc6-dev'], isThere: () => runs('gcc', '--version') },
  { name: 'taskset', packages: ['util-linux'], isThere: () => runs('taskset', '--version') },
]

/** Installs what is absent: as root with apt-get, saying so. Gives the names of what is there then. */
export function provideTools(log: (line: string) => void): ReadonlySet<string> {
  const absent = TOOLS.filter(({ isThere }) => !isThere())
  const packages = absent.flatMap((tool) => tool.packages)
  if (absent.length > 0 && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log(`Not on this machine: ${packages.join(', ')}. Installing with apt-get ...`)
    aptGet('update', '-q')
    aptGet('install', '-q', '-y', '--no-install-recommends', ...packages)
  }
  return new Set(TOOLS.filter(({ isThere }) => isThere()).map(({ name }) => name))
}

/** What an administrator installs for a tool. */
export function packagesOf(name: string): string {
  return TOOLS.find((tool) => tool.name === name)?.packages.join(' ') ?? name
}

function aptGet(...args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  spawnSync('apt-get', args, { stdio: ['ignore', 'ignore', 'inherit'], env })
}

/** wrk ends with 1 where it is asked for its version; whether it ran at all is what counts. */
function runs(command: string, argument: string): boolean {
  return spawnSync(command, [argument], { stdio: 'ignore' }).error === undefined
}

/** Which core a process has to itself: the generators and the upstream one, the program under test the other. */
export type Core = 'load' | 'program'

export type Machine = {
  readonly tools: ReadonlySet<string>
  /** A command that runs on its core, where there are two. */
  readonly pin: (core: Core, command: readonly string[]) => readonly string[]
  readonly isPinned: boolean
  readonly description: string
}

/** The machine at hand. */
export function describeMachine(tools: ReadonlySet<string>): Machine {
  const isPinned = availableParallelism() >= 2 && tools.has('taskset')
  const model = cpus()[0]?.model.trim() ?? 'unknown processor'
  const gigabytes = Math.round(totalmem() / 1024 ** 3)
  return {
    tools,
    isPinned,
    pin: (core, command) => (isPinned ? ['taskset', '-c', core === 'load' ? '0' : '1', ...command] : command),
    description: [
      `${availableParallelism()} cores (${model}), ${gigabytes} GB, Linux ${release()}`,
      `Node ${process.version.slice(1)}`,
      ...(tools.has('nginx') ? [`nginx ${version('nginx', '-v')}`] : []),
      ...(tools.has('haproxy') ? [`HAProxy ${version('haproxy', '-v')}`] : []),
      ...(tools.has('wrk') ? [`wrk ${version('wrk', '-v')}`] : []),
    ].join(', '),
  }
}

function version(command: string, argument: string): string {
  const { stdout, stderr } = spawnSync(command, [argument], { encoding: 'utf8' })
  return /\d+\.\d+(?:\.\d+)?/.exec(`${stdout}${stderr}`)?.[0] ?? 'of unknown version'
}
