import { sql } from 'kysely'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { closeSharedPostgres, sharedPostgres } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres, startPostgres } from '../../../test/support/postgres.ts'
import {
  addCredential,
  countAll,
  each,
  logged,
  open,
  openFresh,
} from '../../../test/support/postgres-bench.ts'
import { StorageUnavailable } from './errors.ts'

sayWhetherPostgres('retries, time-outs and lost connections')
afterAll(closeSharedPostgres)

describe.skipIf(POSTGRES_BIN === undefined)('PostgreSQL', () => {
  it('tells the log that an idle connection broke, and nothing of what the connection knows', async () => {
    const { db, log, superUrl } = await openFresh()
    await db.snapshot(undefined, countAll)
    await (await sharedPostgres()).asSuper(
      superUrl,
      `select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
    )
    await expect.poll(() => log.join('')).toContain('an idle connection to the database broke')
    expect(log.join('')).toContain('terminating connection due to administrator command')
    for (const secret of ['secretKey', 'password', 'ssl', '_events'])
      expect(log.join('')).not.toContain(secret)
  })

  describe('work that fails', () => {
    it.each(['40001', '40P01'])('runs again after %s, and takes place once', async (code) => {
      const { db } = await openFresh()
      let runs = 0
      await db.inTenant('a', async (trx) => {
        runs += 1
        await addCredential(trx, 'c', 'a')
        if (runs < 4)
          await sql.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`).execute(trx)
      })
      expect([runs, (await db.snapshot('a', countAll))['credentials']]).toEqual([4, 1])
    })

    it('gives up after some attempts', async () => {
      const { db } = await openFresh()
      let runs = 0
      const hopeless = db.acrossTenants(async (trx) => {
        runs += 1
        await sql.raw(`do $$ begin raise exception using errcode = '40001'; end $$`).execute(trx)
      })
      await expect(hopeless).rejects.toMatchObject({ code: '40001' })
      expect(runs).toBe(6)
    })

    it('runs again once after a unique violation, and tells nobody the values', async () => {
      const { db } = await openFresh()
      await db.inTenant('a', (trx) => addCredential(trx, 'telling', 'a'))
      let runs = 0
      const error: unknown = await db
        .inTenant('a', async (trx) => {
          runs += 1
          await addCredential(trx, 'telling', 'a')
        })
        .catch((failure: unknown) => failure)
      expect(error).toMatchObject({ code: '23505' })
      expect(runs).toBe(2)
      expect(logged(error)).toContain('duplicate key')
      expect(logged(error)).not.toContain('telling')
    })

    it('survives a real deadlock', async () => {
      const { db } = await openFresh()
      await db.inTenant('a', async (trx) => {
        await addCredential(trx, 'one', 'a')
        await addCredential(trx, 'two', 'a')
      })
      let arrived = 0
      let bothAreThere = (): void => undefined
      const both = new Promise<void>((resolve) => {
        bothAreThere = resolve
      })
      const touch = (first: string, second: string): Promise<void> =>
        db.acrossTenants(async (trx) => {
          await sql`update credentials set version = version + 1 where id = ${first}`.execute(trx)
          arrived += 1
          if (arrived >= 2) bothAreThere()
          await both
          await sql`update credentials set version = version + 1 where id = ${second}`.execute(trx)
        })
      await Promise.all([touch('one', 'two'), touch('two', 'one')])
      const rows = await db.snapshot('a', (trx) => trx.selectFrom('credentials').select('version').execute())
      expect(rows).toEqual([{ version: 3 }, { version: 3 }])
      expect(arrived, 'one ran again').toBe(3)
    })

    it('runs again on another connection where one broke before its commit', async () => {
      const { db, superUrl } = await openFresh()
      let runs = 0
      await db.inTenant('a', async (trx) => {
        runs += 1
        await addCredential(trx, 'c', 'a')
        if (runs > 1) return
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
        await (await sharedPostgres()).asSuper(superUrl, `select pg_terminate_backend(${rows[0]?.pid}, 5000)`)
      })
      expect([runs, (await db.snapshot('a', countAll))['credentials']]).toEqual([2, 1])
    })

    it('does not run again where the connection is lost during the commit: nobody knows what became of it', async () => {
      const { db, superUrl } = await openFresh()
      await (await sharedPostgres()).asSuper(
        superUrl,
        `create function die() returns trigger language plpgsql security definer as
          $$ begin perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(5); return null; end $$`,
        `create constraint trigger dies after insert on credentials deferrable initially deferred
          for each row execute function die()`,
      )
      let runs = 0
      const error: unknown = await db
        .inTenant('a', async (trx) => {
          runs += 1
          await addCredential(trx, 'c', 'a')
        })
        .catch((failure: unknown) => failure)
      expect(error).toBeInstanceOf(StorageUnavailable)
      expect(error).toMatchObject({ outcomeUnknown: true })
      expect(runs).toBe(1)
    })

    it('is a fault where it is one', async () => {
      const { db } = await openFresh()
      const broken = db.acrossTenants((trx) => sql`select nothing from nowhere`.execute(trx))
      await expect(broken).rejects.toMatchObject({ code: '42P01' })
      const huge = db.acrossTenants((trx) => sql`select 9007199254740993::bigint as id`.execute(trx))
      await expect(huge).rejects.toThrow('too large')
      expect(await db.snapshot('a', countAll)).toEqual(each(0))
    })
  })

  describe('a database that cannot serve', () => {
    const unavailable = { name: 'StorageUnavailable', outcomeUnknown: false }

    it('is told after the time-out of a statement, and of a lock', async () => {
      const { db, url } = await openFresh({ statementTimeoutMs: 300, lockTimeoutMs: 300 })
      await expect(db.acrossTenants((trx) => sql`select pg_sleep(60)`.execute(trx))).rejects.toMatchObject(
        unavailable,
      )
      const other = await open(url)
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      let locked = (): void => undefined
      const isLocked = new Promise<void>((resolve) => {
        locked = resolve
      })
      const holding = other.db.inTenant('a', async () => {
        locked()
        await held
      })
      await isLocked
      await expect(db.inTenant('a', countAll)).rejects.toMatchObject(unavailable)
      // Others do not wait for it.
      expect(await db.inTenant('b', countAll)).toEqual(each(0))
      expect(await db.snapshot('a', countAll)).toEqual(each(0))
      release()
      await holding
      expect(await db.inTenant('a', countAll)).toEqual(each(0))
    })

    it('leaves connections to other tenants while the commands of one wait for each other', async () => {
      const { db } = await openFresh({ poolMax: 3 })
      let release = (): void => undefined
      const held = new Promise<void>((resolve) => {
        release = resolve
      })
      const waiting = Array.from({ length: 20 }, () => db.inTenant('a', async () => await held))
      expect(await db.inTenant('b', countAll)).toEqual(each(0))
      release()
      await Promise.all(waiting)
    })

    it('is told where it is stopped, and is used again when it is back; the process lives', async () => {
      const own = await startPostgres()
      onTestFinished(async () => await own.close())
      const { storage } = await open(own.url)
      const woken: number[] = []
      storage.onChange(() => void woken.push(1))
      await Promise.all(Array.from({ length: 5 }, () => storage.db.snapshot(undefined, countAll)))
      await own.stop()
      for (let attempt = 0; attempt < 3; attempt += 1)
        await expect(storage.db.snapshot(undefined, countAll)).rejects.toMatchObject(unavailable)
      await own.restart()
      expect(await storage.db.snapshot(undefined, countAll)).toEqual(each(0))
      await own.kill9()
      await expect(storage.db.inTenant('a', countAll)).rejects.toMatchObject(unavailable)
      await own.restart()
      expect(await storage.db.inTenant('a', countAll)).toEqual(each(0))
    })

    it('is told where it says nothing any more, though its connections stay open', async () => {
      const own = await startPostgres()
      onTestFinished(async () => await own.close())
      const { db } = await open(own.url, { statementTimeoutMs: 300 })
      await db.snapshot(undefined, countAll)
      own.pause()
      // One asks on a connection that was there, the others make new ones.
      const asked = await Promise.allSettled(Array.from({ length: 3 }, () => db.inTenant('a', countAll)))
      expect(asked.map((result) => result.status === 'rejected' && result.reason)).toMatchObject([
        unavailable,
        unavailable,
        unavailable,
      ])
      own.resume()
      expect(await db.inTenant('a', countAll)).toEqual(each(0))
    })

    it('is told where it has no connection left', async () => {
      const { url, superUrl, db } = await openFresh()
      await (await sharedPostgres()).asSuper(superUrl, 'alter role stagedoor connection limit 1')
      onTestFinished(
        async () =>
          void (await (await sharedPostgres()).asSuper(superUrl, 'alter role stagedoor connection limit -1')),
      )
      const results = await Promise.allSettled(
        Array.from({ length: 3 }, () => db.acrossTenants((trx) => sql`select pg_sleep(0.2)`.execute(trx))),
      )
      expect(
        results
          .map(({ status }) => status)
          .toSorted()
          .at(-1),
      ).toBe('rejected')
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject(unavailable)
      await expect(open(url)).rejects.toMatchObject({
        message: expect.stringContaining('too many connections'),
      })
    })
  })
})
