import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { openSqlite } from '#storage/sqlite.ts'
import { ingestUse } from '#usage/ingest-use.ts'
import type { UseBatch } from '#usage/use-batch.ts'
import { ELITE, ENTERPRISE, expectProblem, type Served, START, serve } from './test/serve.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The hour in which the clock of these tests stands still. */
const NOW_HOUR = Math.floor(START / HOUR) * HOUR
const GET = 'enterprise:GET:/Events'

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-usage-'))
let storage: Storage
let door: Served
let id: string
let flushed = 0
let number = 0

async function ingest(...rows: readonly [string, string, number, number][]): Promise<void> {
  number += 1
  const calls: UseBatch['calls'] = rows.map(([endpointId, outcome, hour, count]) => ({
    credentialId: id,
    endpointId,
    outcome,
    hour,
    calls: count,
  }))
  await ingestUse(storage.db, { batch: { nodeId: 'node_1', number, calls, tokens: [] }, now: START })
}

beforeAll(async () => {
  storage = await openSqlite({ directory, now: () => START })
  door = serve(storage.db, {
    flushTokenUse: async () => {
      flushed += 1
    },
  })
  id = (await door.add({ title: 'Used', allowedEndpoints: { kind: 'all' } })).json.credential.id
  await ingest(
    [GET, 'allowed', NOW_HOUR, 5],
    [GET, 'allowed', NOW_HOUR - HOUR, 4],
    [GET, 'endpoint_not_allowed', NOW_HOUR, 2],
    ['', 'token_expired', NOW_HOUR - DAY, 7],
    ['enterprise:POST:/Events', 'allowed', NOW_HOUR - 8 * DAY, 100],
  )
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

describe('what a credential has been used for', () => {
  it('is told for the last seven days, by endpoint and outcome and by day', async () => {
    const answer = await door.ask('GET', `${ENTERPRISE}/credentials/${id}/usage`)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json).toEqual({
      from: '2026-02-22T09:00:00.000Z',
      to: '2026-03-01T10:00:00.000Z',
      endpoints: [
        { endpointId: GET, outcome: 'allowed', calls: 9 },
        { endpointId: '', outcome: 'token_expired', calls: 7 },
        { endpointId: GET, outcome: 'endpoint_not_allowed', calls: 2 },
      ],
      more: false,
      times: [
        { at: '2026-02-28T00:00:00.000Z', allowed: 0, refused: 7 },
        { at: '2026-03-01T00:00:00.000Z', allowed: 9, refused: 2 },
      ],
    })
  })

  it('is told by hour and for another period, both its hours included', async () => {
    const query = 'from=2026-03-01T08:59:00Z&to=2026-03-01T09:00:00%2B00:00&per=hour'
    const answer = await door.ask('GET', `${ENTERPRISE}/credentials/${id}/usage?${query}`)
    expect(answer.json.times).toEqual([
      { at: '2026-03-01T08:00:00.000Z', allowed: 4, refused: 0 },
      { at: '2026-03-01T09:00:00.000Z', allowed: 5, refused: 2 },
    ])
    const earlier = await door.ask('GET', `${ENTERPRISE}/credentials/${id}/usage?to=2026-02-22T00:00:00Z`)
    expect(earlier.json.endpoints).toEqual([
      { endpointId: 'enterprise:POST:/Events', outcome: 'allowed', calls: 100 },
    ])
  })

  it('asks the gateway of this process for what it has counted first', async () => {
    const before = flushed
    await door.ask('GET', `${ENTERPRISE}/credentials/${id}/usage`)
    expect(flushed).toBe(before + 1)
  })

  it('is told of no more than 500 endpoints, the most called', async () => {
    const other = (await door.add({ title: 'Busy', allowedEndpoints: { kind: 'all' } })).json.credential.id
    const kept = id
    id = other
    const rows = Array.from({ length: 600 }, (_, at): [string, string, number, number] => [
      `e${at}`,
      'allowed',
      NOW_HOUR,
      at + 1,
    ])
    await ingest(...rows)
    id = kept
    const { json } = await door.ask('GET', `${ENTERPRISE}/credentials/${other}/usage`)
    expect(json.endpoints).toHaveLength(500)
    expect(json.endpoints[0]).toEqual({ endpointId: 'e599', outcome: 'allowed', calls: 600 })
    expect(json.more).toBe(true)
  })

  it.each([
    ['from=yesterday', 'from'],
    ['to=2026-13-01T00:00:00Z', 'to'],
    ['per=minute', 'per'],
    ['from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z', 'from'],
    ['from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&per=hour', 'from'],
    ['from=0001-01-01T00:00:00Z', 'from'],
    ['since=2026-03-01T00:00:00Z', 'since'],
  ])('refuses %s', async (query, field) => {
    expectProblem(
      await door.ask('GET', `${ENTERPRISE}/credentials/${id}/usage?${query}`),
      422,
      'validation_failed',
      field,
    )
  })

  it("is nobody else's, and of no credential that is deleted or never was", async () => {
    const deleted = (await door.add({ title: 'Deleted', allowedEndpoints: { kind: 'all' } })).json.credential
      .id
    await door.ask('DELETE', `${ENTERPRISE}/credentials/${deleted}`, { headers: { 'if-match': '*' } })
    for (const path of [
      `${ELITE}/credentials/${id}/usage`,
      `${ENTERPRISE}/credentials/${deleted}/usage`,
      `${ENTERPRISE}/credentials/cred_none/usage`,
      `/api/v1/tenants/tnt_none/credentials/${id}/usage`,
    ])
      expectProblem(await door.ask('GET', path), 404, 'not_found')
  })
})
