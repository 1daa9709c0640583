import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Added, type Cluster, type Gateway, type Receipt, startCluster } from '../support/cluster.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'

// Guarantee (security.md F-30): whoever reads "deactivated" reads a fact. No call is accepted after the answer, anywhere.

const CLICKS = faultRounds({ short: 40, long: 1_000 })
const EVERYBODY = { gateways: 3, confirmed: 3, pending: [] }

sayWhetherPostgres('receipts of three gateways')

describe.skipIf(POSTGRES_BIN === undefined)('a receipt', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ gateways: 3 })
  })
  afterAll(() => cluster?.close())

  const setActive = async ({ id }: Pick<Added, 'id'>, active: boolean): Promise<Receipt> => {
    const answer = await cluster.admin('PATCH', `/credentials/${id}`, { body: { active }, ifMatch: '*' })
    expect(answer.status).toBe(200)
    return answer.json.receipt
  }

  it(`of all gateways is true on all of them, ${CLICKS} times under load`, { timeout: 600_000 }, async () => {
    const added = await cluster.add('switched on and off')
    const calls = createCalls(cluster, added.token)
    const elapsed: number[] = []
    try {
      for (let click = 0; click < CLICKS; click += 1) {
        const off = await setActive(added, false)
        calls.refusedFrom(performance.now())
        expect(off).toMatchObject(EVERYBODY)
        const right = await Promise.all(cluster.gateways.map((gateway) => cluster.call(gateway, added.token)))
        expect(right.map(({ status, code }) => `${status} ${code}`)).toEqual(
          cluster.gateways.map(() => '401 credential_inactive'),
        )
        await calls.some(6)
        calls.refusedUntil(performance.now())
        const on = await setActive(added, true)
        expect(on).toMatchObject(EVERYBODY)
        const again = await Promise.all(cluster.gateways.map((gateway) => cluster.call(gateway, added.token)))
        expect(again.map(({ status }) => status)).toEqual([200, 200, 200])
        elapsed.push(off.elapsedMs)
      }
    } finally {
      await calls.end()
    }
    const { accepted, refused, within, wrong } = await calls.end()
    console.info(
      `${CLICKS} deactivations, ${accepted + refused} calls beside them: ${wrong} accepted of ${within} after a receipt; ` +
        `gateways were waited for ${Math.max(...elapsed)} ms at most`,
    )
    expect(wrong).toBe(0)
    expect(accepted).toBeGreaterThan(0)
    expect(within).toBeGreaterThan(0)
  })

  it('comes with everything that takes something away, and with a new token, which every gateway knows', async () => {
    const added = await cluster.add('with a life')
    expect(added.receipt).toMatchObject(EVERYBODY)
    const statuses = (token: string): Promise<readonly number[]> =>
      Promise.all(cluster.gateways.map(async (gateway) => (await cluster.call(gateway, token)).status))
    expect(await statuses(added.token)).toEqual([200, 200, 200])

    const narrowed = await cluster.admin('PUT', `/credentials/${added.id}/allowed-endpoints`, {
      body: { kind: 'only', endpoints: ['enterprise:GET:/accounts/{}'] },
      ifMatch: '*',
    })
    expect(narrowed.json.receipt).toMatchObject(EVERYBODY)
    expect(await statuses(added.token)).toEqual([403, 403, 403])
    const widened = await cluster.admin('PUT', `/credentials/${added.id}/allowed-endpoints`, {
      body: { kind: 'all' },
      ifMatch: '*',
    })
    expect(widened.json.receipt).toMatchObject(EVERYBODY)
    expect(await statuses(added.token)).toEqual([200, 200, 200])

    const issued = await cluster.admin('POST', `/credentials/${added.id}/tokens`, { body: {}, ifMatch: '*' })
    expect(issued.json.receipt).toMatchObject(EVERYBODY)
    const second = issued.json.secrets.apiToken
    expect(await statuses(added.token)).toEqual([401, 401, 401])
    expect(await statuses(second)).toEqual([200, 200, 200])

    const [token] = (await cluster.admin('GET', `/credentials/${added.id}/tokens`)).json.items
    const revoked = await cluster.admin('DELETE', `/credentials/${added.id}/tokens/${token.id}`)
    expect(revoked.json.receipt).toMatchObject(EVERYBODY)
    expect(await statuses(second)).toEqual([401, 401, 401])

    const other = await cluster.add('to be deleted')
    const deleted = await cluster.admin('DELETE', `/credentials/${other.id}`)
    expect(deleted.json.receipt).toMatchObject(EVERYBODY)
    expect(await statuses(other.token)).toEqual([401, 401, 401])
  })
})

/** Calls that go on all the time, each gateway in turn; it counts those accepted that began while refusing was promised. */
function createCalls(cluster: Cluster, token: string) {
  const ended = new AbortController()
  const promised: { from: number; until: number }[] = []
  const taken: { readonly begunAt: number; readonly endedAt: number; readonly status: number }[] = []
  const caller = async (gateway: Gateway): Promise<void> => {
    while (!ended.signal.aborted) {
      const begunAt = performance.now()
      const { status } = await cluster.call(gateway, token)
      taken.push({ begunAt, endedAt: performance.now(), status })
    }
  }
  const callers = cluster.gateways.flatMap((gateway) => [caller(gateway), caller(gateway)])
  return {
    refusedFrom: (from: number) => promised.push({ from, until: Number.POSITIVE_INFINITY }),
    refusedUntil: (until: number) => {
      const last = promised.at(-1)
      if (last) last.until = until
    },
    some: async (count: number) => {
      const goal = taken.length + count
      while (taken.length < goal) await new Promise((done) => setTimeout(done, 1))
    },
    end: async () => {
      ended.abort()
      await Promise.all(callers)
      const accepted = taken.filter(({ status }) => status === 200)
      // One that began before the opposite was asked for may have been decided after it.
      const isWithin = ({ begunAt, endedAt }: (typeof taken)[number]): boolean =>
        promised.some(({ from, until }) => begunAt >= from && endedAt <= until)
      return {
        accepted: accepted.length,
        refused: taken.filter(({ status }) => status === 401).length,
        within: taken.filter(isWithin).length,
        wrong: accepted.filter(isWithin).length,
      }
    },
  }
}
