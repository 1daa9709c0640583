import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Catalog } from '@stagedoor/core/catalog/endpoint.ts'
import type { OAuthSettings } from '@stagedoor/core/oauth-settings.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import { importCatalog } from '#catalogs/import-catalog.ts'
import type { Config } from '#config/config.ts'
import { createUpstream, type Upstream, type UpstreamSettings } from '#gateway/upstream.ts'

/** Reads every catalog document that the settings name. Throws CatalogError with file and place. */
export async function loadTenants(config: Config): Promise<readonly Tenant[]> {
  const catalogs = new Map<string, Catalog>()
  for (const [id, settings] of Object.entries(config.catalogs)) {
    const path = resolve(config.folder, settings.document)
    const text = await readFile(path, 'utf8').catch(() => {
      throw new Error(`catalogs.${id}.document: ${path} cannot be read`)
    })
    const { catalog } = await importCatalog({
      id,
      file: path,
      text,
      mount: settings.mount,
      ...(settings.title !== undefined && { title: settings.title }),
      pathRules: {
        ...(settings.caseSensitive !== undefined && { caseSensitive: settings.caseSensitive }),
        ...(settings.trailingSlashTolerated !== undefined && {
          trailingSlashTolerated: settings.trailingSlashTolerated,
        }),
      },
    })
    catalogs.set(id, catalog)
  }
  return config.tenants.map(({ id, name, edition, oauth, upstreams }) => ({
    id,
    name,
    edition,
    ...(oauth && { oauth: toOAuthSettings(oauth) }),
    catalogs: Object.keys(upstreams).flatMap((catalogId) => catalogs.get(catalogId) ?? []),
  }))
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const DAY_MS = 24 * 60 * MINUTE_MS

function toOAuthSettings(settings: NonNullable<Config['tenants'][number]['oauth']>): OAuthSettings {
  return {
    accessTokenMs: settings.accessTokenMinutes * MINUTE_MS,
    refreshIdleMs: settings.refreshIdleDays * DAY_MS,
    refreshAbsoluteMs: settings.refreshAbsoluteDays * DAY_MS,
    reuseIntervalMs: settings.reuseIntervalSeconds * SECOND_MS,
    passwordGrant: settings.passwordGrant,
  }
}

export type UpstreamTable = {
  readonly find: (tenantId: string, catalogId: string) => Upstream | undefined
  readonly close: () => Promise<void>
}

export type UpstreamTableOptions = {
  /** Where `sandbox:` URLs lead; undefined where no sandbox runs. */
  readonly sandboxPort: number | undefined
  readonly now: () => number
}

/** Prepares the upstreams of all tenants; connections open with the first calls. */
export function createUpstreamTable(
  config: Config,
  { sandboxPort, now }: UpstreamTableOptions,
): UpstreamTable {
  const upstreams = new Map<string, ReadonlyMap<string, Upstream>>()
  const all: Upstream[] = []
  const locate = (url: string): string => url.replace(/^sandbox:/, `http://127.0.0.1:${sandboxPort}`)
  for (const tenant of config.tenants) {
    const own = new Map<string, Upstream>()
    for (const [catalogId, settings] of Object.entries(tenant.upstreams)) {
      const upstream = createUpstream(toSettings(settings, locate), now)
      own.set(catalogId, upstream)
      all.push(upstream)
    }
    upstreams.set(tenant.id, own)
  }
  return {
    find: (tenantId, catalogId) => upstreams.get(tenantId)?.get(catalogId),
    close: async () => {
      await Promise.all(all.map((upstream) => upstream.pool.close()))
    },
  }
}

type ConfiguredUpstream = Config['tenants'][number]['upstreams'][string]

function toSettings(configured: ConfiguredUpstream, locate: (url: string) => string): UpstreamSettings {
  const { signIn, timeouts } = configured
  const baseUrl = locate(configured.baseUrl)
  switch (signIn.kind) {
    case 'none':
      return { baseUrl, timeouts, signIn }
    case 'header':
      return { baseUrl, timeouts, signIn: { ...signIn, value: text(signIn.value) } }
    case 'enterprise-jwt': {
      const { apiUserId, key, secret, proxiedUserId } = signIn
      return {
        baseUrl,
        timeouts,
        signIn: { kind: signIn.kind, apiUserId, key: text(key), secret: text(secret), proxiedUserId },
      }
    }
    case 'elite-client-credentials':
      return {
        baseUrl,
        timeouts,
        signIn: { ...signIn, tokenUrl: locate(signIn.tokenUrl), clientSecret: text(signIn.clientSecret) },
      }
  }
}

/** Settings are resolved by now: a reference that is left is a fault of ours. */
function text(secret: string | { readonly env: string }): string {
  if (typeof secret !== 'string')
    throw new TypeError(`the environment variable ${secret.env} was not looked up`)
  return secret
}
