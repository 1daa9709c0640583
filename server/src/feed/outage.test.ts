import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decide } from '@stagedoor/core/decide.ts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  createTestControlPlane,
  digestOf,
  findByHex,
  type TestControlPlane,
  testRecord,
} from './test/control-plane.ts'
import { createTestGateway, type TestGateway, until } from './test/gateway.ts'

// What callers are answered while a gateway is without its control plane: by the decision itself.

const MINUTE = 60_000
let dataDirectory: string
let plane: TestControlPlane
const running: TestGateway[] = []
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'stagedoor-outage-'))
  plane = createTestControlPlane()
})
afterEach(async () => {
  for (const { follower } of running.splice(0)) await follower.close()
  rmSync(dataDirectory, { recursive: true })
})

async function start(options: Parameters<typeof createTestGateway>[1] = {}): Promise<TestGateway> {
  const gateway = createTestGateway(plane.source, { dataDirectory, ...options })
  running.push(gateway)
  await gateway.follower.start()
  return gateway
}

async function stop(gateway: TestGateway): Promise<void> {
  running.splice(running.indexOf(gateway), 1)
  await gateway.follower.close()
}

/** As a call is decided: `allow` or the reason. */
function call({ policy, follower }: TestGateway, digest: string): string {
  const known = findByHex(policy, digest)
  const decision = decide({
    now: follower.now(),
    token: known?.token ?? { kind: 'unknown' },
    credential: known?.credential,
    knowledge: follower.knowledgeOf(known?.credential.tenantId),
    addressed: {
      kind: 'endpoint',
      endpoint: {
        id: 'endpoint:0:1',
        catalog: '',
        operation: '',
        method: 'GET',
        path: '/',
        title: '',
        resource: '',
        effect: 'read',
      },
    },
  })
  return decision.outcome === 'allow' ? 'allow' : decision.reason
}

/** Time goes by on both clocks of the gateway; the test does not wait for it. */
function pass({ shift }: TestGateway, ms: number): void {
  shift.monotonic += ms
  shift.wall += ms
}

async function loseContact(gateway: TestGateway): Promise<void> {
  plane.faults.isAway = true
  plane.cut()
  pass(gateway, 4_000)
  await until(() => !gateway.follower.state().isConnected)
}

describe('without its control plane, a gateway', () => {
  it('goes on for what the tenant tolerates, then refuses; and is right at once when it is back', async () => {
    plane.change(testRecord(0))
    plane.change(testRecord(1, { active: false }))
    const gateway = await start({ maxStaleMs: 15 * MINUTE })
    expect(call(gateway, digestOf(5))).toBe('token_unknown')
    await loseContact(gateway)
    expect(call(gateway, digestOf(0))).toBe('allow')
    expect(call(gateway, digestOf(1))).toBe('credential_inactive')
    expect(call(gateway, digestOf(5))).toBe('token_unverified')
    pass(gateway, 14 * MINUTE)
    expect(call(gateway, digestOf(0))).toBe('allow')
    pass(gateway, MINUTE)
    expect(call(gateway, digestOf(0))).toBe('policy_stale')
    expect(call(gateway, digestOf(1))).toBe('credential_inactive')
    expect(call(gateway, digestOf(5))).toBe('token_unverified')
    plane.change(testRecord(5))
    plane.faults.isAway = false
    await until(() => call(gateway, digestOf(5)) === 'endpoint_not_allowed')
    await until(() => call(gateway, digestOf(0)) === 'allow')
  })

  it.each([
    [0, 'policy_stale', 4_000],
    [24 * 60 * MINUTE, 'allow', 24 * 60 * MINUTE - 10_000],
    [24 * 60 * MINUTE, 'policy_stale', 24 * 60 * MINUTE + 1_000],
  ])('with max_stale %d is at "%s" after %d ms', async (maxStaleMs, outcome, after) => {
    plane.change(testRecord(0))
    const gateway = await start({ maxStaleMs })
    expect(call(gateway, digestOf(0))).toBe('allow')
    await loseContact(gateway)
    pass(gateway, after - 4_000)
    expect(call(gateway, digestOf(0))).toBe(outcome)
  })

  it('begins with its files, as old as they are, and that goes on', async () => {
    plane.change(testRecord(0))
    const first = await start()
    await stop(first)
    plane.faults.isAway = true
    const second = await start({ wallShift: 10 * MINUTE })
    expect(call(second, digestOf(0))).toBe('allow')
    expect(call(second, digestOf(5))).toBe('token_unverified')
    expect(second.follower.state().ageMs).toBeGreaterThanOrEqual(10 * MINUTE)
    pass(second, 4 * MINUTE)
    expect(call(second, digestOf(0))).toBe('allow')
    await stop(second)
    // Starting again makes nothing younger.
    const third = await start({ wallShift: 15 * MINUTE + 1_000 })
    expect(call(third, digestOf(0))).toBe('policy_stale')
    plane.faults.isAway = false
    await until(() => call(third, digestOf(0)) === 'allow')
  })

  it('does not take files for young whose time cannot be known', async () => {
    plane.change(testRecord(0))
    await stop(await start())
    plane.faults.isAway = true
    const setBack = await start({ wallShift: -MINUTE })
    expect(setBack.follower.state().ageMs).toBe(Number.POSITIVE_INFINITY)
    expect(call(setBack, digestOf(0))).toBe('policy_stale')
    await stop(setBack)
    rmSync(join(dataDirectory, 'policy.contact'))
    const unknown = await start()
    expect(call(unknown, digestOf(0))).toBe('policy_stale')
  })

  it('has never learnt anything where it has no files', async () => {
    plane.faults.isAway = true
    const gateway = await start()
    expect(call(gateway, digestOf(0))).toBe('policy_absent')
  })

  it('begins with nothing where its files are damaged, never with less', async () => {
    plane.change(testRecord(0))
    await stop(await start())
    for (const name of ['policy.snapshot', 'policy.snapshot.previous'])
      rmSync(join(dataDirectory, name), { force: true })
    plane.faults.isAway = true
    expect(call(await start(), digestOf(0))).toBe('policy_absent')
  })

  it.each([5 * MINUTE, -5 * MINUTE, 24 * 60 * MINUTE])(
    'keeps expiry on time with a wall clock that is off by %d ms, in contact, without, and after a restart',
    async (wallShift) => {
      const expiresAt = plane.now() + 10 * MINUTE
      plane.change(testRecord(0, { expiresAt }))
      const gateway = await start({ wallShift })
      const left = (): number => expiresAt - gateway.follower.now()
      expect(call(gateway, digestOf(0))).toBe('allow')
      expect(Math.abs(gateway.follower.state().skewMs - wallShift)).toBeLessThan(5_000)
      await loseContact(gateway)
      // The wall clock is set in between: it plays no part.
      gateway.shift.wall -= 7 * MINUTE
      expect(call(gateway, digestOf(0))).toBe('allow')
      pass(gateway, left() - 30_000)
      expect(call(gateway, digestOf(0))).toBe('allow')
      pass(gateway, 60_000)
      expect(call(gateway, digestOf(0))).toBe('token_expired')
      gateway.shift.wall += 7 * MINUTE
      await stop(gateway)
      const again = await start({ wallShift: wallShift + 9 * MINUTE })
      expect(call(again, digestOf(0))).toBe('allow')
      pass(again, 2 * MINUTE)
      expect(call(again, digestOf(0))).toBe('token_expired')
    },
  )
})
