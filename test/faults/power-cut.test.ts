import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { type CuttableDisk, makeCuttableDisk, whyNoCuttableDisk } from '../support/cuttable-disk.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { PLAIN, plainConfig } from '../support/plain-config.ts'
import { type Stagedoor, startStagedoor } from '../support/stagedoor.ts'

// Guarantee (security.md F-03): what was acknowledged by the database that comes along outlives a power cut.

const CUTS = faultRounds({ short: 4, long: 100 })
const ACKNOWLEDGED_MIN = faultRounds({ short: 1_000, long: 10_000 })
const WRITERS = 8
const LIST = ['enterprise:GET:/events/{}']
const token = 'a-management-token-for-the-power-cut'

const missing = whyNoCuttableDisk()
if (missing !== undefined) process.stderr.write(`NOT TESTED: a power cut. ${missing}\n`)

describe.skipIf(missing !== undefined)('a power cut', () => {
  const disks: CuttableDisk[] = []
  afterAll(() => {
    for (const disk of disks) disk.close()
  })
  const makeDisk = (): CuttableDisk => {
    const disk = makeCuttableDisk()
    disks.push(disk)
    return disk
  }

  it(`loses no acknowledged write and leaves no half one, ${CUTS} times`, {
    timeout: 1_800_000,
  }, async () => {
    const disk = makeDisk()
    const acknowledged = new Map<string, Written>()
    const sizes: number[] = []
    for (let cut = 0; cut < CUTS; cut += 1) {
      const before = acknowledged.size
      await writeUntilCut(disk, acknowledged, Math.ceil(ACKNOWLEDGED_MIN / 2 / CUTS) + WRITERS)
      disk.mountAgain()
      sizes.push(acknowledged.size - before)
      const found = readBack(disk)
      expect(lost(acknowledged, found.rows)).toEqual([])
      expect(found.halves).toEqual([])
      expect(found.integrity).toBe('ok')
    }
    // Each was added and narrowed: two writes.
    const writes = [...acknowledged.values()].reduce((sum, { narrowed }) => sum + (narrowed ? 2 : 1), 0)
    console.info(
      `${CUTS} power cuts, ${writes} acknowledged writes (${sizes.join(', ')} credentials): 0 lost`,
    )
    expect(writes).toBeGreaterThanOrEqual(ACKNOWLEDGED_MIN)
  })

  it('is one that this test would see: a database that does not wait for the disk does lose writes', async () => {
    const disk = makeDisk()
    const path = join(disk.directory, 'careless.sqlite')
    const code = `const { DatabaseSync } = require('node:sqlite')
      const database = new DatabaseSync(${JSON.stringify(path)})
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE t (id INTEGER PRIMARY KEY, text)')
      for (let id = 1; ; id += 1) {
        database.prepare('INSERT INTO t VALUES (?, ?)').run(id, 'x'.repeat(200))
        require('node:fs').writeSync(1, id + '\\n')
      }`
    const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'ignore'] })
    const ended = once(child, 'exit')
    let written = 0
    for await (const line of createInterface(child.stdout)) {
      written = Number(line)
      if (written === 50) disk.cut()
    }
    child.kill('SIGKILL')
    await ended
    disk.mountAgain()
    expect(written - countCareless(path)).toBeGreaterThan(0)
  })
})

type Written = { readonly title: string; narrowed: boolean }

/** Writes with several at once; somewhere in the middle of it the power goes. */
async function writeUntilCut(
  disk: CuttableDisk,
  acknowledged: Map<string, Written>,
  atLeast: number,
): Promise<void> {
  const door = await startStagedoor({
    folder: disk.directory,
    config: plainConfig(),
    env: { STAGEDOOR_MANAGEMENT_TOKEN: token },
  })
  const goal = acknowledged.size + atLeast
  const { promise: reached, resolve } = Promise.withResolvers<void>()
  const writers = Array.from({ length: WRITERS }, () =>
    write(door, acknowledged, () => acknowledged.size >= goal && resolve()),
  )
  await Promise.race([reached, Promise.all(writers)])
  await new Promise((done) => setTimeout(done, Math.random() * 40))
  disk.cut()
  // It goes on for a moment without its disk: whatever it acknowledges now would be lost.
  await new Promise((done) => setTimeout(done, 50))
  await door.kill()
  await Promise.all(writers)
}

async function write(
  door: Stagedoor,
  acknowledged: Map<string, Written>,
  onWritten: () => void,
): Promise<void> {
  for (;;) {
    try {
      const title = `written ${Math.random()}`
      const body = { title, authenticationMethod: 'api_token' }
      const made = await door.admin('POST', `${PLAIN}/credentials`, body)
      if (made.status !== 201) return
      const { id } = made.json.credential
      acknowledged.set(id, { title, narrowed: false })
      const narrowed = await door.admin(
        'PUT',
        `${PLAIN}/credentials/${id}/allowed-endpoints`,
        { kind: 'only', endpoints: LIST },
        { 'if-match': '*' },
      )
      if (narrowed.status !== 200) return
      acknowledged.set(id, { title, narrowed: true })
      onWritten()
    } catch {
      return
    }
  }
}

type ReadBack = {
  readonly rows: ReadonlyMap<string, Record<string, unknown>>
  /** What is there by halves, in words. */
  readonly halves: readonly string[]
  readonly integrity: unknown
}

function readBack(disk: CuttableDisk): ReadBack {
  const database = new DatabaseSync(join(disk.directory, 'data', 'stagedoor.sqlite'))
  try {
    const all = (sql: string): Record<string, unknown>[] => database.prepare(sql).all()
    const [counts] = all(
      `select (select count(*) from audit_events) as audits, (select count(*) from changes) as changes,
              (select coalesce(max(seq), 0) from changes) as last`,
    )
    const without = all('select id from credentials where id not in (select credential_id from tokens)')
    return {
      rows: new Map(all('select * from credentials').map((row) => [String(row['id']), row])),
      halves: [
        ...without.map(({ id }) => `${String(id)} has no token`),
        ...(counts?.['audits'] === counts?.['changes'] && counts?.['last'] === counts?.['changes']
          ? []
          : [`audit events, changes and positions differ: ${JSON.stringify(counts)}`]),
      ],
      integrity: all('pragma integrity_check')[0]?.['integrity_check'],
    }
  } finally {
    database.close()
  }
}

function lost(
  acknowledged: ReadonlyMap<string, Written>,
  rows: ReadBack['rows'],
): readonly (readonly [string, Written])[] {
  const list = JSON.stringify({ kind: 'only', endpoints: LIST })
  return [...acknowledged].filter(([id, { title, narrowed }]) => {
    const row = rows.get(id)
    return row?.['title'] !== title || (narrowed && row['allowed_endpoints'] !== list)
  })
}

function countCareless(path: string): number {
  const database = new DatabaseSync(path)
  try {
    const { tables } =
      database.prepare("select count(*) as tables from sqlite_master where name = 't'").get() ?? {}
    return tables === 0 ? 0 : Number(database.prepare('select count(*) as count from t').get()?.['count'])
  } finally {
    database.close()
  }
}
