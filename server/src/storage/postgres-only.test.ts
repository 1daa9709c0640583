import { sql } from 'kysely'
import { afterAll, describe, expect, it } from 'vitest'
import { closeSharedPostgres, sharedPostgres } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../../../test/support/postgres.ts'
import {
  addCredential,
  countAll,
  each,
  fill,
  open,
  openFresh,
  PROTECTED,
} from '../../../test/support/postgres-bench.ts'
import { changeAppend } from './changes.ts'
import type { Queries } from './database.ts'

sayWhetherPostgres('row-level security, and being woken by changes')
afterAll(closeSharedPostgres)

describe.skipIf(POSTGRES_BIN === undefined)('PostgreSQL', () => {
  describe('row-level security', () => {
    it('hides the rows of other tenants from a query that forgets its condition, and only it does', async () => {
      const { db, url, superUrl } = await openFresh()
      await fill(db, 'a')
      await fill(db, 'b')
      expect(await db.snapshot('a', countAll)).toEqual(each(1))
      expect(await db.inTenant('b', countAll)).toEqual(each(1))
      expect(await db.snapshot('c', countAll)).toEqual(each(0))
      expect(await db.snapshot(undefined, countAll)).toEqual(each(2))
      expect(await db.acrossTenants(countAll)).toEqual(each(2))
      // The same role without a transaction of ours: nothing at all.
      const [bare] = await (await sharedPostgres()).asSuper(
        url,
        'select count(*)::int as count from credentials',
      )
      expect(bare?.rows).toEqual([{ count: 0 }])
      for (const table of PROTECTED)
        await (await sharedPostgres()).asSuper(superUrl, `alter table ${table} no force row level security`)
      expect(await db.snapshot('a', countAll), 'without it').toEqual(each(2))
    })

    it('is on every table that has a tenant, and forced on its owner', async () => {
      const { superUrl } = await openFresh()
      const [columns] = await (await sharedPostgres()).asSuper(
        superUrl,
        `select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as held from pg_class c
          where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and exists (select 1 from pg_attribute a
          where a.attrelid = c.oid and a.attname in ('tenant_id', 'credential_id') and not a.attisdropped) order by 1`,
      )
      expect(columns?.rows.filter(({ held }) => !held)).toEqual([])
      const names = columns?.rows.map(({ name }) => name)
      expect(names).toEqual([...PROTECTED, 'operator_roles'].toSorted())
    })

    it('lets nobody write into, change or delete of another tenant', async () => {
      const { db } = await openFresh()
      await fill(db, 'a')
      await fill(db, 'b')
      const forbidden = /row-level security/
      await expect(db.inTenant('b', (trx) => addCredential(trx, 'c', 'a'))).rejects.toThrow(forbidden)
      const moved = sql`update credentials set tenant_id = 'a' where id = 'of b'`
      await expect(db.inTenant('b', (trx) => moved.execute(trx))).rejects.toThrow(forbidden)
      const planted = sql`insert into tokens (id, credential_id, kind, digest, hint, issued_at) values ('x', 'of a', 'api', 'x', '', 0)`
      await expect(db.inTenant('b', (trx) => planted.execute(trx))).rejects.toThrow(forbidden)
      const role = sql`insert into operator_roles values ('o', 'a', 'user', 0)`
      await expect(db.inTenant('b', (trx) => role.execute(trx))).rejects.toThrow(forbidden)
      for (const table of PROTECTED) {
        const { numAffectedRows: none } = await db.inTenant('c', (trx) =>
          sql`delete from ${sql.table(table)}`.execute(trx),
        )
        expect(none, table).toBe(0n)
      }
      expect(await db.snapshot(undefined, countAll)).toEqual(each(2))
    })

    it('takes neither * nor nothing for a tenant', async () => {
      const { db } = await openFresh()
      for (const id of ['*', '']) {
        await expect(async () => await db.inTenant(id, countAll)).rejects.toThrow('no id of a tenant')
        await expect(async () => await db.snapshot(id, countAll)).rejects.toThrow('no id of a tenant')
      }
    })

    it('leaves nothing set on a connection when its transaction is over', async () => {
      const { db } = await openFresh({ poolMax: 1 })
      await db.inTenant('a', countAll)
      const settings = sql<{
        tenant: string
        timeout: string
      }>`select current_setting('stagedoor.tenant', true) as tenant,
        current_setting('statement_timeout') as timeout`
      await db.snapshot(undefined, async (trx) => {
        await sql`rollback`.execute(trx)
        const { rows } = await settings.execute(trx)
        expect(rows).toEqual([{ tenant: '', timeout: '0' }])
      })
    })

    it('does not hold a superuser, of whom is warned', async () => {
      const { superUrl } = await (await sharedPostgres()).freshDatabase()
      const { log } = await open(superUrl)
      expect(log.join('')).toContain('BYPASSRLS')
      expect(log.join('')).not.toContain('keeper: ')
      expect((await openFresh()).log.join('')).not.toContain('BYPASSRLS')
    })
  })

  describe('being woken', () => {
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
    }

    it('follows a commit of another process, and no rollback', async () => {
      const { db, storage, url } = await openFresh()
      const other = await open(url)
      let woken = 0
      const stop = storage.onChange(() => {
        woken += 1
      })
      // Once when it listens.
      await until(() => woken === 1)
      const append = (trx: Queries): Promise<number> =>
        changeAppend(trx, { tenantId: 'a', credentialId: 'c', occurredAt: 0 })
      await other.db.inTenant('a', append)
      await until(() => woken === 2)
      const undone = other.db.inTenant('a', async (trx) => {
        await append(trx)
        throw new Error('undone')
      })
      await expect(undone).rejects.toThrow('undone')
      await db.inTenant('a', append)
      await until(() => woken === 3)
      stop()
      await other.db.inTenant('a', append)
      let others = 0
      storage.onChange(() => {
        others += 1
      })
      await other.db.inTenant('a', append)
      await until(() => others > 0)
      expect(woken).toBe(3)
    })

    it('comes back by itself after its connection was lost, and wakes once then', async () => {
      const { storage, superUrl } = await openFresh()
      let woken = 0
      storage.onChange(() => {
        woken += 1
      })
      await until(() => woken === 1)
      await (await sharedPostgres()).asSuper(
        superUrl,
        `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and query like 'listen%'`,
      )
      await until(() => woken === 2)
      await storage.db.inTenant('a', (trx) =>
        changeAppend(trx, { tenantId: 'a', credentialId: 'c', occurredAt: 0 }),
      )
      await until(() => woken === 3)
      expect(woken).toBe(3)
    })
  })
})
