import { type AuthenticationMethod, authenticationMethodsOf, titleKey } from '@stagedoor/core/credential.ts'
import { OAUTH_DEFAULTS } from '@stagedoor/core/oauth-settings.ts'
import type { ListedEndpoints } from '@stagedoor/core/policy-record.ts'
import type { Tenant } from '@stagedoor/core/tenant.ts'
import type { ChangeContext } from '#audit/record-audit-event.ts'
import { recordChange } from '#audit/record-change.ts'
import { writeAllowedEndpoints } from '#storage/allowed-endpoints.ts'
import { credentialFindIdByTitle, credentialInsert } from '#storage/credentials.ts'
import type { Queries } from '#storage/database.ts'
import {
  idempotencyKeyDeleteUntil,
  idempotencyKeyFind,
  idempotencyKeyInsert,
} from '#storage/idempotency-keys.ts'
import { newId } from '#storage/new-id.ts'
import { type ChosenEndpoints, checkChosenEndpoints } from './chosen-endpoints.ts'
import { type CredentialView, loadView } from './credential-view.ts'
import { emailKey } from './email-key.ts'
import { descriptionProblem, emailProblem, passwordProblem, titleProblem } from './field-rules.ts'
import { IDEMPOTENCY_KEPT_MS, type Replayed, replay, toIdempotency } from './idempotency.ts'
import { issueFirstTokens, type Secrets } from './mint-tokens.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { titleColumns } from './title-columns.ts'
import { type FieldError, type Refused, refused, type UseCaseDeps } from './use-case.ts'

export type NewCredential = {
  readonly title: string
  readonly description: string
  readonly authenticationMethod: AuthenticationMethod
  readonly email?: string | undefined
  readonly password?: string | undefined
  readonly allowedEndpoints: ChosenEndpoints
}

export type AddCredential = ChangeContext & {
  readonly tenant: Tenant
  readonly fields: NewCredential
  /** The caller's own name for this request: asked twice within a day, it is done once. */
  readonly idempotencyKey: string | undefined
}

export type Added = {
  readonly outcome: 'added'
  readonly credential: CredentialView
  readonly secrets: Secrets
}

/** Adds a credential with its first tokens. A replay answers the credential of the first time, without secrets. */
export async function addCredential(
  deps: UseCaseDeps & { readonly hasher: PasswordHasher },
  command: AddCredential,
): Promise<Added | Replayed | Refused> {
  const { tenant, fields, idempotencyKey } = command
  const checked = check(tenant, fields)
  if (checked.outcome === 'refused') return checked
  const idempotency = idempotencyKey === undefined ? undefined : toIdempotency(idempotencyKey, fields)
  const replayed = async (): Promise<Replayed | Refused | undefined> =>
    idempotency &&
    (await replay(deps.db, {
      ...idempotency,
      tenantId: tenant.id,
      password: fields.password,
      now: deps.now(),
      hasher: deps.hasher,
    }))
  const before = await replayed()
  if (before) return before
  // Before the transaction: nobody else's change waits for 20 ms of hashing.
  const passwordHash = fields.password === undefined ? null : await deps.hasher.hash(fields.password)
  if (passwordHash === undefined) return refused('overloaded')
  const insertion = { ...command, allowed: checked.allowed, passwordHash, idempotency }
  const result = await deps.db.inTenant(tenant.id, (trx) => insert(deps, trx, insertion))
  if (result.outcome !== 'raced') return result
  return (await replayed()) ?? refused('idempotency_key_reused')
}

function check(tenant: Tenant, fields: NewCredential): Refused | ReturnType<typeof checkChosenEndpoints> {
  const { authenticationMethod: method, email, password } = fields
  if (!authenticationMethodsOf(tenant.edition).includes(method)) {
    const message = `A tenant of the edition ${tenant.edition} has ${authenticationMethodsOf(tenant.edition).join(', ')}.`
    return refused('authentication_method_not_available', {
      errors: [{ field: '/authenticationMethod', message }],
    })
  }
  const errors: FieldError[] = []
  const expect = (field: string, message: string | undefined): void => {
    if (message !== undefined) errors.push({ field, message })
  }
  expect('/title', titleProblem(fields.title))
  expect('/description', descriptionProblem(fields.description))
  if (method === 'oauth') {
    expect('/email', email === undefined ? 'The method oauth needs an e-mail address.' : emailProblem(email))
    expect(
      '/password',
      password === undefined ? 'The method oauth needs a password.' : passwordProblem(password),
    )
  } else {
    if (email !== undefined) expect('/email', 'Only the method oauth has an e-mail address.')
    if (password !== undefined) expect('/password', 'Only the method oauth has a password.')
  }
  if (errors.length > 0) return refused('validation_failed', { errors })
  return checkChosenEndpoints(tenant, fields.allowedEndpoints, { at: '/allowedEndpoints' })
}

type Insertion = AddCredential & {
  readonly allowed: ListedEndpoints
  readonly passwordHash: string | null
  readonly idempotency: ReturnType<typeof toIdempotency> | undefined
}

async function insert(
  { now, randomBytes }: UseCaseDeps,
  trx: Queries,
  insertion: Insertion,
): Promise<Added | Refused | { readonly outcome: 'raced' }> {
  const { tenant, fields, allowed, passwordHash, idempotency } = insertion
  const at = now()
  const tenantId = tenant.id
  if (idempotency) {
    const { keyDigest } = idempotency
    // Another request with this key may have been committed since it was looked for.
    if (await idempotencyKeyFind(trx, { tenantId, keyDigest, since: at - IDEMPOTENCY_KEPT_MS })) {
      return { outcome: 'raced' }
    }
  }
  if (await credentialFindIdByTitle(trx, { tenantId, titleKey: titleKey(fields.title) }))
    return refused('title_taken')
  const id = newId('cred', randomBytes)
  await credentialInsert(trx, {
    id,
    tenant_id: tenantId,
    ...titleColumns(fields.title, fields.description),
    authentication_method: fields.authenticationMethod,
    active: 1,
    ...writeAllowedEndpoints(allowed),
    email: fields.email ?? null,
    email_key: fields.email === undefined ? null : emailKey(fields.email),
    password_hash: passwordHash,
    version: 1,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  })
  const { secrets } = await issueFirstTokens(trx, {
    method: fields.authenticationMethod,
    credentialId: id,
    settings: tenant.oauth ?? OAUTH_DEFAULTS,
    issuedAt: at,
    randomBytes,
  })
  await remember(trx, insertion, { id, at })
  await recordChange(trx, {
    actor: insertion.actor,
    requestId: insertion.requestId,
    tenantId,
    credentialId: id,
    occurredAt: at,
    randomBytes,
    action: 'credential_added',
    detail: {
      title: fields.title.trim(),
      authenticationMethod: fields.authenticationMethod,
      allowedEndpoints: allowed,
    },
  })
  const credential = await loadView(trx, { tenantId, credentialId: id })
  if (!credential) throw new Error('a credential is not there right after it was added')
  return { outcome: 'added', credential, secrets }
}

async function remember(
  trx: Queries,
  { idempotency, tenant }: Insertion,
  { id, at }: { readonly id: string; readonly at: number },
): Promise<void> {
  await idempotencyKeyDeleteUntil(trx, at - IDEMPOTENCY_KEPT_MS)
  if (!idempotency) return
  await idempotencyKeyInsert(trx, {
    tenant_id: tenant.id,
    key_digest: idempotency.keyDigest,
    request_digest: idempotency.requestDigest,
    credential_id: id,
    created_at: at,
  })
}
