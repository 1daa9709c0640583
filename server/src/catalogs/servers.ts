import { parseTarget } from '@stagedoor/core/target.ts'
import { CatalogError } from './catalog-error.ts'
import { isObject, type Json } from './read-document.ts'

type Levels = {
  readonly document: Json
  readonly item: Json
  readonly operation: Json
  /** JSON pointers of the path item and of the operation. */
  readonly itemPlace: string
  readonly place: string
}

/**
 * What stands between the configured base URL and an operation's path. A relative server (`/api/v1`) follows the base URL;
 * an absolute one is replaced by it. The closest level that names servers counts (OpenAPI 3.1, 4.8.10).
 */
export function serverPrefix(file: string, { document, item, operation, itemPlace, place }: Levels): string {
  if (document['swagger'] !== undefined) {
    const { host, basePath } = document
    return host === undefined && typeof basePath === 'string' ? toPrefix(file, basePath, '/basePath') : ''
  }
  for (const [level, at] of [
    [operation, place],
    [item, itemPlace],
    [document, ''],
  ] as const) {
    const { servers } = level
    const first: unknown = Array.isArray(servers) ? servers[0] : undefined
    if (first === undefined) continue
    const where = `${at}/servers/0/url`
    if (!isObject(first) || typeof first['url'] !== 'string')
      throw new CatalogError(file, where, 'a server needs a url')
    return toPrefix(file, withVariables(first['url'], first['variables']), where)
  }
  return ''
}

function toPrefix(file: string, url: string, place: string): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return ''
  if (!url.startsWith('/') || url.startsWith('//') || /[?#{}\s]/.test(url)) {
    throw new CatalogError(file, place, `"${url}" is neither an absolute URL nor a path that starts with "/"`)
  }
  const prefix = url.replace(/\/+$/, '')
  // It stands in every path that goes upstream, so it is held to what a request's own path is held to.
  const parsed = prefix === '' ? undefined : parseTarget(prefix)
  if (parsed?.ok === false) throw new CatalogError(file, place, `"${url}" has ${parsed.problem}`)
  return prefix
}

function withVariables(url: string, variables: unknown): string {
  return url.replace(/\{([^{}]+)\}/g, (whole, name: string) => {
    const variable = isObject(variables) ? variables[name] : undefined
    return isObject(variable) && typeof variable['default'] === 'string' ? variable['default'] : whole
  })
}
