import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NodeView } from '#feed/node-view.ts'
import type { Storage } from '#storage/database.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { addPerson, firstOperator } from './test/people.ts'
import { ELITE, ENTERPRISE, expectProblem, type Served, START, serve } from './test/serve.ts'

const GATEWAYS: readonly NodeView[] = [
  {
    id: 'node_1',
    name: 'gateway-1',
    state: 'connected',
    seq: 41,
    behind: 0,
    lastSeenAt: START,
    leaseUntil: START + 10_000,
    sameDigest: true,
    sameConfiguration: true,
  },
  {
    id: 'node_2',
    name: 'gateway-2',
    state: 'silent',
    seq: 38,
    behind: 3,
    lastSeenAt: START - 60_000,
    leaseUntil: START - 50_000,
    sameDigest: undefined,
    sameConfiguration: false,
  },
]

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-gateways-'))
let storage: Storage
let door: Served
let listed = 0
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db, {
    now: Date.now,
    listGateways: async () => {
      listed += 1
      return GATEWAYS
    },
  })
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

describe('the gateways', () => {
  it('are listed with their state, and what nobody knows is null', async () => {
    const answer = await door.ask('GET', '/api/v1/gateways')
    expect(answer.status).toBe(200)
    expect(answer.json.items).toMatchObject([
      {
        id: 'node_1',
        name: 'gateway-1',
        state: 'connected',
        behind: 0,
        lastSeenAt: '2026-03-01T09:30:00.000Z',
        sameDigest: true,
        sameConfiguration: true,
      },
      {
        id: 'node_2',
        name: 'gateway-2',
        state: 'silent',
        behind: 3,
        lastSeenAt: '2026-03-01T09:29:00.000Z',
        sameDigest: null,
        sameConfiguration: false,
      },
    ])
  })

  it('are for whoever has a role in every tenant, and nobody is asked about them for others', async () => {
    const admin = await firstOperator(door)
    const person = { tenant: ENTERPRISE, email: 'grace@example.com', role: 'user' }
    const user = await addPerson(door, admin, person)
    const stranger = await addPerson(door, admin, {
      tenant: ELITE,
      email: 'eve@example.com',
      role: 'customer_admin',
    })
    expect((await admin.ask('GET', '/api/v1/gateways')).status).toBe(200)
    const before = listed
    for (const other of [user, stranger]) {
      const answer = await other.ask('GET', '/api/v1/gateways')
      expectProblem(answer, 403, 'role_missing')
      expect(answer.text).not.toContain('gateway-1')
    }
    const nobody = { headers: { authorization: 'Bearer nothing' } }
    expectProblem(await door.ask('GET', '/api/v1/gateways', nobody), 401, 'unauthenticated')
    expect(listed).toBe(before)
  })
})
