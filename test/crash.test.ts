import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { PLAIN, plainConfig } from './support/plain-config.ts'
import { type Stagedoor, startStagedoor, temporaryFolder } from './support/stagedoor.ts'

// Guarantee (security.md F-01): what was acknowledged survives kill -9, and nothing is there by halves.

const KILLS = 25
const LIST = ['enterprise:GET:/events/{}', 'enterprise:GET:/accounts/{}']
const token = 'a-management-token-for-the-crash-test'
const folder = temporaryFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Acknowledged = { title: string; narrowed: boolean; deleted: boolean }

/** Adds, narrows and deletes until the process is gone, and writes down what was answered. */
async function writeUntilKilled(
  door: Stagedoor,
  round: number,
  acknowledged: Map<string, Acknowledged>,
): Promise<void> {
  for (let count = 0; ; count += 1) {
    const title = `round ${round} writer ${Math.random()} number ${count}`
    try {
      const made = await door.admin('POST', `${PLAIN}/credentials`, {
        title,
        authenticationMethod: 'api_token',
      })
      if (made.status !== 201) throw new Error(`unexpected answer ${made.status}: ${made.text}`)
      const { id } = made.json.credential
      acknowledged.set(id, { title, narrowed: false, deleted: false })
      const put = await door.admin(
        'PUT',
        `${PLAIN}/credentials/${id}/allowed-endpoints`,
        { kind: 'only', endpoints: LIST },
        { 'if-match': '*' },
      )
      if (put.status === 200) acknowledged.set(id, { title, narrowed: true, deleted: false })
      if (count % 3 === 0) {
        const gone = await door.admin('DELETE', `${PLAIN}/credentials/${id}`)
        if (gone.status === 200) acknowledged.set(id, { title, narrowed: true, deleted: true })
      }
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('unexpected')) throw error
      return
    }
  }
}

function query(sql: string): Record<string, unknown>[] {
  const database = new DatabaseSync(join(folder, 'data', 'stagedoor.sqlite'))
  try {
    return database.prepare(sql).all()
  } finally {
    database.close()
  }
}

describe('kill -9 during writes', () => {
  it(`loses no acknowledged change and leaves no half one, ${KILLS} times`, {
    timeout: 240_000,
  }, async () => {
    const acknowledged = new Map<string, Acknowledged>()
    for (let round = 0; round < KILLS; round += 1) {
      const door = await startStagedoor({
        folder,
        config: plainConfig(),
        env: { STAGEDOOR_MANAGEMENT_TOKEN: token },
      })
      const writers = [1, 2, 3].map(() => writeUntilKilled(door, round, acknowledged))
      await new Promise((done) => setTimeout(done, 30 + Math.random() * 300))
      await door.kill()
      await Promise.all(writers)
    }
    expect(acknowledged.size).toBeGreaterThan(KILLS)
    const rows = new Map(query('select * from credentials').map((row) => [String(row['id']), row]))
    const lost = [...acknowledged].filter(([id, { title, narrowed, deleted }]) => {
      const row = rows.get(id)
      if (row?.['title'] !== title || (deleted && row['deleted_at'] === null)) return true
      return (
        narrowed &&
        String(row['allowed_endpoints']) !== JSON.stringify({ kind: 'only', endpoints: LIST.toSorted() })
      )
    })
    expect(lost).toEqual([])
    // A whole change is row, token, audit event and change, all or none.
    expect(query('select id from credentials where id not in (select credential_id from tokens)')).toEqual([])
    expect(query('select id from tokens where credential_id not in (select id from credentials)')).toEqual([])
    const [counts] = query(
      `select (select count(*) from audit_events) as audits, (select count(*) from changes) as changes,
              (select max(seq) from changes) as last`,
    )
    expect(counts?.['audits']).toBe(counts?.['changes'])
    expect(counts?.['last']).toBe(counts?.['changes'])
    expect(query('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
  })

  it('decides by what survived: a credential deleted before the kill stays refused, a live one works', async () => {
    const first = await startStagedoor({
      folder,
      config: plainConfig(),
      env: { STAGEDOOR_MANAGEMENT_TOKEN: token },
    })
    const [dead, live] = await Promise.all(
      ['dead', 'live'].map((title) =>
        first.admin('POST', `${PLAIN}/credentials`, { title, authenticationMethod: 'api_token' }),
      ),
    )
    await first.admin('DELETE', `${PLAIN}/credentials/${dead?.json.credential.id}`)
    await first.kill()
    const second = await startStagedoor({
      folder,
      config: plainConfig(),
      env: { STAGEDOOR_MANAGEMENT_TOKEN: token },
    })
    const call = (answer: typeof dead): Promise<{ status: number }> =>
      second.call('/enterprise/connect/api/Events/10', { token: answer?.json.secrets.apiToken })
    expect((await call(dead)).status).toBe(401)
    // Nothing listens at the upstream's port: the call was allowed, and failed there.
    expect((await call(live)).status).toBe(502)
    await second.stop()
  })
})
