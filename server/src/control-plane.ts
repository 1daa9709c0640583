import { authenticationMethodsOf } from '@stagedoor/core/credential.ts'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Config } from '#config/config.ts'
import { createPasswordHasher } from '#credentials/password-hasher.ts'
import type { ChangeSource } from '#feed/change-source.ts'
import { createLocalSource } from '#feed/local-source.ts'
import { createNodes } from '#feed/nodes.ts'
import { createPublisher } from '#feed/publisher.ts'
import type { Confirm } from '#feed/receipt.ts'
import { createOAuth } from '#oauth/oauth.ts'
import { credentialCountOAuth } from '#storage/credentials.ts'
import type { Storage } from '#storage/database.ts'
import { createLocalSink } from '#usage/local-sink.ts'
import type { UseSink } from '#usage/use-batch.ts'
import { configDigest, maxStaleById } from './config-digest.ts'
import { createHealth } from './health.ts'
import type { OAuthHandler } from './oauth-handler.ts'
import {
  type AboutGateways,
  type ControlPlaneParts,
  type Planes,
  type Served,
  serveConsole,
} from './serve-console.ts'
import { storageReadiness } from './storage-readiness.ts'
import type { Surroundings } from './surroundings.ts'

export type ControlPlane = {
  /** For a gateway of the same process. */
  readonly source: ChangeSource
  readonly useSink: UseSink
  /** Listens, and serves console, admin API and the API of gateways. */
  readonly serve: (about: AboutGateways) => Promise<Served>
  /** Others are to be asked from now on. */
  readonly stopping: () => void
  /** Waits for answers that have begun. The feed goes on. */
  readonly stopServing: () => Promise<void>
  readonly close: () => Promise<void>
}

const OAUTH_WAIT_MS_MAX = 10_000

/** The control plane of this process, not yet listening. Rejects where the storage does not fit the settings. */
export async function createControlPlane(
  parts: ControlPlaneParts,
  around: Surroundings,
): Promise<ControlPlane> {
  const { config, tenants, storage, metrics } = parts
  const { now, log, randomBytes } = around
  await refuseLostMethods(tenants, storage)
  const publisher = createPublisher({ storage, now, log })
  const nodes = await createNodes({
    db: storage.db,
    shared: storage.shared,
    now,
    log,
    publisher,
    maxStaleMs: maxStaleOf(config),
    configDigest: configDigest(tenants, config),
  })
  metrics.gauge('gateway_leases', 'Gateways that are connected to a control plane.', nodes.leases)
  metrics.total(
    'receipts_incomplete_total',
    'Answers that had to name a gateway which has not confirmed.',
    nodes.incompleteReceipts,
  )
  const confirm: Confirm = ({ tenantId, waitMs = config.receiptWaitMs }) =>
    nodes.confirm({ tenantId, waitMs })
  const planes = { ...parts, ...around, publisher, nodes, confirm, hasher: createPasswordHasher(randomBytes) }
  const health = createHealth(storageReadiness(storage.db))
  let stopServing = async (): Promise<void> => undefined
  return {
    source: createLocalSource({ publisher, nodes }),
    useSink: createLocalSink({ db: storage.db, now }),
    serve: async (about) => {
      const oauth = createOAuthHandler(planes, about)
      const { close, ...served } = await serveConsole(planes, { ...about, oauth, health: health.answer })
      stopServing = close
      return { ...served, oauth }
    },
    stopping: health.stopping,
    stopServing: () => stopServing(),
    close: async () => {
      await nodes.close()
      await publisher.close()
    },
  }
}

/** Of a tenant that is not configured, the longest: what is said of a gateway is never too early. */
function maxStaleOf(config: Config): (tenantId: string) => number {
  const byId = maxStaleById(config)
  const longest = Math.max(...byId.values())
  return (tenantId) => byId.get(tenantId) ?? longest
}

function createOAuthHandler(planes: Planes, { gatewayUrl }: AboutGateways): OAuthHandler {
  const { config, tenants, storage, now, randomBytes, log, hasher, confirm } = planes
  const byId = new Map(tenants.map((tenant) => [tenant.id, tenant.oauth ?? OAUTH_DEFAULTS]))
  return createOAuth({
    db: storage.db,
    now,
    randomBytes,
    log,
    hasher,
    issuer: gatewayUrl,
    settingsOf: (tenantId) => byId.get(tenantId) ?? OAUTH_DEFAULTS,
    anyPasswordGrant: tenants.some(({ oauth }) => oauth?.passwordGrant === true),
    resourceServers: config.resourceServers,
    // Gateways that relay the request give up after fifteen seconds, and would say that nothing was done.
    awaitGateways: async (waitMs = config.receiptWaitMs) => {
      await confirm({ tenantId: '', waitMs: Math.min(waitMs, OAUTH_WAIT_MS_MAX) })
    },
  })
}

/** A tenant that was Enterprise and is said to be Elite now would hold credentials that Elite does not have. */
async function refuseLostMethods(tenants: readonly Tenant[], { db }: Storage): Promise<void> {
  for (const { id, edition } of tenants) {
    if (authenticationMethodsOf(edition).includes('oauth')) continue
    const count = await db.snapshot(id, (trx) => credentialCountOAuth(trx, id))
    if (count > 0) {
      throw new Error(
        `tenants: ${id} is of the edition ${edition} and holds ${count} OAuth credentials. Delete them first.`,
      )
    }
  }
}
