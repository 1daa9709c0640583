import { hash } from 'node:crypto'
import type { Endpoint } from '@stagedoor/core/catalog/endpoint.ts'
import { expect } from 'vitest'
import type { AuditAction } from '#audit/record-audit-event.ts'
import { createAuthenticateClient } from '#tokens/authenticate-client.ts'
import type { Client } from '#tokens/deps.ts'
import { expectedCall, expectedClient, type Model, type ModelCredential, type ModelToken } from './model.ts'
import { ELITE, ENTERPRISE, type World } from './world.ts'

export const CONTEXT = { actor: 'a test', requestId: 'req_test' } as const
export const ENDPOINTS = [ENTERPRISE, ELITE]
  .flatMap(({ catalogs }) => catalogs)
  .flatMap((each) => each.endpoints)

/** The server, and what a run of commands has met so far: a model that meets nothing proves nothing. */
export type Real = {
  readonly world: World
  /** Before each sequence. */
  readonly empty: () => Promise<void>
  readonly authenticate: (client: ModelCredential) => Promise<Client>
  /** A client by id or address, right or wrong, as the model expects. */
  readonly authenticateAs: (
    model: Model,
    presented: { readonly clientId: string; readonly secret: string },
  ) => Promise<ModelCredential | undefined>
  readonly idOf: (token: ModelToken) => Promise<string>
  /** To be called after every command: compares everything, and that it left exactly this audit event or none. */
  readonly settle: (model: Model, met: string, event?: AuditAction) => Promise<void>
  readonly met: Map<string, number>
}

const BROKEN = `SELECT
  (SELECT count(*) FROM (SELECT family_id FROM tokens WHERE kind = 'refresh' AND rotated_at IS NULL AND revoked_at IS NULL
     GROUP BY family_id HAVING count(*) > 1) doubled) AS "families with two live refresh tokens",
  (SELECT count(*) FROM tokens WHERE kind != 'api' AND expires_at IS NULL) AS "OAuth tokens without an end",
  (SELECT count(*) FROM tokens t WHERE kind = 'api' AND expires_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM tokens n
     WHERE n.credential_id = t.credential_id AND n.kind = 'api' AND n.expires_at IS NULL AND n.issued_at >= t.issued_at)
  ) AS "API tokens with an end and no successor",
  (SELECT count(*) FROM credentials WHERE tenant_id = '${ELITE.id}' AND authentication_method = 'oauth') AS "OAuth in Elite",
  (SELECT count(*) FROM tokens JOIN credentials ON credentials.id = credential_id WHERE tenant_id = '${ELITE.id}'
     AND kind != 'api') AS "OAuth tokens in Elite",
  (SELECT count(*) FROM credentials WHERE tenant_id = '${ELITE.id}' AND allowed_endpoints LIKE '%"enterprise:%')
     AS "endpoints of Enterprise in Elite",
  (SELECT count(*) FROM tokens JOIN credentials ON credentials.id = credential_id WHERE deleted_at IS NOT NULL
     AND revoked_at IS NULL) AS "live tokens of deleted credentials"`

const SOUND = {
  'families with two live refresh tokens': 0,
  'OAuth tokens without an end': 0,
  'API tokens with an end and no successor': 0,
  'OAuth in Elite': 0,
  'OAuth tokens in Elite': 0,
  'endpoints of Enterprise in Elite': 0,
  'live tokens of deleted credentials': 0,
}

export function createReal(world: World): Real {
  const authenticateClient = createAuthenticateClient(world.deps)
  const { ask, order } = world
  const met = new Map<string, number>()
  const note = (what: string): void => void met.set(what, (met.get(what) ?? 0) + 1)
  let steps = 0
  let lastEvent = 0

  /** Every token that was ever issued, at one endpoint after the other. */
  function checkCalls(model: Model): void {
    steps += 1
    for (const [place, token] of model.tokens.entries()) {
      const endpoint = ENDPOINTS[(steps + place) % ENDPOINTS.length]
      if (endpoint) note(`call: ${checkCall(world, model, { token, endpoint })}`)
    }
  }

  async function checkEvents(event: AuditAction | undefined): Promise<void> {
    const events = (
      await ask(`SELECT ${order} AS seq, action FROM audit_events ORDER BY ${order} DESC LIMIT 3`)
    )
      .map(({ seq, action }) => ({ seq: Number(seq), action }))
      .filter(({ seq }) => seq > lastEvent)
    lastEvent = events[0]?.seq ?? lastEvent
    const actions = events.map(({ action }) => action)
    expect(actions, 'audit events of this command').toEqual(event === undefined ? [] : [event])
  }

  return {
    world,
    met,
    empty: async () => {
      await world.empty()
      lastEvent = 0
    },
    authenticate: async ({ id, password = '' }) => {
      const client = await authenticateClient({ clientId: id, secret: password })
      return typeof client === 'object' ? client : expect.fail(`${id} is not known: ${client}`)
    },
    authenticateAs: async (model, presented) => {
      const expected = expectedClient(model, presented)
      const client = await authenticateClient(presented)
      expect(client).toEqual(
        expected
          ? { credentialId: expected.id, tenantId: expected.tenant.id, active: expected.active }
          : 'wrong',
      )
      return expected
    },
    idOf: async (token) => {
      const [row] = await ask(`SELECT id FROM tokens WHERE digest = '${hash('sha256', token.text)}'`)
      return String(row?.['id'] ?? 'tok_forgotten')
    },
    settle: async (model, what, event) => {
      note(what)
      // Every answer waits for this.
      await world.catchUp()
      checkCalls(model)
      await checkEvents(event)
      expect({ ...(await ask(BROKEN))[0] }).toEqual(SOUND)
    },
  }
}

const TOKEN_REASONS = /^(?:token_(?:unknown|malformed|revoked|expired)|credential_inactive)$/

export function checkCall(
  world: World,
  model: Model,
  { token, endpoint }: { readonly token: ModelToken; readonly endpoint: Endpoint },
): string {
  const answer = world.call(token.text, endpoint).replace(TOKEN_REASONS, 'token')
  const expected = expectedCall(model, token, endpoint)
  if (answer !== expected)
    expect.fail(
      `a call with ${token.kind} ${token.generation} of ${token.owner.title}: ${answer}, not ${expected}`,
    )
  return answer
}
