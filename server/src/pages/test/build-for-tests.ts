import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

export const SCRIPT = `console.log(${JSON.stringify('x'.repeat(2000))})`

type Options = {
  readonly directory: string
  readonly brand: { readonly color: string }
  readonly https: boolean
  readonly randomBytes: (count: number) => Uint8Array
}
type Pages = (request: Request) => Response
type Get = (path: string, headers?: Readonly<Record<string, string>>, method?: string) => Response

export type Built = {
  readonly directory: string
  readonly options: Options
  readonly get: Get
  readonly remove: () => void
}

/** A folder such as a build leaves behind, pages that serve it, and files around and in it that must never be served: they say "outside". */
export function buildForTests(createPages: (options: Options) => Pages): Built {
  const parent = mkdtempSync(join(tmpdir(), 'stagedoor-pages-'))
  const directory = join(parent, 'dist')
  const write = (name: string, content: string | Uint8Array): void =>
    writeFileSync(join(directory, name), content)
  mkdirSync(join(directory, 'assets'), { recursive: true })
  write('../outside.txt', 'outside')
  write('../outside', 'outside')
  write('index.html', '<!doctype html><title>Console</title>')
  write('favicon.svg', '<svg/>')
  write('color-scheme.js', '0')
  write('.inputs', 'outside: digest of the build')
  write('assets/main-1a2b.js', SCRIPT)
  write('assets/main-1a2b.js.br', brotliCompressSync(SCRIPT))
  write('assets/main-1a2b.js.gz', gzipSync(SCRIPT))
  write('assets/plain-1a2b.css', 'p{}')
  const randomBytes = (count: number): Uint8Array => crypto.getRandomValues(new Uint8Array(count))
  const options: Options = { directory, brand: { color: '#1a56c4' }, https: false, randomBytes }
  const pages = createPages(options)
  // From here on nothing but memory may answer.
  write('late.txt', 'outside')
  write('color-scheme.js', 'outside')
  write('index.html', 'outside')
  const get: Get = (path, headers = {}, method = 'GET') =>
    pages(new Request(`http://127.0.0.1${path}`, { method, headers }))
  return { directory, options, get, remove: () => rmSync(parent, { recursive: true }) }
}
