import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { policyRecordFind } from '#storage/policy-records.ts'
import { tokenNoteUses } from '#storage/tokens.ts'
import { openTestStorage } from '../../../test/support/databases.ts'
import { CONFIRMED, ELITE, ENTERPRISE, expectProblem, type Served, START, serve } from './test/serve.ts'

const DAY_SECONDS = 86_400
const OAUTH = { authenticationMethod: 'oauth', email: 'api@example.com', password: 'kettle and lantern' }
const directory = mkdtempSync(join(tmpdir(), 'stagedoor-tokens-'))
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

async function add(title: string, fields: object = {}): Promise<{ address: string; id: string }> {
  const { credential } = (await door.add({ title, ...fields })).json
  return { address: `${ENTERPRISE}/credentials/${credential.id}`, id: credential.id }
}

async function tokensOf(address: string): Promise<any[]> {
  return (await door.ask('GET', `${address}/tokens`)).json.items
}

const ANY = { 'if-match': '*' }

describe('an overlap', () => {
  it('lets the API token before go on until its end, and no longer', async () => {
    const { address, id } = await add('Overlap')
    const overlapSeconds = 7 * DAY_SECONDS
    door.clock.now += 1
    const answer = await door.ask('POST', `${address}/tokens`, { body: { overlapSeconds }, headers: ANY })
    expect(answer.status).toBe(201)
    const [before, after] = answer.json.credential.tokens
    expect(before.expiresAt).toBe(new Date(door.clock.now + overlapSeconds * 1000).toISOString())
    expect(after.expiresAt).toBe(null)
    const known = (await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, id)))?.tokens ?? []
    expect(known.map(({ expiresAt, revokedAt }) => [expiresAt, revokedAt])).toEqual([
      [door.clock.now + overlapSeconds * 1000, undefined],
      [undefined, undefined],
    ])
    // The next one with a shorter overlap shortens what is there, and never makes it longer.
    door.clock.now += 1
    const shorter = { body: { overlapSeconds: 60 }, headers: ANY }
    await door.ask('POST', `${address}/tokens`, shorter)
    const minute = new Date(door.clock.now + 60_000).toISOString()
    expect((await tokensOf(address)).map(({ expiresAt }) => expiresAt)).toEqual([null, minute, minute])
    await door.ask('POST', `${address}/tokens`, { body: { overlapSeconds }, headers: ANY })
    expect((await tokensOf(address)).filter(({ expiresAt }) => expiresAt === minute)).toHaveLength(2)
    // What has ended is not listed any more.
    door.clock.now += 60_001
    expect(await tokensOf(address)).toHaveLength(2)
    // What had expired is not shown again once there are new ones.
    await door.ask('POST', `${address}/tokens`, { body: { overlapSeconds }, headers: ANY })
    const { tokens } = (await door.ask('GET', address)).json
    expect(tokens).toHaveLength(3)
    expect(
      tokens.every(
        (token: { expiresAt: string | null }) =>
          token.expiresAt === null || Date.parse(token.expiresAt) > door.clock.now,
      ),
    ).toBe(true)
    // Without an overlap all end at once.
    await door.ask('POST', `${address}/tokens`, { headers: ANY })
    expect(await tokensOf(address)).toHaveLength(1)
    door.clock.now = START
  })

  it.each([
    [-1, '/overlapSeconds'],
    [30 * DAY_SECONDS + 1, '/overlapSeconds'],
    [1.5, '/overlapSeconds'],
    ['60', '/overlapSeconds'],
  ])('is 0 to 30 days, in whole seconds: not %s', async (overlapSeconds, field) => {
    const { address } = await add(`Bad ${overlapSeconds}`)
    const answer = await door.ask('POST', `${address}/tokens`, { body: { overlapSeconds }, headers: ANY })
    expectProblem(answer, 422, 'validation_failed', field)
    expect(await tokensOf(address)).toHaveLength(1)
  })

  it('is not for OAuth, and a body of another kind is refused', async () => {
    const { address } = await add('Pair', OAUTH)
    const overlap = { body: { overlapSeconds: 60 }, headers: ANY }
    expectProblem(await door.ask('POST', `${address}/tokens`, overlap), 422, 'overlap_not_available')
    expect(
      (await door.ask('POST', `${address}/tokens`, { body: { overlapSeconds: 0 }, headers: ANY })).status,
    ).toBe(201)
    const unknown = { body: { overlap: 60 }, headers: ANY }
    expectProblem(await door.ask('POST', `${address}/tokens`, unknown), 422, 'validation_failed', '/overlap')
    const broken = { raw: '{"overlapSeconds":', headers: ANY }
    expectProblem(await door.ask('POST', `${address}/tokens`, broken), 400, 'json_malformed')
    const text = { raw: 'overlapSeconds=60', headers: { ...ANY, 'content-type': 'text/plain' } }
    expectProblem(await door.ask('POST', `${address}/tokens`, text), 415, 'unsupported_media_type')
  })
})

describe('the list of live tokens', () => {
  it('says when each was issued, last used and expires, and nothing of its text', async () => {
    const { address } = await add('Listed', { ...OAUTH, email: 'listed@example.com' })
    const [access] = (await tokensOf(address)).filter(({ kind }) => kind === 'access')
    await storage.db.acrossTenants((trx) => tokenNoteUses(trx, new Map([[access.id, START + 5000]])))
    // What was noted late does not turn the clock back.
    await storage.db.acrossTenants((trx) => tokenNoteUses(trx, new Map([[access.id, START + 4000]])))
    const answer = await door.ask('GET', `${address}/tokens`)
    expect(answer.json.total).toBe(2)
    expect(answer.json.items[0]).toEqual({
      id: access.id,
      kind: 'access',
      hint: expect.stringMatching(/^sd_acc_…[0-9A-Za-z]{4}$/),
      issuedAt: new Date(START).toISOString(),
      expiresAt: new Date(START + 3_600_000).toISOString(),
      lastUsedAt: new Date(START + 5000).toISOString(),
    })
    expect(answer.json.items[1]).toMatchObject({ kind: 'refresh', lastUsedAt: null })
    expect(answer.text).not.toMatch(/[0-9a-f]{64}|[0-9A-Za-z]{38}/)
  })

  it('is nobody else’s', async () => {
    const { address, id } = await add('Own')
    expect(await tokensOf(address)).toHaveLength(1)
    expectProblem(await door.ask('GET', `${ELITE}/credentials/${id}/tokens`), 404, 'not_found')
    expectProblem(await door.ask('GET', `${ENTERPRISE}/credentials/cred_none/tokens`), 404, 'not_found')
  })
})

describe('revoking one token', () => {
  it('ends it alone, or with a refresh token its whole line, before the answer', async () => {
    const { address, id } = await add('One', { ...OAUTH, email: 'one@example.com' })
    // Events of one millisecond come in no order of their own.
    door.clock.now += 1
    const [access, refresh] = await tokensOf(address)
    const before = door.caughtUp()
    expect((await door.ask('DELETE', `${address}/tokens/${access.id}`)).json).toEqual(CONFIRMED)
    expect(door.caughtUp()).toBe(before + 1)
    expect((await tokensOf(address)).map(({ kind }) => kind)).toEqual(['refresh'])
    door.clock.now += 1
    await door.ask('DELETE', `${address}/tokens/${refresh.id}`)
    expect(await tokensOf(address)).toEqual([])
    const known = (await storage.db.snapshot(undefined, (trx) => policyRecordFind(trx, id)))?.tokens ?? []
    expect(known.every(({ revokedAt }) => revokedAt !== undefined)).toBe(true)
    // Once more changes nothing, and is not in the audit again.
    door.clock.now += 1
    expect((await door.ask('DELETE', `${address}/tokens/${refresh.id}`)).json).toEqual(CONFIRMED)
    const events = (await door.ask('GET', `${ENTERPRISE}/audit-events?subject=${id}`)).json.items
    expect(events.map(({ action }: { action: string }) => action)).toEqual([
      'token_revoked',
      'token_revoked',
      'credential_added',
    ])
    door.clock.now = START
  })

  it('reaches no token of another credential or tenant', async () => {
    const mine = await add('Mine')
    const other = await add('Other')
    const [token] = await tokensOf(other.address)
    expectProblem(await door.ask('DELETE', `${mine.address}/tokens/${token.id}`), 404, 'not_found')
    const elsewhere = `${ELITE}/credentials/${other.id}/tokens/${token.id}`
    expectProblem(await door.ask('DELETE', elsewhere), 404, 'not_found')
    expectProblem(await door.ask('DELETE', `${mine.address}/tokens/tok_none`), 404, 'not_found')
    expect(await tokensOf(other.address)).toHaveLength(1)
  })
})

describe('the audit of a tenant', () => {
  it('comes newest first, page by page, each event once, and holds no other tenant’s', async () => {
    await door.add({ title: 'Elsewhere' }, ELITE)
    const { address, id } = await add('Audited')
    for (let round = 0; round < 5; round += 1) {
      // Several in one millisecond must not be lost between two pages.
      await door.ask('POST', `${address}/tokens`, { headers: ANY })
    }
    const list = `${ENTERPRISE}/audit-events`
    const whole = (await door.ask('GET', `${list}?limit=200`)).json.items
    const paged: any[] = []
    let cursor = ''
    do {
      const page = (await door.ask('GET', `${list}?limit=3${cursor && `&cursor=${cursor}`}`)).json
      paged.push(...page.items)
      cursor = page.nextCursor ?? ''
    } while (cursor !== '')
    expect(paged).toEqual(whole)
    expect(new Set(paged.map((event) => event.id)).size).toBe(paged.length)
    const own = (await door.ask('GET', `${list}?subject=${id}`)).json.items
    expect(own.every(({ subjectId }: { subjectId: string }) => subjectId === id)).toBe(true)
    expect(own).toHaveLength(6)
    expect(own[0]).toEqual({
      id: expect.stringMatching(/^aud_/),
      occurredAt: new Date(START).toISOString(),
      actor: expect.stringMatching(/^management token mgt_/),
      action: expect.any(String),
      subjectId: id,
      detail: expect.any(Object),
      requestId: expect.stringMatching(/^req_/),
    })
    const elsewhere = (await door.ask('GET', `${ELITE}/audit-events?subject=${id}`)).json
    expect(elsewhere).toEqual({ items: [], nextCursor: null })
    for (const bad of ['cursor=WyJ4IiwieSJd', 'cursor=!', 'limit=0', 'limit=201', 'subjects=x'])
      expectProblem(await door.ask('GET', `${list}?${bad}`), 422, 'validation_failed')
  })
})
