import fc from 'fast-check'
import { expect } from 'vitest'
import { issueTokens } from '#credentials/issue-tokens.ts'
import { revokeCredentialToken } from '#credentials/revoke-credential-token.ts'
import { introspectToken } from '#tokens/introspect-token.ts'
import { issueByClient } from '#tokens/issue-by-client.ts'
import { refreshTokens } from '#tokens/refresh-tokens.ts'
import { revokeToken } from '#tokens/revoke-token.ts'
import { type Command, command, keyOf, onCredential, pick } from './commands.ts'
import {
  addPair,
  addSecrets,
  addToken,
  expectedRefresh,
  forgetEnded,
  type Model,
  type ModelCredential,
  type ModelToken,
  revokeAll,
  revokeFamily,
  revokeWhere,
} from './model.ts'
import { CONTEXT, type Real } from './real.ts'
import { ENTERPRISE, SETTINGS } from './world.ts'

type Who = 'nobody' | 'its own client' | 'another client'

const who = fc.constantFrom<Who>('nobody', 'nobody', 'its own client', 'another client')

/** Who authenticates beside a token; nobody where there is no such client. */
function clientFor({ credentials }: Model, token: ModelToken, as: Who): ModelCredential | undefined {
  const clients = credentials.filter(({ deleted, method }) => !deleted && method === 'oauth')
  if (as === 'nobody') return undefined
  return clients.find((client) => (client === token.owner) === (as === 'its own client'))
}

/** A command on a token that was ever issued, of the kind where one is named. */
function onToken(
  name: string,
  { place, kind }: { readonly place: number; readonly kind?: ModelToken['kind'] },
  run: (model: Model, real: Real, token: ModelToken) => Promise<void>,
): Command {
  const of = ({ tokens }: Readonly<Model>): readonly ModelToken[] =>
    tokens.filter((token) => kind === undefined || token.kind === kind)
  return command(
    `${name} of ${place}`,
    (model) => of(model).length > 0,
    async (model, real) => {
      const token = pick(of(model), place)
      if (token) await run(model, real, token)
    },
  )
}

const EVENTS = {
  unknown: undefined,
  foreign: 'refresh_token_of_another',
  refused: undefined,
  race: undefined,
  reuse: 'refresh_token_reused',
  refreshed: 'tokens_refreshed',
} as const

/** The newest most often; older generations too; and now and then what is no refresh token at all. */
function refreshCommands(): fc.Arbitrary<Command> {
  return fc
    .record({ place: fc.oneof(fc.constant(0), fc.constant(0), fc.nat(8)), as: who, any: fc.nat(9) })
    .map(({ place, as, any }) =>
      onToken(
        `refresh(${as})`,
        { place, ...(any > 0 && { kind: 'refresh' }) },
        async (model, real, token) => {
          const asked = clientFor(model, token, as)
          const client = asked && (await real.authenticate(asked))
          const expected = expectedRefresh(model, token, asked)
          const result = await refreshTokens(real.world.deps, {
            refreshToken: token.text,
            client,
            requestId: CONTEXT.requestId,
          })
          const { owner, family } = token
          if (result.outcome === 'refused') {
            expect(expected).not.toBe('refreshed')
            expect(result.changed).toBe(expected === 'reuse')
            if (expected === 'reuse' && family) revokeFamily(model, family)
            return await real.settle(model, `refresh: ${expected}`, EVENTS[expected])
          }
          expect(expected).toBe('refreshed')
          token.rotatedAt = model.now
          forgetEnded(model, owner)
          if (family) addPair(model, owner, { family, pair: result.pair })
          await real.settle(model, 'refresh: refreshed', 'tokens_refreshed')
        },
      ),
    )
}

/** RFC 7009: of a refresh token the family, of any other itself; nothing of what has ended or is another's. */
function revokeCommands(): fc.Arbitrary<Command> {
  return fc.record({ place: fc.nat(12), as: who }).map(({ place, as }) =>
    onToken(`revoke(${as})`, { place }, async (model, real, token) => {
      const asked = clientFor(model, token, as)
      const client = asked && (await real.authenticate(asked))
      const { family, owner } = token
      const ended = token.kind === 'refresh' ? family?.revoked === true : token.revokedAt !== undefined
      const expected = !token.forgotten && !owner.deleted && !ended && (!asked || asked === owner)
      const changed = await revokeToken(real.world.deps, { ...CONTEXT, token: token.text, client })
      expect(changed).toBe(expected)
      if (expected) end(model, token)
      await real.settle(model, `revoked: ${expected}`, expected ? 'token_revoked' : undefined)
    }),
  )
}

function end(model: Model, token: ModelToken): void {
  if (token.kind === 'refresh' && token.family) revokeFamily(model, token.family)
  else revokeWhere(model, (each) => each === token)
}

function revokeByOperatorCommands(): fc.Arbitrary<Command> {
  return fc.nat(12).map((place) =>
    onToken('end', { place }, async (model, real, token) => {
      const key = { ...keyOf(token.owner), tokenId: await real.idOf(token) }
      const result = await revokeCredentialToken(real.world.deps, key)
      if (token.owner.deleted || token.forgotten) {
        expect(result).toMatchObject({ outcome: 'refused', code: 'not_found' })
        return await real.settle(model, 'ended what is not there')
      }
      expect(result.outcome).toBe('revoked')
      const changed = token.revokedAt === undefined
      if (changed) end(model, token)
      await real.settle(model, `ended by an operator: ${changed}`, changed ? 'token_revoked' : undefined)
    }),
  )
}

const OVERLAPS = [0, 0, 60_000, 7 * 24 * 60 * 60_000]

function issueCommands(): fc.Arbitrary<Command> {
  return fc
    .record({ place: fc.nat(5), overlapMs: fc.constantFrom(...OVERLAPS) })
    .map(({ place, overlapMs }) =>
      onCredential(`issue(${overlapMs})`, place, async (model, real, credential) => {
        const key = keyOf(credential)
        const result = await issueTokens(real.world.deps, { ...key, overlapMs, settings: SETTINGS })
        if (credential.deleted || (overlapMs > 0 && credential.method === 'oauth')) {
          const code = credential.deleted ? 'not_found' : 'overlap_not_available'
          expect(result).toMatchObject({ outcome: 'refused', code })
          return await real.settle(model, `issue: ${code}`)
        }
        if (result.outcome === 'refused') return expect.fail(result.code)
        if (overlapMs === 0) revokeAll(model, credential)
        else endLater(model, credential, model.now + overlapMs)
        addSecrets(model, credential, result.secrets)
        await real.settle(model, overlapMs === 0 ? 'issued anew' : 'issued beside', 'tokens_issued')
      }),
    )
}

/** Tokens whose overlap is over already are done with: whoever ends one of them changes nothing. */
function endLater(model: Model, owner: ModelCredential, at: number): void {
  revokeWhere(model, (token) => token.owner === owner && (token.expiresAt ?? at) <= model.now)
  for (const token of model.tokens)
    if (token.owner === owner && token.revokedAt === undefined)
      token.expiresAt = Math.min(token.expiresAt ?? at, at)
}

/** With the right password or a wrong one, by id or by address; the grant `password` begins another family. */
function clientCommands(): fc.Arbitrary<Command> {
  return fc
    .record({
      place: fc.nat(5),
      byAddress: fc.boolean(),
      right: fc.nat(4),
      grant: fc.constantFrom('client_credentials' as const, 'password' as const),
    })
    .map(({ place, byAddress, right, grant }) =>
      onCredential(`${grant}(${byAddress}, ${right > 0})`, place, async (model, real, credential) => {
        const { id, email, password } = credential
        const secret = right > 0 ? (password ?? '') : 'wrong but long enough'
        const clientId = byAddress ? (email ?? id) : id
        const found = await real.authenticateAs(model, { clientId, secret })
        if (!found) return await real.settle(model, 'client: unknown')
        const client = { credentialId: found.id, tenantId: ENTERPRISE.id, active: found.active }
        const issued = await issueByClient(real.world.deps, { client, grant, requestId: CONTEXT.requestId })
        expect(issued !== undefined).toBe(found.active)
        if (!issued) return await real.settle(model, 'client: resting')
        forgetEnded(model, found)
        const { accessToken, refreshToken } = issued
        expect(refreshToken !== undefined).toBe(grant === 'password')
        if (refreshToken) addSecrets(model, found, { kind: 'oauth', accessToken, refreshToken })
        else
          addToken(model, found, {
            text: accessToken.value,
            kind: 'access',
            expiresAt: model.now + SETTINGS.accessTokenMs,
          })
        await real.settle(model, `client: ${grant}`, 'tokens_issued')
      }),
    )
}

/** RFC 7662: active is what could be used now. */
function introspectCommands(): fc.Arbitrary<Command> {
  return fc.nat(12).map((place) =>
    onToken('introspect', { place }, async (model, real, token) => {
      const { owner, expiresAt, rotatedAt, revokedAt, kind } = token
      const live =
        owner.active &&
        !owner.deleted &&
        revokedAt === undefined &&
        rotatedAt === undefined &&
        !token.forgotten
      const active = live && (expiresAt === undefined || model.now < expiresAt)
      const said = await introspectToken(real.world.deps, token.text)
      expect(said && { kind: said.kind, id: said.credentialId }).toEqual(
        active ? { kind, id: owner.id } : undefined,
      )
      await real.settle(model, `introspected: ${active}`)
    }),
  )
}

export const TOKEN_COMMANDS: readonly fc.Arbitrary<Command>[] = [
  refreshCommands(),
  refreshCommands(),
  refreshCommands(),
  revokeCommands(),
  revokeByOperatorCommands(),
  issueCommands(),
  clientCommands(),
  introspectCommands(),
]
