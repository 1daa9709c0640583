import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Added, type AdminAnswer, type Cluster, startCluster } from '../support/cluster.ts'
import { faultRounds } from '../support/fault-rounds.ts'
import { POSTGRES_BIN, sayWhetherPostgres } from '../support/postgres.ts'

// Guarantee (security.md F-21, F-30): what a gateway has confirmed is on its disk. Killed the moment after, and started while
// there is no control plane, it decides by it all the same.

const ROUNDS = faultRounds({ short: 1, long: 25 })
const EVERYBODY = { gateways: 2, confirmed: 2, pending: [] }
const ELSEWHERE = { kind: 'only', endpoints: ['enterprise:GET:/accounts/{}'] }

sayWhetherPostgres('gateways that are killed right after they have confirmed')

describe.skipIf(POSTGRES_BIN === undefined)('a gateway that is killed right after it has confirmed', () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster({ gateways: 2 })
  })
  afterAll(() => cluster?.close())

  it(`begins with that, without a control plane, ${ROUNDS} times`, { timeout: 3_600_000 }, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const add = (title: string): Promise<Added> => cluster.add(`${title} ${round}`)
      const untouched = await add('untouched')
      const subjects = await Promise.all(Object.keys(TAKING).map(add))
      const ids = subjects.map(({ id }) => id)
      const firstTokens = await Promise.all(
        ids.map((id) => cluster.admin('GET', `/credentials/${id}/tokens`)),
      )
      // Their snapshots allow everything: a gateway that had lost what follows would let these tokens in.
      await Promise.all(cluster.gateways.map((gateway) => gateway.stop()))
      await Promise.all(cluster.gateways.map((gateway) => gateway.start()))
      await cluster.equal()
      // All at once: each is the last one some time.
      const answers = await Promise.all(
        Object.values(TAKING).map(({ take }, index) =>
          take(cluster, ids[index] ?? '', firstTokens[index]?.json.items[0].id),
        ),
      )
      await Promise.all(cluster.gateways.map((gateway) => gateway.kill9()))
      await Promise.all(cluster.controls.map((control) => control.kill9()))
      for (const { status, json } of answers)
        expect([status, json.receipt]).toEqual([200, expect.objectContaining(EVERYBODY)])

      await Promise.all(cluster.gateways.map((gateway) => gateway.start()))
      for (const gateway of cluster.gateways) {
        const found = await Promise.all(
          subjects.map(async ({ token }) => {
            const { status, code } = await cluster.call(gateway, token)
            return [status, code]
          }),
        )
        expect(found).toEqual(Object.values(TAKING).map(({ answered }) => answered))
        // It decides, and does not refuse for want of knowledge.
        expect((await cluster.call(gateway, untouched.token)).status).toBe(200)
      }
      for (const control of cluster.controls) await control.start()
      await cluster.equal()
    }
  })
})

type Taking = {
  readonly take: (cluster: Cluster, id: string, tokenId: string) => Promise<AdminAnswer>
  readonly answered: readonly [number, string]
}

/** Everything that takes something away, and what a call is answered afterwards. */
const TAKING: Readonly<Record<string, Taking>> = {
  deactivated: {
    take: ({ admin }, id) => admin('PATCH', `/credentials/${id}`, { body: { active: false }, ifMatch: '*' }),
    answered: [401, 'credential_inactive'],
  },
  narrowed: {
    take: ({ admin }, id) =>
      admin('PUT', `/credentials/${id}/allowed-endpoints`, { body: ELSEWHERE, ifMatch: '*' }),
    answered: [403, 'endpoint_not_allowed'],
  },
  revoked: {
    take: ({ admin }, id, tokenId) => admin('DELETE', `/credentials/${id}/tokens/${tokenId}`),
    answered: [401, 'token_revoked'],
  },
  deleted: {
    take: ({ admin }, id) => admin('DELETE', `/credentials/${id}`),
    // With it all of its tokens are revoked.
    answered: [401, 'token_revoked'],
  },
}
