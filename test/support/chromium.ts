import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** A Chromium on this machine: of the system, else the one that the browser tool has installed before. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...ELSEWHERE]
  return [...candidates, chromium.executablePath()].find(isExecutable)
}

/** Installs a Chromium where there is none, saying so: from Debian as root, else by the browser tool itself. */
export function provideChromium(log: (line: string) => void): void {
  if (findChromium() !== undefined) return
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    log('There is no Chromium on this machine: installing it with apt-get ...')
    const quiet = { stdio: 'ignore' } as const
    spawnSync('apt-get', ['update', '-q'], quiet)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    spawnSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'chromium'], { ...quiet, env })
  }
  if (findChromium() === undefined) {
    log('There is no Chromium on this machine: the browser tool downloads one ...')
    const cli = join(
      dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')),
      'cli.js',
    )
    spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit' })
  }
  if (findChromium() === undefined)
    throw new Error('The tests of the console need Chromium. Install it, so that "chromium" is on the PATH.')
  log('Chromium is installed.')
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
