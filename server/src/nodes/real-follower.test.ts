import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChangeSource } from '#feed/change-source.ts'
import { createHttpSource } from '#feed/http-source.ts'
import { createLocalSource } from '#feed/local-source.ts'
import { findByHex } from '#feed/test/control-plane.ts'
import { createTestGateway, type TestGateway, until } from '#feed/test/gateway.ts'
import { addCredential, changeCredential, digestOfToken, TENANT } from '#feed/test/written.ts'
import { startControlPlane, type TestControlPlane, TOKEN } from './test/control-plane.ts'

// The follower that gateways run, over each of the two ways to a control plane.

let control: TestControlPlane
let dataDirectory: string
const closing: (() => Promise<unknown>)[] = []
beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'stagedoor-follower-'))
  control = await startControlPlane()
})
afterEach(async () => {
  control.away(false)
  for (const close of closing.splice(0).toReversed()) await close()
  await control.close()
  rmSync(dataDirectory, { recursive: true })
})

const TIMING = {
  acknowledgeTimeout: 2_000,
  silence: 3_000,
  behind: 3_000,
  snapshotFirst: 3_000,
  firstAttempt: 2_000,
}

async function sourceOf(kind: 'local' | 'http'): Promise<ChangeSource> {
  if (kind === 'local') return createLocalSource(control)
  const url = await control.serve([TOKEN])
  const source = createHttpSource({
    controlUrls: [url.replace('/nodes/v1', '')],
    nodeToken: TOKEN,
    random: () => 0,
  })
  closing.push(source.close)
  return source
}

async function start(source: ChangeSource, kept?: string): Promise<TestGateway> {
  const gateway = createTestGateway(source, {
    timing: TIMING,
    ...(kept !== undefined && { dataDirectory: kept }),
  })
  closing.push(gateway.follower.close)
  await gateway.follower.start()
  return gateway
}

const isActive = ({ policy }: TestGateway, id: string): boolean | undefined =>
  findByHex(policy, digestOfToken(id))?.credential.active

describe.each(['local', 'http'] as const)('a gateway with a control plane: %s', (kind) => {
  it.each(['with files', 'without'])(
    'decides by each change when its receipt is there, %s',
    async (files) => {
      for (let count = 0; count < 10; count += 1) await addCredential(control, `cred_${count}`)
      const gateway = await start(await sourceOf(kind), files === 'without' ? undefined : dataDirectory)
      expect(gateway.follower.knowledgeOf(TENANT)).toBe('current')
      for (let count = 0; count < 60; count += 1) {
        const active = count % 2 === 1
        await changeCredential(control, `cred_${count % 10}`, { active })
        const receipt = await control.nodes.confirm({ tenantId: TENANT })
        expect(receipt).toMatchObject({ gateways: 1, confirmed: 1, pending: [] })
        expect(isActive(gateway, `cred_${count % 10}`)).toBe(active)
      }
      const { seq } = await control.publisher.digest()
      expect(gateway.follower.state()).toMatchObject({
        appliedSeq: seq,
        damagedMessages: 0,
        snapshots: 1,
        fileFailures: 0,
      })
      expect(await control.nodes.list()).toMatchObject([{ state: 'connected', sameDigest: true }])
    },
  )

  it('is not current while the database is away, and is right again when it is back', async () => {
    await addCredential(control, 'cred_1')
    const gateway = await start(await sourceOf(kind))
    control.away(true)
    gateway.shift.monotonic += 10_000
    await until(() => !gateway.follower.state().isConnected)
    expect(gateway.follower.knowledgeOf(undefined)).toBe('disconnected')
    expect(isActive(gateway, 'cred_1')).toBe(true)
    control.away(false)
    await changeCredential(control, 'cred_1', { active: false })
    await until(() => isActive(gateway, 'cred_1') === false)
    await until(() => gateway.follower.knowledgeOf(TENANT) === 'current')
  })

  it('gives its lease back', async () => {
    const gateway = await start(await sourceOf(kind), dataDirectory)
    await gateway.follower.close()
    expect(await control.nodes.list()).toMatchObject([{ state: 'stopped', id: gateway.follower.nodeId() }])
    expect(await control.nodes.confirm({ tenantId: TENANT })).toMatchObject({ gateways: 0, confirmed: 0 })
  })

  it('lets a later start over the same directory have its id, and goes on under another', async () => {
    const source = await sourceOf(kind)
    const first = await start(source, dataDirectory)
    const id = first.follower.nodeId()
    const second = await start(source, dataDirectory)
    expect(second.follower.nodeId()).toBe(id)
    await until(() => first.follower.nodeId() !== id)
    await until(() => first.follower.state().isConnected && second.follower.state().isConnected)
    await until(() => control.nodes.leases() === 2)
    expect(second.follower.nodeId()).toBe(id)
  })
})
