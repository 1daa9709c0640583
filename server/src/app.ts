import { createAdaptorServer } from '@hono/node-server'
import { authenticationMethodsOf } from '@stagedoor/core/credential.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { Logger } from 'pino'
import { createAdmin } from '#admin/admin.ts'
import type { Config } from '#config/config.ts'
import { createFeed } from '#feed/feed.ts'
import { createGateway } from '#gateway/gateway.ts'
import { createPolicy } from '#policy/policy.ts'
import { credentialCountOAuth } from '#storage/credentials.ts'
import type { Storage } from '#storage/sqlite.ts'
import { type Listening, listen } from './listen.ts'
import { openManagementAccess } from './management-token.ts'
import { createUpstreamTable } from './tenants.ts'

/** What only the outermost program may read. */
export type Surroundings = {
  /** Epoch milliseconds. */
  readonly now: () => number
  readonly randomBytes: (count: number) => Uint8Array
  readonly log: Logger
}

export type Parts = {
  readonly config: Config
  readonly tenants: readonly Tenant[]
  readonly storage: Storage
  readonly sandboxPort: number | undefined
}

export type Running = {
  readonly consolePort: number
  readonly gatewayPort: number
  readonly madeManagementToken: string | undefined
  readonly close: () => Promise<void>
}

/** Wires both planes over one storage and listens. Nothing listens if anything fails. */
export async function startApp(
  { config, tenants, storage, sandboxPort }: Parts,
  around: Surroundings,
): Promise<Running> {
  const { now, randomBytes, log } = around
  await refuseLostMethods(tenants, storage)
  const policy = createPolicy(tenants)
  const feed = createFeed({ db: storage.db, policy, log, now })
  await feed.load()
  const access = await openManagementAccess(storage.db, {
    given: config.managementToken,
    now: now(),
    randomBytes,
  })
  const upstreams = createUpstreamTable(config, { sandboxPort, now })
  const admin = createAdmin({
    db: storage.db,
    tenants,
    now,
    randomBytes,
    log,
    verifyManagementToken: access.verify,
    catchUp: feed.catchUp,
  })
  const gateway = createGateway({ policy, upstreamOf: upstreams.find, now, randomBytes, log })
  const opened: Listening[] = []
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((each) => each.close()))
    await feed.close()
    await upstreams.close()
  }
  try {
    const console = createAdaptorServer({ fetch: admin.fetch, overrideGlobalObjects: false })
    if (!('closeIdleConnections' in console)) throw new TypeError('the console needs an HTTP/1.1 server')
    const consoleListening = await listen(console, {
      port: config.consolePort,
      setting: 'STAGEDOOR_CONSOLE_PORT',
    })
    opened.push(consoleListening)
    const gatewayListening = await listen(gateway, {
      port: config.gatewayPort,
      setting: 'STAGEDOOR_GATEWAY_PORT',
    })
    opened.push(gatewayListening)
    return {
      consolePort: consoleListening.port,
      gatewayPort: gatewayListening.port,
      madeManagementToken: access.made,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** A tenant that was Enterprise and is said to be Elite now would hold credentials that Elite does not have. */
async function refuseLostMethods(tenants: readonly Tenant[], { db }: Storage): Promise<void> {
  for (const { id, edition } of tenants) {
    if (authenticationMethodsOf(edition).includes('oauth')) continue
    const count = await credentialCountOAuth(db, id)
    if (count > 0) {
      throw new Error(
        `tenants: ${id} is of the edition ${edition} and holds ${count} OAuth credentials. Delete them first.`,
      )
    }
  }
}
