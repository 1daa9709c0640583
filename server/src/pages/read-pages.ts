import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

export const ENCODINGS = ['br', 'gzip', 'identity'] as const
export type Encoding = (typeof ENCODINGS)[number]

export type Representation = { readonly bytes: Uint8Array<ArrayBuffer>; readonly etag: string }

/** A file of the console, in every encoding that there is of it. */
export type PageFile = {
  readonly type: string
  /** Its name changes with its content. */
  readonly immutable: boolean
  readonly encodings: ReadonlyMap<Encoding, Representation>
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
}

const SUFFIXES = { br: '.br', gzip: '.gz', identity: '' } as const

/** Every file of the folder by its path in the URL. No request reaches the file system: what is not here is not there. */
export function readPages(directory: string): ReadonlyMap<string, PageFile> {
  if (!existsSync(join(directory, 'index.html')))
    throw new Error(`${directory}: the console is not built. Run: npm run build`)
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && TYPES[extname(entry.name)] !== undefined)
    .map((entry) => `/${relative(directory, join(entry.parentPath, entry.name)).replaceAll(sep, '/')}`)
  return new Map(names.map((name) => [name, readPage(directory, name)]))
}

function readPage(directory: string, name: string): PageFile {
  const encodings = new Map<Encoding, Representation>()
  for (const encoding of ENCODINGS) {
    const path = join(directory, name + SUFFIXES[encoding])
    if (existsSync(path)) encodings.set(encoding, toRepresentation(readFileSync(path)))
  }
  return { type: TYPES[extname(name)] ?? '', immutable: name.startsWith('/assets/'), encodings }
}

/** A text that is made at the start. */
export function textPage(type: string, text: string): PageFile {
  const representation = toRepresentation(Buffer.from(text))
  return { type, immutable: false, encodings: new Map([['identity', representation]]) }
}

function toRepresentation(bytes: Uint8Array): Representation {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
  return { bytes: Uint8Array.from(bytes), etag: `"${digest}"` }
}
