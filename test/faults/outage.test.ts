import { randomBytes } from 'node:crypto'
import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mintToken } from '../../core/src/token.ts'
import { BRIEF, type Cluster, type Control, type Gateway, startCluster } from '../support/cluster.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'
import { type Watch, watch } from './support/watch.ts'

// Guarantee (house.md 5.8, security.md F-20, F-21, F-22): what gateways do while there is no control plane.

/** Of tnt_brief. */
const MAX_STALE_MS = 9_000
const OVERLAP_S = 40

sayWhetherPostgres('an outage of the control plane')

describe.skipIf(POSTGRES_BIN === undefined)('while there is no control plane', () => {
  let cluster: Cluster
  let control: Control
  let steady: Gateway
  let restarted: Gateway
  let plain = ''
  let brief = ''
  let expiring: Watch
  let stale: Watch
  let expiresAt = 0
  let killedAt = 0
  const unknown = mintToken('api', randomBytes)

  beforeAll(async () => {
    cluster = await startCluster({ gateways: 2 })
    const [firstControl] = cluster.controls
    const [first, second] = cluster.gateways
    if (!firstControl || !first || !second) throw new Error('they were started')
    ;[control, steady, restarted] = [firstControl, first, second]
    ;({ token: plain } = await cluster.add('known'))
    ;({ token: brief } = await cluster.add('of the brief tenant', BRIEF))
    const added = await cluster.add('with an end')
    expectBoth(await codes(unknown), [401, 'token_unknown'])
    const issued = await cluster.admin('POST', `/credentials/${added.id}/tokens`, {
      body: { overlapSeconds: OVERLAP_S },
      ifMatch: '*',
    })
    if (issued.json.receipt.confirmed !== 2) throw new Error(issued.text)
    const { items } = (await cluster.admin('GET', `/credentials/${added.id}/tokens`)).json
    expiresAt = Date.parse(items.find((item: { expiresAt: string | null }) => item.expiresAt).expiresAt)
    // Each start with a control plane writes a snapshot, and keeps the one before. It is used where nothing has changed since.
    for (const _ of [1, 2]) {
      await restarted.stop()
      await restarted.start()
    }
    await control.kill9()
    killedAt = Date.now()
    stale = watch(() => cluster.call(steady, brief))
    expiring = watch(() => cluster.call(steady, added.token))
    await Promise.all(cluster.gateways.map(disconnected))
  })
  afterAll(async () => {
    await Promise.all([stale?.end(), expiring?.end()])
    await cluster?.close()
  })

  const codes = (token: string): Promise<readonly (readonly [number, string | undefined])[]> =>
    Promise.all(
      cluster.gateways.map(async (gateway) => {
        const { status, code } = await cluster.call(gateway, token)
        return [status, code] as const
      }),
    )

  it('known tokens work, and unknown ones are said to be unverified, not wrong', async () => {
    expectBoth(await codes(plain), [200, undefined])
    expectBoth(await codes(unknown), [503, 'token_unverified'])
    const { headers } = await cluster.call(steady, unknown)
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    // What is no token at all is wrong in any case.
    expect(await codes(`${unknown.slice(0, -1)}!`)).not.toContainEqual([503, 'token_unverified'])
  })

  it('a gateway that is killed begins again with its file, and with the predecessor where that is damaged', async () => {
    await restarted.kill9()
    const ms = await restarted.start()
    console.info(`a restart from the snapshot file, without a control plane, took ${Math.round(ms)} ms`)
    expectBoth(await codes(plain), [200, undefined])
    expectBoth(await codes(unknown), [503, 'token_unverified'])
    expect(await restarted.figure('kept_files_damaged_total')).toBe(0)

    await restarted.kill9()
    flipOneBit(join(restarted.dataDirectory, 'policy.snapshot'))
    await restarted.start()
    expectBoth(await codes(plain), [200, undefined])
    expect(await restarted.figure('kept_files_damaged_total')).toBeGreaterThan(0)
  })

  it('one whose files are all damaged decides nothing', async () => {
    await restarted.kill9()
    truncateSync(join(restarted.dataDirectory, 'policy.snapshot'), 200)
    flipOneBit(join(restarted.dataDirectory, 'policy.snapshot.previous'))
    await restarted.start()
    for (const token of [plain, unknown, brief]) {
      const { status, code, headers } = await cluster.call(restarted, token)
      expect([status, code]).toEqual([503, 'policy_absent'])
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    expect((await fetch(`${restarted.url}/readyz`)).status).toBe(503)
    expect((await fetch(`${restarted.url}/livez`)).status).toBe(200)
  })

  it('the calls of a tenant are refused once its max_stale is over, and not before', async () => {
    await stale.until(({ status }) => status === 503)
    const taken = await stale.end()
    const first = taken.find(({ status }) => status === 503)
    expect(first?.code).toBe('policy_stale')
    expect(first?.retryAfter).toBeGreaterThan(0)
    console.info(
      `stale ${(first?.sentAt ?? 0) - killedAt} ms after the kill, with a max_stale of ${MAX_STALE_MS} ms`,
    )
    // Contact was at most some seconds before the kill, and never after it.
    const late = taken.filter(({ sentAt, status }) => status === 200 && sentAt > killedAt + MAX_STALE_MS)
    const early = taken.filter(
      ({ answeredAt, status }) => status !== 200 && answeredAt < killedAt + MAX_STALE_MS / 2,
    )
    expect([late, early]).toEqual([[], []])
    expect((await cluster.call(steady, plain)).status).toBe(200)
  })

  it('a token ends on time', async () => {
    await expiring.until(({ sentAt }) => sentAt > expiresAt + 2_000)
    const taken = await expiring.end()
    const before = taken.filter(({ answeredAt }) => answeredAt < expiresAt - 1_000)
    const after = taken.filter(({ sentAt }) => sentAt > expiresAt + 1_000)
    expect(new Set(before.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(after.map(({ code }) => code))).toEqual(new Set(['token_expired']))
  })

  it('and when it is there again, gateways are what they were, by themselves', async () => {
    await control.start()
    const begun = performance.now()
    await cluster.equal()
    console.info(`after ${Math.round(performance.now() - begun)} ms everything is as before`)
    expectBoth(await codes(plain), [200, undefined])
    expectBoth(await codes(brief), [200, undefined])
    expectBoth(await codes(unknown), [401, 'token_unknown'])
    const { receipt } = await cluster.add('afterwards')
    expect(receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
  })
})

function expectBoth(found: readonly unknown[], each: readonly [number, string | undefined]): void {
  expect(found).toEqual([each, each])
}

async function disconnected(gateway: Gateway): Promise<void> {
  while ((await gateway.figure('control_plane_connected')) !== 0) await passed(20)
}

function flipOneBit(path: string): void {
  const bytes = readFileSync(path)
  const middle = Math.floor(bytes.length / 2)
  bytes[middle] = (bytes[middle] ?? 0) ^ 1
  writeFileSync(path, bytes)
}
