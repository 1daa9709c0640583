import { describe, expect, it } from 'vitest'
import { nodeForget } from '#storage/nodes.ts'
import { acknowledgement, MINUTE, SECOND, useControlPlanes } from './test/control-planes.ts'
import { addCredential, TENANT } from './test/written.ts'

const world = useControlPlanes()

describe('the id of a gateway', () => {
  for (const shared of [false, true]) {
    it(`is taken over by a later start, and the earlier one is refused from then on (shared: ${shared})`, async () => {
      const nodes = await world.controlPlane({ shared })
      await nodes.acknowledge(acknowledgement('a', 0))
      const seq = await addCredential(world.storage, 'cred_a')
      await nodes.acknowledge(acknowledgement('a', 0, 'second'))
      await expect(nodes.acknowledge(acknowledgement('a', seq))).rejects.toMatchObject({ code: 'superseded' })
      expect(await nodes.confirm({ tenantId: TENANT, waitMs: 50 })).toMatchObject({
        gateways: 1,
        confirmed: 0,
      })
      await nodes.leave(acknowledgement('a', 0))
      await nodes.acknowledge(acknowledgement('a', seq, 'second'))
      expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({
        gateways: 1,
        confirmed: 1,
        pending: [],
      })
      expect((await world.rows()).map(({ instance, stoppedAt }) => [instance, stoppedAt])).toEqual([
        ['instance_a_second', undefined],
      ])
    })
  }

  it('is lost to a later start at another control plane', async () => {
    const [here, there] = [
      await world.controlPlane({ shared: true }),
      await world.controlPlane({ shared: true }),
    ]
    await here.acknowledge(acknowledgement('a', 0))
    await there.acknowledge(acknowledgement('a', 0, 'second'))
    for (let count = 0; count < 2; count += 1)
      await expect(here.acknowledge(acknowledgement('a', 0))).rejects.toMatchObject({ code: 'superseded' })
    await expect(there.acknowledge(acknowledgement('a', 0))).rejects.toMatchObject({ code: 'superseded' })
    await here.acknowledge(acknowledgement('a', 0, 'second'))
    expect(await here.list()).toHaveLength(1)
  })

  it('does not go back and forth where control planes forget: one start keeps it', async () => {
    await (await world.controlPlane({ shared: true })).acknowledge(acknowledgement('a', 0))
    const [here, there] = [
      await world.controlPlane({ shared: true }),
      await world.controlPlane({ shared: true }),
    ]
    const outcomes: string[] = []
    for (let count = 0; count < 4; count += 1) {
      for (const [nodes, instance] of [[here, 'first'] as const, [there, 'second'] as const]) {
        const outcome = await nodes.acknowledge(acknowledgement('a', 0, instance)).then(
          () => 'holds',
          (error: { code: string }) => error.code,
        )
        outcomes.push(`${instance} ${outcome}`)
      }
    }
    expect(outcomes.slice(2)).toEqual(
      Array.from({ length: 3 }, () => ['first superseded', 'second holds']).flat(),
    )
  })
})

describe('what is written', () => {
  it('is every acknowledgement where the database is shared', async () => {
    const nodes = await world.controlPlane({ shared: true })
    await nodes.acknowledge(acknowledgement('a', 0))
    world.time += 1
    const answer = await nodes.acknowledge(acknowledgement('a', 0))
    expect(answer).toEqual({ at: world.time, seq: 0, leaseMs: 10_000 })
    expect(await world.rows()).toMatchObject([
      { lastSeenAt: world.time, leaseUntil: world.time + 10 * SECOND },
    ])
  })

  it('is the first one, and one every five seconds, where it is not; after a restart it is said to decide for so long', async () => {
    const nodes = await world.controlPlane()
    const begun = world.time
    await nodes.acknowledge(acknowledgement('a', 0))
    world.time += 4 * SECOND
    await nodes.acknowledge(acknowledgement('a', 0))
    expect(await world.rows()).toMatchObject([{ lastSeenAt: begun }])
    await addCredential(world.storage, 'cred_a')
    world.time += 20 * SECOND
    const restarted = await world.controlPlane()
    expect(await restarted.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })).toMatchObject({
      gateways: 1,
      pending: [
        { state: 'silent', lastSeenAt: begun + 5 * SECOND, decidesUntil: begun + 5 * SECOND + 15 * MINUTE },
      ],
    })
    await nodes.acknowledge(acknowledgement('a', 0))
    expect(await world.rows()).toMatchObject([{ lastSeenAt: world.time }])
  })

  it('is answered with the time that it was heard at, however long the database takes', async () => {
    const nodes = await world.controlPlane({
      publisher: {
        ...world.publisher,
        caughtUp: async () => {
          world.time += 1_900
          return 0
        },
      },
    })
    const { at } = await nodes.acknowledge(acknowledgement('a', 0))
    // Receipts count from the one, and the gateway's next start from the other.
    expect((await world.rows()).map(({ lastSeenAt }) => lastSeenAt)).toEqual([at])
  })

  it('never makes a gateway seen earlier than it was, whichever acknowledgement comes last', async () => {
    const nodes = await world.controlPlane({ shared: true })
    await nodes.acknowledge(acknowledgement('a', 0))
    const seenAt = world.time
    world.time -= 500
    await nodes.acknowledge(acknowledgement('a', 0))
    expect(await world.rows()).toMatchObject([{ lastSeenAt: seenAt, leaseUntil: world.time + 10 * SECOND }])
  })

  it('is forgotten when nobody has heard of it for long enough', async () => {
    const nodes = await world.controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0))
    await world.storage.db.acrossTenants((trx) => nodeForget(trx, world.time))
    expect(await world.rows()).toHaveLength(1)
    await world.storage.db.acrossTenants((trx) => nodeForget(trx, world.time + 1))
    expect(await world.rows()).toEqual([])
  })
})
