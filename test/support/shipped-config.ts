import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ROOT } from './stagedoor.ts'

type Config = {
  readonly $schema: string | undefined
  readonly catalogs: Readonly<Record<string, { readonly document: string }>>
  readonly tenants: readonly object[]
}

/** The configuration that comes along, for a file that stands elsewhere. */
export function shippedConfig(): Config {
  const config: Config = JSON.parse(readFileSync(resolve(ROOT, 'stagedoor.config.json'), 'utf8'))
  const catalogs = Object.entries(config.catalogs).map(([id, catalog]) => [
    id,
    { ...catalog, document: resolve(ROOT, catalog.document) },
  ])
  return { ...config, $schema: undefined, catalogs: Object.fromEntries(catalogs) }
}
