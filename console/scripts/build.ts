import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { extname, join, relative, resolve } from 'node:path'
import process from 'node:process'
import { stripVTControlCharacters } from 'node:util'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

// Builds the console's pages, if anything that they are made of has changed since.

const CONSOLE = resolve(import.meta.dirname, '..')
const DIST = join(CONSOLE, 'dist')
const STAMP = '.inputs'
const COMPRESSED = new Set(['.css', '.html', '.js', '.json', '.svg'])
const COMPRESSED_BYTES_MIN = 1024
const ATTEMPTS_MAX = 20

/** What the pages are made of. Everything of the packages is in the lock file. */
const INPUTS = [
  'index.html',
  'package.json',
  'public',
  'scripts/build.ts',
  'src',
  'vite.config.ts',
  '../package-lock.json',
]

export type BuildOptions = { readonly log: (line: string) => void }

/** Builds `console/dist` unless it is fresh. A build that fails leaves the one before as it was. */
export async function buildConsole({ log }: BuildOptions): Promise<void> {
  const digest = digestOf(CONSOLE, INPUTS)
  if (isFresh(DIST, digest)) return
  log('Building the console ...')
  const begun = Date.now()
  const work = mkdtempSync(join(CONSOLE, '.build-'))
  // A folder in it, because nobody else may read what mkdtemp makes: the server may run under another account.
  const made = join(work, 'dist')
  try {
    await buildPages(made)
    compressAll(made)
    writeFileSync(join(made, STAMP), digest)
    putInPlace(made, { dist: DIST, digest })
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  log(`The console is built (${((Date.now() - begun) / 1000).toFixed(1)} s).`)
}

/** The same pages whoever asks: under the NODE_ENV of tests, React would come with its development checks. */
async function buildPages(outDir: string): Promise<void> {
  const { NODE_ENV: given } = process.env
  process.env['NODE_ENV'] = 'production'
  try {
    // Only now: a fresh console starts without the time that this takes.
    const { build } = await import('vite')
    await build({
      configFile: join(CONSOLE, 'vite.config.ts'),
      // What goes wrong is thrown.
      logLevel: 'silent',
      // An .env file would be an input that the digest does not know.
      envDir: false,
      build: { outDir, emptyOutDir: true },
    })
  } finally {
    if (given === undefined) delete process.env['NODE_ENV']
    else process.env['NODE_ENV'] = given
  }
}

/** SHA-256 over names and bytes of these files and folders. */
export function digestOf(folder: string, inputs: readonly string[]): string {
  const hash = createHash('sha256')
  for (const path of inputs.flatMap((input) => filesOf(join(folder, input)))) {
    const bytes = readFileSync(path)
    hash.update(`${relative(folder, path)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

function filesOf(path: string): readonly string[] {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return []
  if (!found.isDirectory()) return [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true, encoding: 'utf8' })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Whether this folder was built from the inputs with this digest. */
export function isFresh(dist: string, digest: string): boolean {
  try {
    return readFileSync(join(dist, STAMP), 'utf8') === digest
  } catch {
    return false
  }
}

export type Place = { readonly dist: string; readonly digest: string }

/**
 * Puts a new build where the old one is. No file of a build ever stands without the others. Of several builds at once, one
 * may take the place, or the old build, away from another between two steps: that one looks again.
 */
export function putInPlace(made: string, { dist, digest }: Place): void {
  const before = `${made}-before`
  for (let attempt = 1; !isFresh(dist, digest); attempt += 1) {
    try {
      if (existsSync(dist)) renameSync(dist, `${before}-${attempt}`)
      renameSync(made, dist)
      return
    } catch (error) {
      if (attempt < ATTEMPTS_MAX) continue
      restore(before, dist)
      throw error
    }
  }
}

/** An old build is better than none. */
function restore(before: string, dist: string): void {
  for (let attempt = ATTEMPTS_MAX; attempt >= 1 && !existsSync(dist); attempt -= 1) {
    if (existsSync(`${before}-${attempt}`)) renameSync(`${before}-${attempt}`, dist)
  }
}

/** Writes `.br` and `.gz` beside every text of some size: the server compresses nothing itself. */
export function compressAll(folder: string): void {
  for (const path of filesOf(folder)) {
    const bytes = readFileSync(path)
    if (!COMPRESSED.has(extname(path)) || bytes.length < COMPRESSED_BYTES_MIN) continue
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

/** What went wrong and where, without the lines of the builder's own code. */
function describe(error: unknown): string {
  const lines = (error instanceof Error ? error.message : String(error)).split('\n')
  return stripVTControlCharacters(lines.filter((line) => !/^\s+at /.test(line)).join('\n'))
}

// Not import.meta.main: the oldest Node 24 does not have it.
if (process.argv[1] === import.meta.filename) {
  await buildConsole({ log: (line) => process.stdout.write(`${line}\n`) }).catch((error: unknown) => {
    process.stderr.write(`The console is not built: ${describe(error)}\n`)
    process.exitCode = 1
  })
}
