import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { closeSharedPostgres, DATABASES, type Opened } from '../../../test/support/databases.ts'
import { sayWhetherPostgres } from '../../../test/support/postgres.ts'
import { changeAppend, changeLatest, changeListAfter } from './changes.ts'
import {
  credentialCount,
  credentialFindById,
  credentialInsert,
  credentialList,
  credentialUpdate,
} from './credentials.ts'
import type { Database } from './database.ts'
import { managementTokenFindFirst, managementTokenInsert, managementTokenList } from './management-tokens.ts'
import { policyRecordFind, policyRecordList } from './policy-records.ts'
import type { TokenRow } from './schema.ts'
import { credentialRow, tokenRow } from './test/rows.ts'
import { tokenInsertAll, tokenNoteUses } from './tokens.ts'

const DAY = 24 * 60 * 60 * 1000
const WRITERS = 8

sayWhetherPostgres('the contract of the storage')
afterAll(closeSharedPostgres)

function tokenOf(credentialId: string, kind: 'api' | 'access' | 'refresh'): TokenRow {
  return tokenRow(credentialId + kind, credentialId, { kind, issued_at: 1, expires_at: 5 })
}

describe.each(DATABASES)('the storage on $name', ({ missing, open }) => {
  describe.skipIf(missing)('with a new database', () => {
    let opened: Opened
    let db: Database
    beforeEach(async () => {
      opened = await open()
      db = opened.storage.db
    })
    afterEach(async () => await opened.close())

    const append = (by: Database, tenantId: string, fail = false): Promise<number> =>
      by.inTenant(tenantId, async (trx) => {
        const seq = await changeAppend(trx, { tenantId, credentialId: 'c', occurredAt: 1 })
        if (fail) throw new Error('rolled back')
        return seq
      })

    it('counts changes without gaps, also past one that is rolled back', async () => {
      expect(await db.snapshot(undefined, changeLatest)).toBe(0)
      const results = await Promise.allSettled([
        append(db, 't'),
        append(db, 't', true),
        append(db, 't'),
        append(db, 't'),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
      expect(
        (await db.snapshot(undefined, (trx) => changeListAfter(trx, 1, 10))).map(({ seq }) => seq),
      ).toEqual([2, 3])
      const first = { seq: 1, tenantId: 't', credentialId: 'c' }
      expect(await db.snapshot('t', (trx) => changeListAfter(trx, 0, 1))).toEqual([first])
      expect(await db.snapshot(undefined, changeLatest)).toBe(3)
    })

    it('shows readers every change in the order of commits, never a gap, while two processes write', async () => {
      const other = await opened.other()
      const dbs = [db, other.db]
      const ROUNDS = 40
      let writing = true
      const seen: number[] = []
      const reader = (async () => {
        for (let last = false; !last; ) {
          // What is committed when the writers are done is read once more.
          last = !writing
          const after = seen.at(-1) ?? 0
          const rows = await other.db.snapshot(undefined, (trx) => changeListAfter(trx, after, 500))
          seen.push(...rows.map(({ seq }) => seq))
        }
      })()
      const writers = Array.from({ length: WRITERS }, async (_, at) => {
        for (let round = 0; round < ROUNDS; round += 1)
          await append(dbs[at % 2] ?? db, `tenant ${at % 3}`, round % 5 === 4).catch(() => undefined)
      })
      await Promise.all(writers)
      writing = false
      await reader
      // Had one been passed over, the next would have come in its place, and it never.
      const committed = (WRITERS * ROUNDS * 4) / 5
      expect(seen).toEqual(Array.from({ length: committed }, (_, at) => at + 1))
    })

    it('lets works of one tenant run one after another, whoever does them', async () => {
      await db.inTenant('t', (trx) => credentialInsert(trx, credentialRow('c', 't', { active: 0 })))
      const other = await opened.other()
      const count = async (by: Database): Promise<void> => {
        await by.inTenant('t', async (trx) => {
          const { active } = await trx.selectFrom('credentials').select('active').executeTakeFirstOrThrow()
          await new Promise((resolve) => setImmediate(resolve))
          await credentialUpdate(trx, 'c', { active: active + 1 })
        })
      }
      await Promise.all(Array.from({ length: 30 }, (_, at) => count(at % 2 === 0 ? db : other.db)))
      const row = await db.snapshot('t', (trx) =>
        trx.selectFrom('credentials').select(['active', 'version']).executeTakeFirst(),
      )
      // Each has seen what the one before it wrote.
      expect(row).toEqual({ active: 30, version: 31 })
    })

    it('lets works of one name take turns across tenants', async () => {
      const other = await opened.other()
      const make = (by: Database, id: string): Promise<boolean> =>
        by.acrossTenants(async (trx) => {
          if (await managementTokenFindFirst(trx)) return false
          await managementTokenInsert(trx, managementToken(id, null))
          return true
        }, 'first')
      const made = await Promise.all(
        Array.from({ length: 8 }, (_, at) => make(at % 2 === 0 ? db : other.db, `mgt_${at}`)),
      )
      expect(made.filter(Boolean)).toHaveLength(1)
    })

    it('undoes work that throws, and shows nobody what is not committed', async () => {
      await expect(
        db.inTenant('t', async (trx) => {
          await credentialInsert(trx, credentialRow('c', 't'))
          throw new Error('the work breaks')
        }),
      ).rejects.toThrow('the work breaks')
      expect(await countOf(db, 't')).toBe(0)
    })

    it('reads as of one instant', async () => {
      await append(db, 't')
      const other = await opened.other()
      const both = await db.snapshot(undefined, async (trx) => {
        const first = await changeLatest(trx)
        const beside = append(other.db, 't')
        // SQLite has one connection, which is in use here: there the change waits.
        if (opened.storage.shared) await beside
        const second = await changeLatest(trx)
        return { first, second, beside: [beside] }
      })
      await Promise.all(both.beside)
      expect([both.first, both.second]).toEqual([1, 1])
      expect(await db.snapshot(undefined, changeLatest)).toBe(2)
    })

    it('tells the data plane what it needs: no refresh tokens, nothing deleted long ago, nothing unreadable', async () => {
      for (const [id, deleted] of [
        ['c1', null],
        ['c2', 50 * DAY],
        ['c3', 10 * DAY],
      ] as const) {
        await db.inTenant('t', async (trx) => {
          await credentialInsert(trx, credentialRow(id, 't', { deleted_at: deleted }))
          await tokenInsertAll(trx, [tokenOf(id, 'access'), tokenOf(id, 'refresh')])
        })
      }
      const records = await db.snapshot(undefined, (trx) => policyRecordList(trx, { now: 60 * DAY }))
      expect(Object.fromEntries(records.map(({ id, deleted }) => [id, deleted]))).toEqual({
        c1: false,
        c2: true,
      })
      for (const page of [1, 2, 3]) {
        const inPages = await db.snapshot(undefined, (trx) => policyRecordList(trx, { now: 60 * DAY, page }))
        expect(inPages, `pages of ${page}`).toEqual(records)
      }
      const find = (id: string): Promise<PolicyRecord | undefined> =>
        db.snapshot(undefined, (trx) => policyRecordFind(trx, id))
      expect(await find('c1')).toEqual({
        id: 'c1',
        tenantId: 't',
        active: true,
        deleted: false,
        allowedEndpoints: { kind: 'all' },
        tokens: [{ id: 'c1access', kind: 'access', digest: 'c1access', expiresAt: 5, revokedAt: undefined }],
      })
      expect(await find('none')).toBeUndefined()
      await db.inTenant('t', (trx) => credentialUpdate(trx, 'c1', { allowed_endpoints: '{"kind":"only"}' }))
      await expect(find('c1')).rejects.toThrow('cannot read')
    })

    it('reads them page by page, all as of one instant, and lets other work have its turn in between', async () => {
      const ids = Array.from({ length: 30 }, (_, number) => `c${number}`)
      await db.inTenant('t', async (trx) => {
        for (const id of ids) {
          await credentialInsert(trx, credentialRow(id, 't'))
          await tokenInsertAll(trx, [tokenOf(id, 'access'), tokenOf(id, 'api')])
        }
      })
      let isDone = false
      let turns = 0
      const others = (): void => {
        turns += 1
        if (!isDone) setImmediate(others)
      }
      setImmediate(others)
      const beside: Promise<unknown>[] = []
      const records = await db.snapshot(undefined, async (trx) => {
        const first = await policyRecordList(trx, { now: 1, page: 4 })
        beside.push(db.inTenant('t', (other) => credentialInsert(other, credentialRow('c5b', 't'))))
        if (opened.storage.shared) await beside[0]
        expect(await policyRecordList(trx, { now: 1, page: 7 })).toEqual(first)
        return first
      })
      isDone = true
      await Promise.all(beside)
      expect(turns).toBeGreaterThanOrEqual(7)
      expect(records.map(({ id }) => id).toSorted()).toEqual(ids.toSorted())
      for (const { id, tokens } of records)
        expect(tokens.map((token) => token.id).toSorted()).toEqual([`${id}access`, `${id}api`])
    })

    it('keeps the first management token, and shows a tenant its own and those of every tenant', async () => {
      expect(await db.snapshot(undefined, managementTokenFindFirst)).toBeUndefined()
      const all = managementToken('mgt_all', null)
      await db.inTenant('t', (trx) => managementTokenInsert(trx, managementToken('mgt_t', 't')))
      await db.inTenant('u', (trx) => managementTokenInsert(trx, managementToken('mgt_u', 'u')))
      await db.acrossTenants((trx) => managementTokenInsert(trx, all))
      expect(await db.snapshot(undefined, managementTokenFindFirst)).toEqual(all)
      const listed = await db.snapshot('t', (trx) => managementTokenList(trx, 't'))
      expect(listed.map(({ id }) => id)).toEqual(['mgt_all', 'mgt_t'])
    })

    it('gives numbers for counts, sums and instants, up to the largest that is exact', async () => {
      const at = Number.MAX_SAFE_INTEGER
      await db.inTenant('t', (trx) => credentialInsert(trx, credentialRow('c', 't', { created_at: at })))
      const row = await db.snapshot('t', (trx) =>
        trx
          .selectFrom('credentials')
          .select((on) => [
            'created_at',
            on.fn.countAll<number>().as('count'),
            on.fn.sum<number>('version').as('sum'),
            on.fn.max('created_at').as('newest'),
          ])
          .groupBy('created_at')
          .executeTakeFirst(),
      )
      expect(row).toEqual({ created_at: at, count: 1, sum: 1, newest: at })
    })

    it('sorts by bytes and searches folded words, whatever language the database has', async () => {
      const titles = ['a', 'B', 'Z', '_', 'ä', 'z', '100%', '😀', 'a b', 'ab']
      for (const [at, title] of titles.entries()) {
        const row = credentialRow(`c${at}`, 't', { title, title_key: title, search_key: title })
        await db.inTenant('t', (trx) => credentialInsert(trx, row))
      }
      const filter = { tenantId: 't', words: [], active: undefined, method: undefined }
      const list = (words: readonly string[], after?: { titleKey: string; id: string }) =>
        db.snapshot('t', (trx) => credentialList(trx, { ...filter, words, after, limit: 100 }))
      const sorted = titles.toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)))
      expect((await list([])).map(({ title }) => title)).toEqual(sorted)
      const rest = await list([], { titleKey: 'a b', id: 'c8' })
      expect(rest.map(({ title }) => title)).toEqual(sorted.slice(sorted.indexOf('a b') + 1))
      expect((await list(['%'])).map(({ title }) => title)).toEqual(['100%'])
      expect((await list(['_'])).map(({ title }) => title)).toEqual(['_'])
      expect((await list(['a', 'b'])).map(({ title }) => title)).toEqual(['a b', 'ab'])
    })

    it('notes the later use of a token, also where two processes write at once', async () => {
      const ids = Array.from({ length: 20 }, (_, at) => `c${String(at).padStart(2, '0')}`)
      await db.inTenant('t', async (trx) => {
        for (const id of ids) await credentialInsert(trx, credentialRow(id, 't'))
        await tokenInsertAll(
          trx,
          ids.map((id) => tokenOf(id, 'access')),
        )
      })
      const other = await opened.other()
      const note = (by: Database, order: readonly string[], usedAt: number): Promise<void> =>
        by.acrossTenants((trx) => tokenNoteUses(trx, new Map(order.map((id) => [`${id}access`, usedAt]))))
      await Promise.all([note(db, ids, 7), note(other.db, ids.toReversed(), 9), note(db, ids, 8)])
      const rows = await db.snapshot(undefined, (trx) =>
        trx.selectFrom('tokens').select('last_used_at').distinct().execute(),
      )
      expect(rows).toEqual([{ last_used_at: 9 }])
    })

    it('is unique in what must be: a title of a tenant, a digest', async () => {
      await db.inTenant('t', (trx) => credentialInsert(trx, credentialRow('c1', 't', { title_key: 'same' })))
      await db.inTenant('u', (trx) => credentialInsert(trx, credentialRow('c2', 'u', { title_key: 'same' })))
      const again = (): Promise<void> =>
        db.inTenant('t', (trx) => credentialInsert(trx, credentialRow('c3', 't', { title_key: 'same' })))
      await expect(again()).rejects.toThrow(/unique/i)
      await db.inTenant('t', (trx) => credentialUpdate(trx, 'c1', { deleted_at: 1 }))
      await again()
      expect(await countOf(db, 't')).toBe(1)
    })

    it('finds nothing by a text that no database can hold, and does not break on it', async () => {
      const ask = (text: string) =>
        db.snapshot('t', (trx) => credentialFindById(trx, { tenantId: 't', id: text }))
      await db.inTenant('t', (trx) => credentialInsert(trx, credentialRow('c', 't')))
      for (const text of ['\0', 'c\0', '\ud800', 'c\udc00']) expect(await ask(text)).toBeUndefined()
    })

    it('has no row whose credential is missing', async () => {
      await expect(
        db.inTenant('t', (trx) => tokenInsertAll(trx, [tokenOf('none', 'access')])),
      ).rejects.toThrow(/foreign key|row-level security/i)
      const { rows } = await db.snapshot(undefined, (trx) =>
        sql<{ count: number }>`select count(*) as count from tokens`.execute(trx),
      )
      expect(rows).toEqual([{ count: 0 }])
    })
  })
})

function managementToken(id: string, tenantId: string | null) {
  const rest = { hint: 'h', title: 'T', role: 'user', created_by: null } as const
  return { ...rest, id, digest: id, tenant_id: tenantId, created_at: 1, last_used_at: null, revoked_at: null }
}

async function countOf(db: Database, tenantId: string): Promise<number> {
  const filter = { tenantId, words: [], active: undefined, method: undefined }
  return await db.snapshot(tenantId, (trx) => credentialCount(trx, filter))
}
