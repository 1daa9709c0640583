import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Confirm, Receipt } from '#feed/receipt.ts'
import type { Storage } from '#storage/database.ts'
import { policyRecordFind } from '#storage/policy-records.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { type Answer, ELITE, ENTERPRISE, expectProblem, type Served, START, serve } from './test/serve.ts'

const MINUTE = 60_000
/** One has confirmed; one is late, one silent, one stopped. */
const PARTLY: Receipt = {
  gateways: 3,
  confirmed: 1,
  elapsedMs: 5000.3,
  complete: true,
  pending: [
    gateway('gateway-2', 'late', START - 1_500),
    gateway('gateway-3', 'silent', START - 4 * MINUTE),
    gateway('gateway-4', 'stopped', START - 10 * MINUTE),
  ],
}
const PARTLY_JSON = {
  gateways: 3,
  confirmed: 1,
  elapsedMs: 5000.3,
  complete: true,
  pending: [
    pendingJson('gateway-2', 'late', '2026-03-01T09:29:58.500Z', '2026-03-01T09:44:58.500Z'),
    pendingJson('gateway-3', 'silent', '2026-03-01T09:26:00.000Z', '2026-03-01T09:41:00.000Z'),
    pendingJson('gateway-4', 'stopped', '2026-03-01T09:20:00.000Z', '2026-03-01T09:35:00.000Z'),
  ],
}

function gateway(name: string, state: 'late' | 'silent' | 'stopped', lastSeenAt: number) {
  return { id: `node_of_${name}`, name, state, lastSeenAt, decidesUntil: lastSeenAt + 15 * MINUTE }
}

function pendingJson(name: string, state: string, lastSeenAt: string, decidesUntil: string): object {
  return { id: `node_of_${name}`, name, state, lastSeenAt, decidesUntil }
}

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-receipts-'))
let storage: Storage
let door: Served
/** How gateways were waited for, and what happens at that moment. */
let asked: Parameters<Confirm>[0][] = []
let meanwhile: () => Promise<void> = async () => undefined
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db, {
    confirm: async (options) => {
      asked.push(options)
      await meanwhile()
      return PARTLY
    },
  })
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

const ANY = { 'if-match': '*' }
const OAUTH = { authenticationMethod: 'oauth', email: 'partner@example.org', password: 'kettle and lantern' }
let id = ''
let address = ''
let titles = 0
beforeEach(async () => {
  meanwhile = async () => undefined
  titles += 1
  id = (await door.add({ title: `Partner ${titles}`, ...OAUTH, email: `p${titles}@example.org` })).json
    .credential.id
  address = `${ENTERPRISE}/credentials/${id}`
  asked = []
})

async function stored(): Promise<Awaited<ReturnType<typeof policyRecordFind>>> {
  return await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, id))
}
const setActive = (active: boolean): Promise<Answer> =>
  door.ask('PATCH', address, { body: { active }, headers: ANY })
const setEndpoints = (endpoints: readonly string[]): Promise<Answer> =>
  door.ask('PUT', `${address}/allowed-endpoints`, { body: { kind: 'only', endpoints }, headers: ANY })
async function revokeAccessToken(): Promise<Answer> {
  const { items } = (await door.ask('GET', `${address}/tokens`)).json
  const { id: tokenId } = items.find(({ kind }: { kind: string }) => kind === 'access')
  return await door.ask('DELETE', `${address}/tokens/${tokenId}`)
}

/** Each change, the status of its answer, and whether what is stored has it. */
const CHANGES = {
  deactivate: {
    change: () => setActive(false),
    status: 200,
    has: async () => (await stored())?.active === false,
  },
  'set allowed endpoints': {
    change: () => setEndpoints(['enterprise:GET:/Events']),
    status: 200,
    has: async () => (await stored())?.allowedEndpoints.kind === 'only',
  },
  'issue tokens': {
    change: () => door.ask('POST', `${address}/tokens`, { headers: ANY }),
    status: 201,
    has: async () => (await stored())?.tokens.some(({ revokedAt }) => revokedAt !== undefined),
  },
  'revoke a token': {
    change: revokeAccessToken,
    status: 200,
    has: async () => (await stored())?.tokens.some(({ revokedAt }) => revokedAt !== undefined),
  },
  'delete the credential': {
    change: () => door.ask('DELETE', address),
    status: 200,
    has: async () => (await stored())?.deleted,
  },
}

describe('what changes a credential', () => {
  it.each(Object.entries(CHANGES))(
    '%s: waits once, after it is committed and before it is answered, and says who has not confirmed',
    async (_, { change, status, has }) => {
      expect(await has()).not.toBe(true)
      let isAnswered = false
      const release = Promise.withResolvers<void>()
      const reached = Promise.withResolvers<void>()
      meanwhile = async () => {
        reached.resolve()
        await release.promise
      }
      const answering = change().finally(() => {
        isAnswered = true
      })
      await Promise.race([reached.promise, answering])
      const wasStored = await has()
      // An answer that waits for nobody would be there before that of a request which is sent only now.
      meanwhile = async () => undefined
      await door.ask('GET', `${ENTERPRISE}/credentials`)
      const wasAnswered = isAnswered
      release.resolve()
      const answer = await answering
      expect([wasStored, wasAnswered]).toEqual([true, false])
      expect([answer.status, answer.json.receipt]).toEqual([status, PARTLY_JSON])
      expect(asked.map(({ tenantId }) => tenantId)).toEqual(['tnt_harbour'])
    },
  )

  it('activate, and an edit that changes nothing, say it too', async () => {
    await setActive(false)
    expect((await setActive(true)).json.receipt).toEqual(PARTLY_JSON)
    const same = await setActive(true)
    expect([same.status, same.json.receipt]).toEqual([200, PARTLY_JSON])
    expect((await setEndpoints(await endpoints())).json.receipt).toEqual(PARTLY_JSON)
    expect(asked).toHaveLength(4)
  })

  it('add waits for gateways of its own tenant, also where it repeats an earlier answer', async () => {
    const init = {
      body: { title: 'Box office', authenticationMethod: 'api_token' },
      headers: { 'idempotency-key': 'receipts-1' },
    }
    const first = await door.ask('POST', `${ELITE}/credentials`, init)
    const again = await door.ask('POST', `${ELITE}/credentials`, init)
    for (const answer of [first, again])
      expect([answer.status, answer.json.receipt]).toEqual([201, PARTLY_JSON])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(asked.map(({ tenantId }) => tenantId)).toEqual(['tnt_arena', 'tnt_arena'])
  })

  async function endpoints(): Promise<readonly string[]> {
    await setEndpoints(['enterprise:GET:/Events'])
    asked = asked.slice(0, -1)
    return (await door.ask('GET', `${address}/allowed-endpoints`)).json.endpoints
  }
})

describe('what changes nothing that gateways decide by', () => {
  it('waits for nobody: whatever only looks', async () => {
    for (const path of ['', '/allowed-endpoints', '/tokens']) {
      const answer = await door.ask('GET', address + path)
      expect(answer.status).toBe(200)
      expect(answer.text).not.toContain('receipt')
    }
    const listed = await door.ask('GET', `${ENTERPRISE}/credentials`)
    expect([listed.status, listed.text.includes('receipt')]).toEqual([200, false])
    expect(asked).toEqual([])
  })

  it('waits for nobody: whatever is refused', async () => {
    const body = { active: false }
    expectProblem(await door.ask('PATCH', address, { body }), 428, 'precondition_required')
    const old = { body, headers: { 'if-match': '"99"' } }
    expectProblem(await door.ask('PATCH', address, old), 412, 'version_mismatch')
    expectProblem(await setEndpoints(['enterprise:GET:/Nothing']), 422, 'endpoint_not_in_tenant')
    expectProblem(await door.ask('DELETE', `${address}/tokens/tok_none`), 404, 'not_found')
    expectProblem(await door.ask('DELETE', `${ELITE}/credentials/${id}`), 404, 'not_found')
    expect(asked).toEqual([])
    expect((await stored())?.active).toBe(true)
  })
})
