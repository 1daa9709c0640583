import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ROOT } from './stagedoor.ts'

type Config = { readonly catalogs: Readonly<Record<string, { readonly document: string }>> }

/** The configuration that comes along, for a file that stands elsewhere. */
export function shippedConfig(): object {
  const config: Config = JSON.parse(readFileSync(resolve(ROOT, 'stagedoor.config.json'), 'utf8'))
  const catalogs = Object.entries(config.catalogs).map(([id, catalog]) => [
    id,
    { ...catalog, document: resolve(ROOT, catalog.document) },
  ])
  return { ...config, $schema: undefined, catalogs: Object.fromEntries(catalogs) }
}
