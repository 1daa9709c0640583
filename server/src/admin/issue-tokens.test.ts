import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { policyRecordFind } from '#storage/policy-records.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { auditOf, dumpOf, ENTERPRISE, expectProblem, type Served, serve } from './test/serve.ts'

const directory = mkdtempSync(join(tmpdir(), 'stagedoor-issue-'))
const OAUTH = { authenticationMethod: 'oauth', email: 'api@example.com', password: 'kettle and lantern' }
let storage: Storage
let door: Served
beforeAll(async () => {
  storage = await openTestStorage(directory)
  door = serve(storage.db)
})
afterAll(async () => {
  await storage.close()
  rmSync(directory, { recursive: true })
})

describe('issuing new tokens', () => {
  it('gives a new pair, shown once, and revokes the one before in the same change', async () => {
    const { credential, secrets } = (await door.add({ title: 'Pair', ...OAUTH })).json
    door.clock.now += 3_600_000
    const before = door.caughtUp()
    const address = `${ENTERPRISE}/credentials/${credential.id}`
    const answer = await door.ask('POST', `${address}/tokens`, { headers: { 'if-match': '"1"' } })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('etag')).toBe('"2"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(door.caughtUp()).toBe(before + 1)
    const issued = answer.json
    expect(issued.secrets.accessToken).toEqual({
      value: expect.stringMatching(/^sd_acc_/),
      expiresAt: '2026-03-01T11:30:00.000Z',
    })
    expect(issued.secrets.refreshToken.value).toMatch(/^sd_ref_/)
    expect(issued.secrets.accessToken.value).not.toBe(secrets.accessToken.value)
    expect(issued.credential.tokens.map(({ hint }: { hint: string }) => hint)).toEqual([
      `sd_acc_…${issued.secrets.accessToken.value.slice(-4)}`,
      `sd_ref_…${issued.secrets.refreshToken.value.slice(-4)}`,
    ])
    const record = await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, credential.id))
    const live = record?.tokens.filter((token) => token.revokedAt === undefined)
    expect(live?.map(({ id }) => id)).toEqual(
      issued.credential.tokens
        .filter(({ kind }: { kind: string }) => kind === 'access')
        .map((token: { id: string }) => token.id),
    )
    const stored = (await dumpOf(storage.db)) + door.log.join('')
    for (const { value } of Object.values<{ value: string }>(issued.secrets))
      expect(stored).not.toContain(value)
    expect((await auditOf(storage.db)).at(-1)).toMatchObject({ action: 'tokens_issued' })
  })

  it('does nothing for who has not seen the present version, or for a credential that is not there', async () => {
    const { credential } = (await door.add({ title: 'Seen', ...OAUTH })).json
    const address = `${ENTERPRISE}/credentials/${credential.id}/tokens`
    expectProblem(await door.ask('POST', address), 428, 'precondition_required')
    const stale = { headers: { 'if-match': '"7"' } }
    expectProblem(await door.ask('POST', address, stale), 412, 'version_mismatch')
    const missing = `${ENTERPRISE}/credentials/cred_none/tokens`
    expectProblem(await door.ask('POST', missing, { headers: { 'if-match': '*' } }), 404, 'not_found')
    const now = (await door.ask('GET', `${ENTERPRISE}/credentials/${credential.id}`)).json
    expect(now.tokens).toEqual(credential.tokens)
  })
})

describe('the list of credentials', () => {
  it('is narrowed by state and method, and says how many there are in all', async () => {
    const { credential } = (await door.add({ title: 'Resting' })).json
    await door.ask('PATCH', `${ENTERPRISE}/credentials/${credential.id}`, {
      body: { active: false },
      headers: { 'if-match': '*' },
    })
    const list = async (query: string): Promise<{ total: number; titles: string[] }> => {
      const { json } = await door.ask('GET', `${ENTERPRISE}/credentials?${query}`)
      return { total: json.total, titles: json.items.map(({ title }: { title: string }) => title) }
    }
    expect(await list('active=false')).toEqual({ total: 1, titles: ['Resting'] })
    expect(await list('active=true&authenticationMethod=api_token')).toEqual({ total: 0, titles: [] })
    expect(await list('authenticationMethod=oauth&limit=1')).toEqual({ total: 2, titles: ['Pair'] })
    expect(await list('search=see')).toEqual({ total: 1, titles: ['Seen'] })
    expectProblem(
      await door.ask('GET', `${ENTERPRISE}/credentials?active=yes`),
      422,
      'validation_failed',
      'active',
    )
  })
})
