import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '#storage/database.ts'
import { closeSharedPostgres, DATABASES, type Opened } from '../../../test/support/databases.ts'
import { sayWhetherPostgres } from '../../../test/support/postgres.ts'
import { getCredentialUse } from './get-credential-use.ts'
import { ingestUse } from './ingest-use.ts'
import { addStored, countsOf, lastUseOf } from './test/stored.ts'
import { BATCH_ROWS_MAX, type UseBatch } from './use-batch.ts'
import { HOUR_MS } from './use-counter.ts'

const NOON = Date.UTC(2026, 2, 1, 12)
const NOW = NOON + 20 * 60_000
const GET = 'enterprise:GET:/Events'

let opened: Opened
let db: Database

sayWhetherPostgres('writing what gateways have counted')
afterAll(closeSharedPostgres)

function batch(number: number, more: Partial<UseBatch> = {}): UseBatch {
  const calls = [{ credentialId: 'cred_a', endpointId: GET, outcome: 'allowed', hour: NOON, calls: 3 }]
  return { nodeId: 'node_1', number, calls, tokens: [{ tokenId: 'tok_a', usedAt: NOW - 5 }], ...more }
}

describe.each(DATABASES)('writing what gateways have counted, on $name', ({ missing, open }) => {
  describe.skipIf(missing)('with a new database', () => {
    beforeAll(async () => {
      opened = await open()
      db = opened.storage.db
      await addStored(db, 'tnt_harbour', 'a')
      await addStored(db, 'tnt_arena', 'b')
    })
    beforeEach(async () => {
      await db.acrossTenants(async (trx) => {
        await trx.deleteFrom('usage_hours').execute()
        await trx.deleteFrom('usage_batches').execute()
        await trx.updateTable('tokens').set({ last_used_at: null }).execute()
      })
    })
    afterAll(async () => await opened.close())

    test('batches of one gateway add up, and so do those of several', async () => {
      expect(await ingestUse(db, { batch: batch(7), now: NOW })).toEqual({ outcome: 'written' })
      expect(await ingestUse(db, { batch: batch(8), now: NOW })).toEqual({ outcome: 'written' })
      expect(await ingestUse(db, { batch: batch(1, { nodeId: 'node_2' }), now: NOW })).toEqual({
        outcome: 'written',
      })
      expect(await countsOf(db)).toEqual(new Map([[`cred_a ${GET} allowed ${NOON}`, 9]]))
      expect(await lastUseOf(db, 'tok_a')).toBe(NOW - 5)
      expect(await lastUseOf(db, 'tok_b')).toBeNull()
    })

    test('a batch that was written changes nothing when it comes again, nor does one before it', async () => {
      await ingestUse(db, { batch: batch(8), now: NOW })
      const later = { tokens: [{ tokenId: 'tok_a', usedAt: NOW }] }
      expect(await ingestUse(db, { batch: batch(8, later), now: NOW })).toEqual({ outcome: 'repeated' })
      expect(await ingestUse(db, { batch: batch(7, later), now: NOW })).toEqual({ outcome: 'repeated' })
      expect([...(await countsOf(db)).values()]).toEqual([3])
      expect(await lastUseOf(db, 'tok_a')).toBe(NOW - 5)
    })

    test('the same batch brought ten times at once is written once', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => ingestUse(db, { batch: batch(3), now: NOW })),
      )
      expect(outcomes.filter(({ outcome }) => outcome === 'written')).toHaveLength(1)
      expect([...(await countsOf(db)).values()]).toEqual([3])
    })

    test('the number and the counts are written together or not at all', async () => {
      const broken: Database = {
        ...db,
        acrossTenants: (work) =>
          db.acrossTenants(async (trx) => {
            await work(trx)
            throw new Error('the power fails before the commit')
          }),
      }
      await expect(ingestUse(broken, { batch: batch(3), now: NOW })).rejects.toThrow('the power fails')
      expect(await countsOf(db)).toEqual(new Map())
      expect(await lastUseOf(db, 'tok_a')).toBeNull()
      expect(await ingestUse(db, { batch: batch(3), now: NOW })).toEqual({ outcome: 'written' })
      expect([...(await countsOf(db)).values()]).toEqual([3])
    })

    test('a last use never goes back, and is never in the future', async () => {
      await ingestUse(db, { batch: batch(1), now: NOW })
      await ingestUse(db, { batch: batch(2, { tokens: [{ tokenId: 'tok_a', usedAt: NOON }] }), now: NOW })
      expect(await lastUseOf(db, 'tok_a')).toBe(NOW - 5)
      await ingestUse(db, {
        batch: batch(3, { tokens: [{ tokenId: 'tok_a', usedAt: NOW + HOUR_MS }] }),
        now: NOW,
      })
      expect(await lastUseOf(db, 'tok_a')).toBe(NOW)
    })

    test('credentials and tokens that never were are ignored, the others are written', async () => {
      const { calls, tokens } = batch(1)
      const unknown = { credentialId: 'cred_x', endpointId: GET, outcome: 'allowed', hour: NOON, calls: 9 }
      await ingestUse(db, {
        batch: batch(1, {
          calls: [unknown, ...calls],
          tokens: [{ tokenId: 'tok_x', usedAt: NOW }, ...tokens],
        }),
        now: NOW,
      })
      expect(await countsOf(db)).toEqual(new Map([[`cred_a ${GET} allowed ${NOON}`, 3]]))
      expect(await lastUseOf(db, 'tok_a')).toBe(NOW - 5)
    })

    test("each row is its credential's tenant's", async () => {
      const calls = ['cred_a', 'cred_b'].map((credentialId) => ({
        credentialId,
        endpointId: '',
        outcome: 'token_expired',
        hour: NOON,
        calls: 1,
      }))
      await ingestUse(db, { batch: batch(1, { calls }), now: NOW })
      const rows = await db.snapshot(undefined, (trx) =>
        trx
          .selectFrom('usage_hours')
          .select(['credential_id', 'tenant_id'])
          .orderBy('credential_id')
          .execute(),
      )
      expect(rows).toEqual([
        { credential_id: 'cred_a', tenant_id: 'tnt_harbour' },
        { credential_id: 'cred_b', tenant_id: 'tnt_arena' },
      ])
    })

    test('a key that stands twice in a batch counts both times', async () => {
      const { calls } = batch(1)
      await ingestUse(db, { batch: batch(1, { calls: [...calls, ...calls] }), now: NOW })
      expect([...(await countsOf(db)).values()]).toEqual([6])
    })

    test('a batch as large as they come is written', async () => {
      const calls = Array.from({ length: BATCH_ROWS_MAX }, (_, at) => ({
        credentialId: 'cred_a',
        endpointId: `e${at}`,
        outcome: 'allowed',
        hour: NOON,
        calls: 1,
      }))
      const tokens = calls.map((_, at) => ({ tokenId: at === 0 ? 'tok_a' : `tok_${at}`, usedAt: NOW }))
      await ingestUse(db, { batch: batch(1, { calls, tokens }), now: NOW })
      await ingestUse(db, { batch: batch(2, { calls, tokens }), now: NOW })
      const counts = await countsOf(db)
      expect(counts.size).toBe(BATCH_ROWS_MAX)
      expect(new Set(counts.values())).toEqual(new Set([2]))
      expect(await lastUseOf(db, 'tok_a')).toBe(NOW)
    })

    test('after 90 days hours are forgotten, and what comes later for them is not counted', async () => {
      const days = (count: number): number => NOW + count * 24 * HOUR_MS
      await ingestUse(db, { batch: batch(5), now: NOW })
      await ingestUse(db, { batch: batch(6, { calls: [], tokens: [] }), now: days(89) })
      expect((await countsOf(db)).size).toBe(1)
      await ingestUse(db, { batch: batch(1, { nodeId: 'node_2', calls: [], tokens: [] }), now: days(180) })
      expect((await countsOf(db)).size).toBe(0)
      // Its number is forgotten by now, and what it counted is too old.
      expect(await ingestUse(db, { batch: batch(5), now: days(180) })).toEqual({ outcome: 'written' })
      expect((await countsOf(db)).size).toBe(0)
    })

    test('two control planes that write for four gateways at once lose nothing and count nothing twice', async () => {
      const other = (await opened.other()).db
      const nodes = ['node_1', 'node_2', 'node_3', 'node_4']
      // Every gateway brings each of its batches to both, as if each had not answered in time.
      await Promise.all(
        nodes.map(async (nodeId) => {
          for (let number = 1; number <= 20; number += 1) {
            const each = batch(number, { nodeId })
            await Promise.all([
              ingestUse(db, { batch: each, now: NOW }),
              ingestUse(other, { batch: each, now: NOW }),
            ])
          }
        }),
      )
      expect([...(await countsOf(db)).values()]).toEqual([4 * 20 * 3])
    })

    test('what a credential was used for is summed by endpoint and by hour or day', async () => {
      const calls = [
        { credentialId: 'cred_a', endpointId: GET, outcome: 'allowed', hour: NOON, calls: 3 },
        { credentialId: 'cred_a', endpointId: GET, outcome: 'allowed', hour: NOON - HOUR_MS, calls: 4 },
        { credentialId: 'cred_a', endpointId: '', outcome: 'token_expired', hour: NOON, calls: 9 },
        { credentialId: 'cred_b', endpointId: GET, outcome: 'allowed', hour: NOON, calls: 100 },
      ]
      await ingestUse(db, { batch: batch(1, { calls }), now: NOW })
      const period = {
        tenantId: 'tnt_harbour',
        credentialId: 'cred_a',
        from: NOON - HOUR_MS,
        to: NOON + HOUR_MS,
      }
      const byHour = await getCredentialUse(db, { ...period, per: 'hour' })
      expect(byHour).toEqual({
        endpoints: [
          { endpointId: '', outcome: 'token_expired', calls: 9 },
          { endpointId: GET, outcome: 'allowed', calls: 7 },
        ],
        more: false,
        times: [
          { at: NOON - HOUR_MS, allowed: 4, refused: 0 },
          { at: NOON, allowed: 3, refused: 9 },
        ],
      })
      const byDay = await getCredentialUse(db, { ...period, per: 'day' })
      expect(byDay?.times).toEqual([{ at: NOON - 12 * HOUR_MS, allowed: 7, refused: 9 }])
      expect(await getCredentialUse(db, { ...period, to: NOON, per: 'hour' })).toMatchObject({
        times: [{ allowed: 4, refused: 0 }],
      })
      expect(await getCredentialUse(db, { ...period, tenantId: 'tnt_arena', per: 'hour' })).toBeUndefined()
    })
  })
})
