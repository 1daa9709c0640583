import { describe, expect, it } from 'vitest'
import { acknowledgement, MINUTE, SECOND, useControlPlanes } from './test/control-planes.ts'
import { addCredential, TENANT } from './test/written.ts'

const world = useControlPlanes()

describe('a receipt', () => {
  it('counts a gateway that was killed and started again once, with a control plane that was too', async () => {
    await (await world.controlPlane()).acknowledge(acknowledgement('a', 0, 'killed'))
    world.time += 2 * SECOND
    const nodes = await world.controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0, 'again'))
    const seq = await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq, 'again'))
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({
      gateways: 1,
      confirmed: 1,
      pending: [],
    })
    expect(nodes.leases()).toBe(1)
  })

  it('says that every gateway has confirmed, as soon as the last one has', async () => {
    const nodes = await world.controlPlane()
    for (const name of ['a', 'b', 'c']) await nodes.acknowledge(acknowledgement(name, 0))
    const seq = await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    await nodes.acknowledge(acknowledgement('b', seq))
    const receipt = nodes.confirm({ tenantId: TENANT })
    const notYet = new Promise((resolve) => setTimeout(resolve, 50, 'not yet'))
    expect(await Promise.race([receipt, notYet])).toBe('not yet')
    await nodes.acknowledge(acknowledgement('c', seq))
    expect(await receipt).toMatchObject({ gateways: 3, confirmed: 3, pending: [] })
    expect(nodes.incompleteReceipts()).toBe(0)
  })

  it('counts no acknowledgement of a position before the change', async () => {
    const nodes = await world.controlPlane()
    await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', 1))
    await addCredential(world.storage, 'cred_b')
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 60 })).toMatchObject({
      gateways: 1,
      confirmed: 0,
      pending: [
        {
          id: 'node_a',
          name: 'a',
          state: 'late',
          lastSeenAt: world.time,
          decidesUntil: world.time + 15 * MINUTE,
        },
      ],
    })
    expect(nodes.incompleteReceipts()).toBe(1)
  })

  it('counts nobody who decides by changes of a database that was lost, whatever their numbers', async () => {
    const nodes = await world.controlPlane()
    for (let index = 0; index < 3; index += 1) await addCredential(world.storage, `cred_${index}`)
    // It had 5 of them when the backup was put in place that has 3; two more have come since.
    const here = world.publisher.follow(3, new AbortController().signal)[Symbol.asyncIterator]()
    await here.next()
    await nodes.acknowledge(acknowledgement('a', 5))
    const receipt = { gateways: 1, confirmed: 0, pending: [{ id: 'node_a', state: 'late' }] }
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 20 })).toMatchObject(receipt)
    for (let index = 3; index < 5; index += 1)
      expect(await addCredential(world.storage, `cred_${index}`)).toBeGreaterThan(5)
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 20 })).toMatchObject(receipt)
    // So does everybody else load everything anew who was on the way there.
    await world.publisher.caughtUp()
    const lines: string[] = []
    for await (const some of world.publisher.follow(3, new AbortController().signal)) lines.push(...some)
    expect(lines.map((line) => line.includes('"kind":"reload"'))).toEqual([true])
    await here.return?.(undefined)
    // Numbers that no database has had leave no gap: they come from something that is broken.
    const before = await world.publisher.caughtUp()
    await nodes.acknowledge(acknowledgement('b', Number.MAX_SAFE_INTEGER))
    expect(await world.publisher.caughtUp()).toBe(before)
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 20 })).toMatchObject({ gateways: 2, confirmed: 0 })
  })

  it('is there at once where there is no gateway', async () => {
    const nodes = await world.controlPlane()
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({
      gateways: 0,
      confirmed: 0,
      pending: [],
    })
  })

  it('waits for nobody without a lease, and names who may decide all the same until when', async () => {
    const nodes = await world.controlPlane({ maxStaleMs: (tenant) => (tenant === TENANT ? 15 * MINUTE : 0) })
    await nodes.acknowledge(acknowledgement('a', 0))
    const seenAt = world.time
    await addCredential(world.storage, 'cred_a')
    world.time += 10 * SECOND
    const silent = await nodes.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    expect(silent).toMatchObject({
      gateways: 1,
      confirmed: 0,
      pending: [{ id: 'node_a', state: 'silent', lastSeenAt: seenAt, decidesUntil: seenAt + 15 * MINUTE }],
    })
    // Of a tenant that tolerates nothing, it refuses every call by now.
    expect(await nodes.confirm({ tenantId: 'tnt_strict' })).toMatchObject({ gateways: 0, pending: [] })
    world.time = seenAt + 15 * MINUTE - 1
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 1, confirmed: 0 })
    world.time += 1
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 0, pending: [] })
  })

  it('goes by the settings of a gateway that has others than the control plane', async () => {
    const nodes = await world.controlPlane({ configDigest: 'ours-900000' })
    const others = { a: 'ours-900000', b: 'theirs-3600000', c: 'shorter-60000', d: 'nobody-knows' }
    for (const [name, configDigest] of Object.entries(others))
      await nodes.acknowledge({ ...acknowledgement(name, 0), configDigest })
    const seenAt = world.time
    await addCredential(world.storage, 'cred_a')
    world.time += 10 * SECOND
    const { pending } = await nodes.confirm({ tenantId: TENANT })
    expect(pending.map(({ name, decidesUntil }) => [name, (decidesUntil - seenAt) / MINUTE])).toEqual([
      ['a', 15],
      ['b', 60],
      ['c', 15],
      ['d', 24 * 60],
    ])
    world.time = seenAt + 20 * MINUTE
    expect(await nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 2, confirmed: 0 })
  })

  it('stops waiting when the lease ends meanwhile', async () => {
    const nodes = await world.controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0))
    await addCredential(world.storage, 'cred_a')
    const receipt = nodes.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    world.time += 10 * SECOND
    expect(await receipt).toMatchObject({ gateways: 1, confirmed: 0, pending: [{ state: 'silent' }] })
  })

  it('names a stopped gateway and does not count it', async () => {
    const nodes = await world.controlPlane()
    await nodes.acknowledge(acknowledgement('a', 0))
    await nodes.acknowledge(acknowledgement('b', 1))
    await nodes.leave(acknowledgement('a', 0))
    const seq = await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('b', seq))
    const receipt = await nodes.confirm({ tenantId: TENANT })
    expect(receipt).toMatchObject({
      gateways: 1,
      confirmed: 1,
      pending: [{ id: 'node_a', state: 'stopped' }],
    })
    expect(nodes.incompleteReceipts()).toBe(0)
    expect((await world.rows()).map(({ id, stoppedAt }) => [id, stoppedAt])).toEqual([
      ['node_a', world.time],
      ['node_b', undefined],
    ])
    // It has begun again.
    await nodes.acknowledge(acknowledgement('a', 0, 'second'))
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 0 })).toMatchObject({ gateways: 2, confirmed: 1 })
  })

  it('confirms nobody where the database is away, and is no error', async () => {
    const nodes = await world.controlPlane()
    const seq = await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    world.away(true)
    const receipt = await nodes.confirm({ tenantId: TENANT, waitMs: 200 })
    expect(receipt).toMatchObject({ gateways: 1, confirmed: 0, pending: [{ id: 'node_a', state: 'late' }] })
    await expect(nodes.acknowledge(acknowledgement('a', seq))).rejects.toMatchObject({ code: 'unreachable' })
    await nodes.leave(acknowledgement('a', seq))
    expect(await nodes.list()).toMatchObject([{ id: 'node_a', state: 'stopped' }])
  })

  it('is complete where the database comes back in time', async () => {
    const nodes = await world.controlPlane()
    const seq = await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    world.away(true)
    const receipt = nodes.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    await new Promise((resolve) => setTimeout(resolve, 50))
    world.away(false)
    expect(await receipt).toMatchObject({ gateways: 1, confirmed: 1, pending: [] })
  })
})

describe('a receipt where several control planes share the database', () => {
  it('waits for the gateways of the others', async () => {
    const [here, there] = [
      await world.controlPlane({ shared: true }),
      await world.controlPlane({ shared: true }),
    ]
    await here.acknowledge(acknowledgement('a', 0))
    await there.acknowledge(acknowledgement('b', 0))
    const seq = await addCredential(world.storage, 'cred_a')
    await here.acknowledge(acknowledgement('a', seq))
    expect(await here.confirm({ tenantId: TENANT, waitMs: 60 })).toMatchObject({
      gateways: 2,
      confirmed: 1,
      pending: [{ id: 'node_b', state: 'late' }],
    })
    const receipt = here.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })
    await new Promise((resolve) => setTimeout(resolve, 30))
    await there.acknowledge(acknowledgement('b', seq))
    expect(await receipt).toMatchObject({ gateways: 2, confirmed: 2, pending: [] })
  })

  it('knows who left another control plane', async () => {
    const [here, there] = [
      await world.controlPlane({ shared: true }),
      await world.controlPlane({ shared: true }),
    ]
    await here.acknowledge(acknowledgement('a', 0))
    await there.leave(acknowledgement('a', 0))
    await addCredential(world.storage, 'cred_a')
    expect(await here.confirm({ tenantId: TENANT, waitMs: 60 * MINUTE })).toMatchObject({
      gateways: 0,
      pending: [{ id: 'node_a', state: 'stopped' }],
    })
  })

  it('claims nothing where it cannot look who is there', async () => {
    const real = world.storage.db
    let broken = false
    const db = {
      ...real,
      snapshot: ((tenant, work) => {
        if (broken) throw new Error('no')
        return real.snapshot(tenant, work)
      }) as typeof real.snapshot,
    }
    const nodes = await world.controlPlane({ shared: true, db })
    const seq = await addCredential(world.storage, 'cred_a')
    await nodes.acknowledge(acknowledgement('a', seq))
    broken = true
    expect(await nodes.confirm({ tenantId: TENANT, waitMs: 50 })).toMatchObject({ gateways: 1, confirmed: 0 })
  })
})

describe('the list of gateways', () => {
  it('says of each how far it is, whether it is connected, and whether it is the same as here', async () => {
    const nodes = await world.controlPlane()
    const seq = await addCredential(world.storage, 'cred_a')
    await addCredential(world.storage, 'cred_b')
    const { digest, seq: newest } = await world.publisher.digest()
    await nodes.acknowledge({ ...acknowledgement('gone', seq), configDigest: 'other' })
    world.time += 11 * SECOND
    await nodes.acknowledge({ ...acknowledgement('equal', newest), digest })
    await nodes.acknowledge({ ...acknowledgement('wrong', newest), digest: 'f'.repeat(32) })
    expect(await nodes.list()).toMatchObject([
      {
        id: 'node_equal',
        name: 'equal',
        state: 'connected',
        behind: 0,
        sameDigest: true,
        sameConfiguration: true,
      },
      { id: 'node_gone', state: 'silent', behind: 1, sameDigest: undefined, sameConfiguration: false },
      { id: 'node_wrong', state: 'connected', behind: 0, sameDigest: false },
    ])
    expect(nodes.leases()).toBe(2)
  })
})
