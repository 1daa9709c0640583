import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { closeSharedPostgres, sharedPostgres } from '../../../test/support/databases.ts'
import { POSTGRES_BIN, sayWhetherPostgres, startPostgres } from '../../../test/support/postgres.ts'
import { logged, open, openFresh } from '../../../test/support/postgres-bench.ts'
import { MIGRATIONS } from './migrate.ts'
import { POSTGRES_MIGRATIONS } from './postgres-only.ts'

sayWhetherPostgres('what it refuses to start with')
afterAll(closeSharedPostgres)

describe.skipIf(POSTGRES_BIN === undefined)('PostgreSQL', () => {
  describe('starting', () => {
    it('migrates once where six start at once, and not again', async () => {
      const { url } = await (await sharedPostgres()).freshDatabase()
      const storages = await Promise.all(Array.from({ length: 6 }, () => open(url)))
      const rows = await storages[0]?.db.snapshot(undefined, (trx) =>
        trx.selectFrom('migrations').select('name').orderBy('applied_at').execute(),
      )
      const names = [...MIGRATIONS, ...POSTGRES_MIGRATIONS].map(({ name }) => name)
      expect(rows?.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
      const again = await open(url, { now: () => 2000 })
      const later = await again.db.snapshot(undefined, (trx) =>
        trx.selectFrom('migrations').select('name').where('applied_at', '=', 2000).execute(),
      )
      expect(later).toEqual([])
    })

    it('refuses the database of a newer program', async () => {
      const { url, superUrl } = await openFresh()
      await (await sharedPostgres()).asSuper(superUrl, `insert into migrations values ('9999-later', 1)`)
      await expect(open(url)).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringContaining('written by a newer Stagedoor'),
      })
    })

    it('refuses a role whose commits do not wait for the disk', async () => {
      const { url, superUrl } = await (await sharedPostgres()).freshDatabase()
      await (await sharedPostgres()).asSuper(superUrl, 'alter role stagedoor set synchronous_commit = off')
      onTestFinished(
        async () =>
          void (await (
            await sharedPostgres()
          ).asSuper(superUrl, 'alter role stagedoor reset synchronous_commit')),
      )
      await expect(open(url)).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringMatching(
          /synchronous_commit.*alter role "stagedoor" set synchronous_commit = on/,
        ),
      })
    })

    it('refuses another encoding', async () => {
      const { url } = await (await sharedPostgres()).freshDatabase({ encoding: 'LATIN1' })
      await expect(open(url)).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringMatching(/encoding is LATIN1.*UTF8/),
      })
    })

    it.each(['fsync', 'full_page_writes'])('refuses a server with %s off', async (setting) => {
      const careless = await startPostgres({ settings: { [setting]: 'off' } })
      onTestFinished(async () => await careless.close())
      await expect(open(careless.url)).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringMatching(
          new RegExp(`${setting} = off.*Set ${setting} = on in postgresql.conf`),
        ),
      })
      const [tables] = await careless.asSuper(
        careless.superUrl.replace(/\/postgres$/, '/stagedoor'),
        `select count(*)::int as count from pg_tables where schemaname = 'public'`,
      )
      expect(tables?.rows, 'tables that were made all the same').toEqual([{ count: 0 }])
    })

    it.each([
      [
        'no server',
        (url: string) => url.replace(/:\d+\//, ':1/'),
        /127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/,
      ],
      [
        'a wrong password',
        (url: string) => url.replace('p%40ss', 'wr0ng%40'),
        /password authentication failed/,
      ],
      ['no database', (url: string) => `${url}_none`, /does not exist/],
      [
        'a malformed address',
        (url: string) => url.replace('postgres://', 'postgres:/ /'),
        /is not of the form/,
      ],
      ['another protocol', (url: string) => url.replace('postgres:', 'mysql:'), /is not of the form/],
    ])('says what is wrong with %s, and not the password', async (_, change, message) => {
      const error: unknown = await open(change((await sharedPostgres()).url)).catch(
        (failure: unknown) => failure,
      )
      expect(error).toMatchObject({ name: 'StorageError', message: expect.stringMatching(message) })
      for (const secret of ['p@ss', 'p%40ss', 'wr0ng', 'word%3A', 'word: 100'])
        expect(logged(error)).not.toContain(secret)
    })

    it('says what a role lacks that may not make tables', async () => {
      const { url, superUrl } = await (await sharedPostgres()).freshDatabase()
      await (await sharedPostgres()).asSuper(superUrl, `create role guest login password 'guest'`)
      const other = url.replace(/\/\/[^@]+@/, '//guest:guest@')
      await expect(open(other)).rejects.toMatchObject({
        name: 'StorageError',
        message: expect.stringMatching(/permission denied.*owner/),
      })
    })
  })
})
