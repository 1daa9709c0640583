import type { Endpoint } from '@stagedoor/core/catalog/endpoint.ts'
import type { AuthenticationMethod } from '@stagedoor/core/credential.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { SecretPair, Secrets } from '#credentials/mint-tokens.ts'
import { SETTINGS } from './world.ts'

// What ought to be, written from the issue and the decisions (docs/decisions/0014), in the plainest way: a list of
// credentials, a list of every token that was ever issued, and a clock. Nothing of the server's is used.

const DAY_MS = 24 * 60 * 60 * 1000

export type ModelCredential = {
  readonly id: string
  readonly tenant: Tenant
  readonly method: AuthenticationMethod
  readonly email: string | undefined
  readonly password: string | undefined
  title: string
  active: boolean
  deleted: boolean
  /** Undefined: all. */
  allowed: ReadonlySet<string> | undefined
}

export type ModelFamily = { readonly expiresAt: number; newest: number; revoked: boolean }

export type ModelToken = {
  readonly text: string
  readonly kind: 'api' | 'access' | 'refresh'
  readonly owner: ModelCredential
  readonly family: ModelFamily | undefined
  readonly generation: number
  expiresAt: number | undefined
  revokedAt: number | undefined
  rotatedAt: number | undefined
  /** Nothing is stored of it any more. */
  forgotten: boolean
}

export type Model = {
  now: number
  readonly credentials: ModelCredential[]
  readonly tokens: ModelToken[]
}

/** Which answer a call must get; `token`: one of those that refuse a token or its credential. */
export function expectedCall(
  { now }: Model,
  token: ModelToken,
  endpoint: Endpoint,
): 'allow' | 'token' | 'endpoint_unknown' | 'endpoint_not_allowed' {
  const { owner } = token
  const live = token.expiresAt === undefined || now < token.expiresAt
  if (token.kind === 'refresh' || token.revokedAt !== undefined || !live) return 'token'
  if (owner.deleted || !owner.active) return 'token'
  if (!owner.tenant.catalogs.some(({ id }) => id === endpoint.catalog)) return 'endpoint_unknown'
  return owner.allowed && !owner.allowed.has(endpoint.id) ? 'endpoint_not_allowed' : 'allow'
}

export type ExpectedRefresh = 'unknown' | 'foreign' | 'refused' | 'race' | 'reuse' | 'refreshed'

/** What must come of a refresh; `client` is who has authenticated. */
export function expectedRefresh(
  { now }: Model,
  token: ModelToken,
  client: ModelCredential | undefined,
): ExpectedRefresh {
  const { owner, family, rotatedAt } = token
  if (token.kind !== 'refresh' || !family || token.forgotten) return 'unknown'
  if (client && client !== owner) return 'foreign'
  if (owner.deleted || family.revoked || now >= family.expiresAt) return 'refused'
  if (rotatedAt !== undefined) {
    const isNewestButOne = family.newest === token.generation + 1
    return isNewestButOne && now - rotatedAt < SETTINGS.reuseIntervalMs ? 'race' : 'reuse'
  }
  return owner.active && now < (token.expiresAt ?? 0) ? 'refreshed' : 'refused'
}

/** The credential that a client's id or address and password name. */
export function expectedClient(
  { credentials }: Model,
  { clientId, secret }: { readonly clientId: string; readonly secret: string },
): ModelCredential | undefined {
  const found = credentials.filter(
    ({ deleted, method, email, id, password }) =>
      !deleted && method === 'oauth' && password === secret && (id === clientId || email === clientId),
  )
  return found.length === 1 ? found[0] : undefined
}

/** The first tokens of a credential, or those of a new issue. */
export function addSecrets(model: Model, owner: ModelCredential, secrets: Secrets): void {
  if (secrets.kind === 'oauth') {
    const family = { expiresAt: model.now + SETTINGS.refreshAbsoluteMs, newest: 0, revoked: false }
    addPair(model, owner, { family, pair: secrets })
  } else addToken(model, owner, { text: secrets.apiToken, kind: 'api' })
}

/** The next pair of a family. */
export function addPair(
  model: Model,
  owner: ModelCredential,
  { family, pair }: { readonly family: ModelFamily; readonly pair: SecretPair },
): void {
  family.newest += 1
  const until = (spanMs: number): number => Math.min(model.now + spanMs, family.expiresAt)
  const [access, refresh] = [until(SETTINGS.accessTokenMs), until(SETTINGS.refreshIdleMs)]
  addToken(model, owner, { text: pair.accessToken.value, kind: 'access', family, expiresAt: access })
  addToken(model, owner, { text: pair.refreshToken.value, kind: 'refresh', family, expiresAt: refresh })
}

type NewToken = Pick<ModelToken, 'text' | 'kind'> & Partial<Pick<ModelToken, 'family' | 'expiresAt'>>

export function addToken(model: Model, owner: ModelCredential, token: NewToken): void {
  model.tokens.push({
    ...token,
    owner,
    family: token.family,
    generation: token.family?.newest ?? 0,
    expiresAt: token.expiresAt,
    revokedAt: undefined,
    rotatedAt: undefined,
    forgotten: false,
  })
}

export function revokeWhere(model: Model, which: (token: ModelToken) => boolean): void {
  for (const token of model.tokens) if (which(token)) token.revokedAt ??= model.now
}

export function revokeFamily(model: Model, family: ModelFamily): void {
  family.revoked = true
  revokeWhere(model, (token) => token.family === family)
}

export function revokeAll(model: Model, owner: ModelCredential): void {
  for (const { owner: its, family } of model.tokens) if (its === owner && family) family.revoked = true
  revokeWhere(model, (token) => token.owner === owner)
}

/** When a credential gets tokens at the token endpoint, those that ended seven days ago are forgotten. */
export function forgetEnded(model: Model, owner: ModelCredential): void {
  const until = model.now - 7 * DAY_MS
  for (const token of model.tokens) {
    const { kind, family, expiresAt = until, revokedAt = until } = token
    const keptByFamily = kind === 'refresh' && family && !family.revoked && family.expiresAt >= until
    const ended = expiresAt < until || revokedAt < until
    if (token.owner === owner && kind !== 'api' && ended && !keptByFamily) token.forgotten = true
  }
}
