import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

type Program = { readonly packages: readonly string[]; readonly isThere: () => boolean }

/** Debian's own Python, whatever else is called python3 here: the packages are for this one. */
export const PYTHON = '/usr/bin/python3'
const CURL = '/usr/bin/curl'
const PHP = '/usr/bin/php'
const JAVA = '/usr/bin/java'
/** Where Debian puts the JSON library of the Java snippet. */
const GSON = '/usr/share/java/gson.jar'

const CLIENTS: readonly Program[] = [
  { packages: ['curl'], isThere: () => runs(CURL, '--version') },
  { packages: ['python3', 'python3-authlib'], isThere: () => runs(PYTHON, '-c', 'import authlib') },
  {
    packages: ['python3', 'python3-requests-oauthlib'],
    isThere: () => runs(PYTHON, '-c', 'import requests_oauthlib'),
  },
  { packages: ['php-cli', 'php-curl'], isThere: () => runs(PHP, '-r', 'curl_init();') },
  {
    packages: ['default-jdk-headless', 'libgoogle-gson-java'],
    isThere: () => runs(JAVA, '--describe-module', 'jdk.compiler') && existsSync(GSON),
  },
]

/** A reader of HTTP/1.1 that nobody here wrote. */
export const H11: Program = {
  packages: ['python3', 'python3-h11'],
  isThere: () => runs(PYTHON, '-c', 'import h11'),
}

export const NGINX = '/usr/sbin/nginx'
export const NGINX_MODULES = '/usr/lib/nginx/modules'

/** Another one, which tells in Lua what it has read. */
export const NGINX_LUA: Program = {
  packages: ['nginx-light', 'libnginx-mod-http-lua'],
  isThere: () => runs(NGINX, '-v') && existsSync(`${NGINX_MODULES}/ngx_http_lua_module.so`),
}

/** Proxies that ask Stagedoor about calls. */
export const PROXIES: readonly Program[] = [
  { packages: ['nginx-light'], isThere: () => runs(NGINX, '-v') },
  { packages: ['caddy'], isThere: () => runs('/usr/bin/caddy', 'version') },
  { packages: ['haproxy'], isThere: () => runs('/usr/sbin/haproxy', '-v') },
]

/** Installs what tests lack of Debian's programs, its clients unless told: as root with apt-get, saying so. Elsewhere says what to install. */
export function provideDebian(log: (line: string) => void, programs: readonly Program[] = CLIENTS): void {
  const lacking = missing(programs)
  if (lacking.length === 0) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log(`Not on this machine: ${lacking.join(', ')}. Installing with apt-get ...`)
    aptGet('update', '-q')
    aptGet('install', '-q', '-y', '--no-install-recommends', ...lacking)
  }
  const still = missing(programs)
  if (still.length > 0)
    throw new Error(
      `These tests need programs of Debian. As root: apt-get install ${still.join(' ')}\n` +
        'They are looked for where Debian has them.',
    )
}

function missing(programs: readonly Program[]): readonly string[] {
  const packages = programs.filter(({ isThere }) => !isThere()).flatMap(({ packages }) => packages)
  return [...new Set(packages)]
}

function aptGet(...args: readonly string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // Several test files may find something missing at once.
  spawnSync('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env,
  })
}

function runs(command: string, ...args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0
}
