import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHttpSource, type HttpSource } from '#feed/http-source.ts'
import { startFollower } from '#feed/test/follower.ts'
import { addCredential, changeCredential, TENANT } from '#feed/test/written.ts'
import { startControlPlane, type TestControlPlane, TOKEN } from './test/control-plane.ts'

let control: TestControlPlane
let source: HttpSource
beforeEach(async () => {
  control = await startControlPlane()
  source = await sourceWith(TOKEN)
})
afterEach(async () => {
  await source.close()
  await control.close()
})

async function sourceWith(nodeToken: string): Promise<HttpSource> {
  const url = await control.serve([TOKEN])
  return createHttpSource({ controlUrls: [url.replace('/nodes/v1', '')], nodeToken, random: () => 0 })
}

const ACKNOWLEDGEMENT = {
  nodeId: 'node_gateway-1',
  instance: 'instance_earlier',
  name: 'gateway-1',
  seq: 0,
  digest: '0'.repeat(32),
  configDigest: 'same',
}

it('a gateway over HTTP is where the database is, and receipts wait for it', async () => {
  for (let count = 0; count < 20; count += 1) await addCredential(control, `cred_${count}`)
  const follower = await startFollower(source, { name: 'gateway-1' })
  for (let count = 0; count < 40; count += 1) {
    const seq = await changeCredential(control, `cred_${count % 20}`, { active: count % 3 === 0 })
    expect(await control.nodes.confirm({ tenantId: TENANT })).toMatchObject({
      gateways: 1,
      confirmed: 1,
      pending: [],
    })
    expect(follower.seq()).toBe(seq)
  }
  expect(await control.publisher.digest()).toEqual({ seq: 60, digest: follower.digest() })
  expect(follower.faults).toEqual([])
  await follower.stop()
  await source.leave({ nodeId: 'node_gateway-1', instance: 'instance_gateway-1' })
  expect(await control.nodes.list()).toMatchObject([
    { id: 'node_gateway-1', state: 'stopped', sameDigest: true },
  ])
})

it('refusals reach a gateway by their names', async () => {
  const stranger = await sourceWith(`${TOKEN}x`)
  await expect(stranger.acknowledge(ACKNOWLEDGEMENT)).rejects.toMatchObject({ code: 'refused' })
  await stranger.close()
  await source.acknowledge(ACKNOWLEDGEMENT)
  await source.acknowledge({ ...ACKNOWLEDGEMENT, instance: 'instance_later' })
  await expect(source.acknowledge(ACKNOWLEDGEMENT)).rejects.toMatchObject({ code: 'superseded' })
  control.away(true)
  await expect(source.acknowledge({ ...ACKNOWLEDGEMENT, instance: 'instance_later' })).rejects.toMatchObject({
    code: 'unreachable',
  })
})
