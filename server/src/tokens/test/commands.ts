import type { Tenant } from '@stagedoor/core/tenant.ts'
import fc from 'fast-check'
import { expect } from 'vitest'
import { addCredential } from '#credentials/add-credential.ts'
import { deleteCredential } from '#credentials/delete-credential.ts'
import { editCredential } from '#credentials/edit-credential.ts'
import { setAllowedEndpoints } from '#credentials/set-allowed-endpoints.ts'
import { addSecrets, type Model, type ModelCredential, revokeAll } from './model.ts'
import { CONTEXT, checkCall, ENDPOINTS, type Real } from './real.ts'
import { ELITE, ENTERPRISE } from './world.ts'

export type Command = fc.AsyncCommand<Model, Real>

const CREDENTIALS_MAX = 6
const SECOND = 1000
const MINUTE = 60 * SECOND
const DAY = 24 * 60 * MINUTE

/** The place is drawn, and counts from the newest, so that what has just happened is met often. */
export function pick<T>(list: readonly T[], place: number): T | undefined {
  return list[list.length - 1 - (place % list.length)]
}

export function command(
  name: string,
  check: (model: Readonly<Model>) => boolean,
  run: (model: Model, real: Real) => Promise<void>,
): Command {
  return { check, run, toString: () => name }
}

type ToAdd = { readonly tenant: Tenant; readonly method: 'oauth' | 'api_token'; readonly title: number }

/** Addresses and passwords repeat, so that an address names several credentials, and now and then none clearly. */
export async function add(model: Model, real: Real, { tenant, method, title }: ToAdd): Promise<void> {
  const count = model.credentials.length
  const oauth = { email: `p${count % 3}@harbour.example`, password: `kettle & lantern ${count % 2}` }
  const fields = { title: `C ${title}`, ...(method === 'oauth' && oauth) }
  const result = await addCredential(real.world.deps, {
    ...CONTEXT,
    tenant,
    fields: { ...fields, description: '', authenticationMethod: method, allowedEndpoints: { kind: 'all' } },
    idempotencyKey: undefined,
  })
  const taken = model.credentials.some((each) => isHolder(each, tenant, fields.title))
  if (tenant === ELITE && method === 'oauth') {
    expect(result).toMatchObject({ outcome: 'refused', code: 'authentication_method_not_available' })
    return await real.settle(model, 'OAuth in Elite refused')
  }
  if (result.outcome !== 'added') {
    expect([result, taken]).toMatchObject([{ outcome: 'refused', code: 'title_taken' }, true])
    return await real.settle(model, 'title taken')
  }
  expect(taken).toBe(false)
  const owner: ModelCredential = {
    id: result.credential.id,
    tenant,
    method,
    email: method === 'oauth' ? oauth.email : undefined,
    password: method === 'oauth' ? oauth.password : undefined,
    title: fields.title,
    active: true,
    deleted: false,
    allowed: undefined,
  }
  model.credentials.push(owner)
  addSecrets(model, owner, result.secrets)
  await real.settle(model, `added: ${method}`, 'credential_added')
}

function isHolder(credential: ModelCredential, tenant: Tenant, title: string): boolean {
  return !credential.deleted && credential.tenant === tenant && credential.title === title
}

function addCommands(): fc.Arbitrary<Command> {
  return fc
    .record({
      tenant: fc.constantFrom(ENTERPRISE, ENTERPRISE, ELITE),
      method: fc.constantFrom('oauth' as const, 'oauth' as const, 'api_token' as const),
      title: fc.nat(7),
    })
    .map((toAdd) =>
      command(
        `add(${toAdd.tenant.edition}, ${toAdd.method}, ${toAdd.title})`,
        ({ credentials }) => credentials.length < CREDENTIALS_MAX,
        (model, real) => add(model, real, toAdd),
      ),
    )
}

const hasCredential = ({ credentials }: Readonly<Model>): boolean => credentials.length > 0

/** A command on a credential, which may be deleted: then nothing must come of it. */
export function onCredential(
  name: string,
  place: number,
  run: (model: Model, real: Real, credential: ModelCredential) => Promise<void>,
): Command {
  return command(`${name} of ${place}`, hasCredential, async (model, real) => {
    const credential = pick(model.credentials, place)
    if (credential) await run(model, real, credential)
  })
}

export const keyOf = ({ id, tenant }: ModelCredential) =>
  ({ ...CONTEXT, tenantId: tenant.id, credentialId: id, expected: 'any' }) as const

function editCommands(): fc.Arbitrary<Command> {
  return fc
    .record({ place: fc.nat(5), title: fc.option(fc.nat(7)), active: fc.option(fc.boolean()) })
    .map(({ place, title, active }) =>
      onCredential(`edit(${title}, ${active})`, place, async (model, real, credential) => {
        const edits = {
          ...(title !== null && { title: `C ${title}` }),
          ...(active !== null && { active }),
        }
        const result = await editCredential(real.world.deps, { ...keyOf(credential), edits })
        if (credential.deleted) {
          expect(result).toMatchObject({ outcome: 'refused', code: 'not_found' })
          return await real.settle(model, 'edited a deleted one')
        }
        const others = model.credentials.filter((each) => each !== credential)
        if (others.some((each) => isHolder(each, credential.tenant, edits.title ?? credential.title))) {
          expect(result).toMatchObject({ outcome: 'refused', code: 'title_taken' })
          return await real.settle(model, 'title taken')
        }
        expect(result.outcome).toBe('edited')
        const before = { ...credential }
        Object.assign(credential, edits)
        const changed = before.title !== credential.title || before.active !== credential.active
        const what = before.active === credential.active ? 'edited' : `active: ${credential.active}`
        await real.settle(model, what, changed ? 'credential_edited' : undefined)
      }),
    )
}

function allowCommands(): fc.Arbitrary<Command> {
  return fc
    .record({ place: fc.nat(5), chosen: fc.option(fc.subarray([0, 1, 2, 3])), confirm: fc.boolean() })
    .map(({ place, chosen, confirm }) =>
      onCredential(
        `allow(${chosen?.join() ?? 'all'}, ${confirm})`,
        place,
        async (model, real, credential) => {
          const own = credential.tenant.catalogs.flatMap(({ endpoints }) => endpoints)
          const foreign = ENDPOINTS.filter((endpoint) => !own.includes(endpoint))
          const endpoints = chosen?.map((at) => (own[at] ?? foreign[0])?.id ?? '')
          const result = await setAllowedEndpoints(real.world.deps, {
            ...keyOf(credential),
            tenant: credential.tenant,
            chosen: endpoints
              ? { kind: 'only', endpoints, ...(confirm && { confirmEmpty: true }) }
              : { kind: 'all' },
          })
          const refusal = (code: string): void => expect(result).toMatchObject({ outcome: 'refused', code })
          if (credential.deleted) {
            refusal('not_found')
            return await real.settle(model, 'allowed for a deleted one')
          }
          if (chosen?.includes(3)) {
            refusal('endpoint_not_in_tenant')
            return await real.settle(model, 'another edition’s endpoint refused')
          }
          if (endpoints?.length === 0 && !confirm) {
            refusal('empty_list_not_confirmed')
            return await real.settle(model, 'empty list not confirmed')
          }
          expect(result.outcome).toBe('set')
          const written = (ids: ReadonlySet<string> | undefined): string | undefined =>
            ids && [...ids].toSorted().join(' ')
          const after = endpoints && new Set(endpoints)
          const changed = written(after) !== written(credential.allowed)
          credential.allowed = after
          await real.settle(model, 'allowed', changed ? 'allowed_endpoints_set' : undefined)
        },
      ),
    )
}

function deleteCommands(): fc.Arbitrary<Command> {
  return fc.nat(5).map((place) =>
    onCredential('delete', place, async (model, real, credential) => {
      const result = await deleteCredential(real.world.deps, keyOf(credential))
      if (credential.deleted) {
        expect(result).toMatchObject({ outcome: 'refused', code: 'not_found' })
        return await real.settle(model, 'deleted twice')
      }
      expect(result.outcome).toBe('deleted')
      credential.deleted = true
      revokeAll(model, credential)
      await real.settle(model, 'deleted', 'credential_deleted')
    }),
  )
}

function callCommands(): fc.Arbitrary<Command> {
  return fc.record({ place: fc.nat(40), at: fc.nat(5) }).map(({ place, at }) =>
    command(
      `call(${at}) with ${place}`,
      ({ tokens }) => tokens.length > 0,
      async (model, real) => {
        const token = pick(model.tokens, place)
        const endpoint = ENDPOINTS[at]
        if (token && endpoint)
          await real.settle(model, `called: ${checkCall(real.world, model, { token, endpoint })}`)
      },
    ),
  )
}

const SPANS = [SECOND, 10 * SECOND - 1, 10 * SECOND, 30 * MINUTE, 60 * MINUTE - 1, 60 * MINUTE]
const LONG_SPANS = [DAY, 7 * DAY + 1, 8 * DAY, 29 * DAY, 30 * DAY, 31 * DAY, 90 * DAY, 4000 * DAY]

function advanceCommands(): fc.Arbitrary<Command> {
  return fc.constantFrom(...SPANS, ...LONG_SPANS).map((spanMs) =>
    command(
      `advance(${spanMs})`,
      () => true,
      async (model, real) => {
        model.now += spanMs
        real.world.clock.now = model.now
        await real.settle(model, 'time passed')
      },
    ),
  )
}

function restartCommands(): fc.Arbitrary<Command> {
  return fc.constant(
    command(
      'restart',
      () => true,
      async (model, real) => {
        await real.world.restart()
        await real.settle(model, 'restarted')
      },
    ),
  )
}

export const CREDENTIAL_COMMANDS: readonly fc.Arbitrary<Command>[] = [
  addCommands(),
  editCommands(),
  allowCommands(),
  deleteCommands(),
  callCommands(),
  advanceCommands(),
  restartCommands(),
]
