import type { RandomBytes } from '@stagedoor/core/token.ts'
import { type ProblemCode, problem } from '#http/problems.ts'
import { requestId } from '#http/request-id.ts'
import { acceptedEncoding } from './accepted-encoding.ts'
import { pageHeaders } from './page-headers.ts'
import { type PageFile, readPages, textPage } from './read-pages.ts'

export type PagesOptions = {
  /** What the console's build leaves behind. */
  readonly directory: string
  readonly brand: { readonly color: string }
  /** Whether browsers reach the console by https. */
  readonly https: boolean
  readonly randomBytes: RandomBytes
}

/** Serves the console's pages from memory. Throws where they are not built. */
export function createPages(options: PagesOptions): (request: Request) => Response {
  const { directory, brand, https, randomBytes } = options
  const files = new Map(readPages(directory))
  files.set('/brand.css', textPage('text/css; charset=utf-8', `:root{--brand:${brand.color}}\n`))
  const security = pageHeaders({ https })
  const refuse = (code: ProblemCode, more: Readonly<Record<string, string>> = {}): Response => {
    const headers = { ...security, ...more, 'cache-control': 'no-store' }
    return problem({ code, requestId: requestId(randomBytes), headers })
  }
  return (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse('method_not_allowed', { allow: 'GET, HEAD' })
    const file = files.get(nameOf(new URL(request.url).pathname))
    const answer = file ? serve(request, file, security) : refuse('not_found')
    return request.method === 'HEAD' ? new Response(null, answer) : answer
  }
}

/** The name of the file that a path means: the pages of the console are all one document. */
function nameOf(path: string): string {
  const last = path.slice(path.lastIndexOf('/') + 1)
  return last.includes('.') || /^\/(?:api|assets)(?:\/|$)/.test(path) ? path : '/index.html'
}

function serve(request: Request, file: PageFile, security: Readonly<Record<string, string>>): Response {
  const available = new Set(file.encodings.keys())
  const encoding = acceptedEncoding(request.headers.get('accept-encoding'), available)
  const representation = file.encodings.get(encoding)
  if (!representation) throw new Error('a page has no plain representation')
  const headers = new Headers({
    ...security,
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: representation.etag,
    vary: 'Accept-Encoding',
  })
  if (matches(request.headers.get('if-none-match'), representation.etag))
    return new Response(null, { status: 304, headers })
  headers.set('content-type', file.type)
  headers.set('content-length', String(representation.bytes.byteLength))
  if (encoding !== 'identity') headers.set('content-encoding', encoding)
  return new Response(representation.bytes, { headers })
}

/** Weak comparison, as If-None-Match asks for it (RFC 9110 13.1.2). */
function matches(header: string | null, etag: string): boolean {
  if (header === null) return false
  return header.split(',').some((each) => {
    const tag = each.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag
  })
}
