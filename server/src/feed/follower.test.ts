import { afterEach, describe, expect, it } from 'vitest'
import { SourceError } from './change-source.ts'
import {
  createTestControlPlane,
  digestOf,
  findByHex,
  fingerprint,
  TENANT_ID,
  testRecord,
} from './test/control-plane.ts'
import { createTestGateway, type TestGateway, until } from './test/gateway.ts'

const running: TestGateway[] = []
afterEach(async () => {
  for (const { follower } of running.splice(0)) await follower.close()
})

async function start(...given: Parameters<typeof createTestGateway>): Promise<TestGateway> {
  const gateway = createTestGateway(...given)
  running.push(gateway)
  await gateway.follower.start()
  return gateway
}

describe('a follower', () => {
  it('decides by the snapshot when it has started, and has told so', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    plane.change(testRecord(1, { active: false }))
    const { follower, policy } = await start(plane.source)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    expect(plane.acknowledged.at(0)).toMatchObject({
      seq: 2,
      nodeId: follower.nodeId(),
      configDigest: 'configured',
    })
    expect(follower.knowledgeOf(TENANT_ID)).toBe('current')
    expect(follower.knowledgeOf(undefined)).toBe('current')
    expect(follower.state()).toMatchObject({
      isLoaded: true,
      isConnected: true,
      appliedSeq: 2,
      lagChanges: 0,
    })
  })

  it('acknowledges each change only when it decides by it, and with the digest of all of it', async () => {
    const plane = createTestControlPlane()
    const { policy } = await start(plane.source)
    for (let index = 0; index < 5; index += 1) {
      const seq = plane.change(testRecord(index))
      await until(() => plane.acknowledged.at(-1)?.seq === seq)
      expect(fingerprint(policy)).toBe(plane.states[seq])
    }
    const other = await start(plane.source)
    await until(() => plane.acknowledged.at(-1)?.nodeId === other.follower.nodeId())
    const digests = new Set(plane.acknowledged.filter(({ seq }) => seq === 5).map(({ digest }) => digest))
    expect(digests.size).toBe(1)
  })

  it('never applies a change after a gap, and comes back for what is missing', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    const { policy, follower } = await start(plane.source)
    plane.say({ kind: 'change', seq: 3, at: 1, record: testRecord(0, { active: false }) })
    await until(() => plane.asked.filter((each) => each === 'changes after 1').length > 1)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    expect(follower.state()).toMatchObject({ appliedSeq: 1, damagedMessages: 1 })
    const seq = plane.change(testRecord(0, { active: false }))
    await until(() => follower.state().appliedSeq === seq)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
  })

  it('skips what it has already, whatever it says now', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    plane.change(testRecord(1))
    const { policy, follower } = await start(plane.source)
    plane.say({ kind: 'change', seq: 1, at: 1, record: testRecord(0, { active: false }) })
    const seq = plane.change(testRecord(2))
    await until(() => follower.state().appliedSeq === seq)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    expect(plane.asked.filter((each) => each.startsWith('changes'))).toHaveLength(1)
  })

  const odd: readonly (readonly [string, unknown])[] = [
    ['of another kind', { kind: 'record', record: testRecord(0, { active: false }) }],
    ['of no kind', { kind: 'surprise' }],
    [
      'whose record has no state',
      { kind: 'change', seq: 2, at: 1, record: { ...testRecord(0), active: 'yes' } },
    ],
    [
      'whose record has no endpoints',
      { kind: 'change', seq: 2, at: 1, record: { ...testRecord(0), allowedEndpoints: {} } },
    ],
    [
      'whose record has odd tokens',
      { kind: 'change', seq: 2, at: 1, record: { ...testRecord(0), tokens: [{ id: 'x' }] } },
    ],
    ['without a record', { kind: 'change', seq: 2, at: 1 }],
  ]
  it.each(odd)('applies no message %s', async (_, message) => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    const { policy, follower } = await start(plane.source)
    plane.say(message as Parameters<typeof plane.say>[0])
    await until(() => follower.state().damagedMessages === 1)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
    plane.change(testRecord(1))
    await until(() => fingerprint(policy) === plane.states.at(-1))
  })

  it('loads the snapshot when it is told to, and forgets the tokens of what is not in it', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    plane.change(testRecord(1))
    const { policy, follower } = await start(plane.source)
    // A database of another day: it never had the second one.
    const other = createTestControlPlane()
    other.change(testRecord(0, { active: false }))
    const { snapshot, changes, acknowledge } = other.source
    Object.assign(plane.source, { snapshot, changes, acknowledge })
    plane.say({ kind: 'reload' })
    await until(() => follower.state().snapshots === 2)
    expect(findByHex(policy, digestOf(1))).toBeUndefined()
    expect(fingerprint(policy)).toBe(other.states.at(-1))
    expect(follower.state()).toMatchObject({ appliedSeq: 1, newestSeq: 1 })
  })

  it('loads the snapshot when the control plane knows less than it', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    const { follower } = await start(plane.source)
    plane.say({ kind: 'heartbeat', seq: 0, at: 1 })
    await until(() => follower.state().snapshots === 2)
    expect(follower.state().appliedSeq).toBe(1)
  })

  it.each([
    ['has fewer records than it says', (messages: unknown[]) => messages.toSpliced(1, 1)],
    ['has more records than it says', (messages: unknown[]) => messages.toSpliced(1, 0, messages[1])],
    ['has no end', (messages: unknown[]) => messages.slice(0, -1)],
    ['has no beginning', (messages: unknown[]) => messages.slice(1)],
    [
      'has the digest of another one',
      (messages: unknown[]) => [...messages.slice(0, -1), { kind: 'snapshot_end', digest: '0'.repeat(32) }],
    ],
    [
      'has another record than its digest says',
      (messages: unknown[]) => messages.with(1, { kind: 'record', record: testRecord(3) }),
    ],
    [
      'has a change that follows on nothing',
      (messages: unknown[]) => [...messages, { kind: 'change', seq: 9, at: 1, record: testRecord(3) }],
    ],
    ['is empty', () => []],
  ] as const)('decides by nothing of a snapshot that %s', async (_, spoil) => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    plane.change(testRecord(1))
    plane.faults.spoil = (messages) => spoil(messages) as typeof messages
    const { policy, follower } = await start(plane.source)
    expect(fingerprint(policy)).toBe(plane.states[0])
    expect(follower.knowledgeOf(TENANT_ID)).toBe('absent')
    expect(plane.acknowledged).toEqual([])
    plane.faults.spoil = undefined
    await until(() => fingerprint(policy) === plane.states.at(-1))
  })

  it('notices that a deleted credential is missing, which no digest tells', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0, { deleted: true }))
    plane.change(testRecord(1))
    plane.faults.spoil = (messages) => messages.toSpliced(1, 1)
    const { follower } = await start(plane.source)
    expect(follower.knowledgeOf(TENANT_ID)).toBe('absent')
    plane.faults.spoil = undefined
    await until(() => follower.state().isLoaded)
    expect(follower.state()).toMatchObject({ credentials: 2 })
  })

  it('keeps what it has while a snapshot that it loads turns out to be damaged', async () => {
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    const { policy, follower } = await start(plane.source)
    plane.change(testRecord(1))
    await until(() => follower.state().appliedSeq === 2)
    plane.faults.spoil = (messages) => messages.slice(0, -1)
    plane.say({ kind: 'reload' })
    await until(() => follower.state().damagedMessages > 2)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
  })

  it('notices a stream that is half open, and comes back', async () => {
    const plane = createTestControlPlane()
    const { follower, policy } = await start(plane.source)
    plane.faults.isSilent = true
    const asked = plane.asked.length
    await until(() => plane.asked.length > asked + 1)
    await until(() => !follower.state().isConnected || follower.state().connections > 2)
    plane.faults.isSilent = false
    plane.change(testRecord(0))
    await until(() => follower.state().appliedSeq === 1)
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
  })

  it('is not current while changes do not come, though acknowledgements are answered', async () => {
    const plane = createTestControlPlane()
    const { follower, policy, shift } = await start(plane.source, { maxStaleMs: 60_000 })
    await until(() => follower.knowledgeOf(TENANT_ID) === 'current')
    plane.faults.isStuck = true
    plane.change(testRecord(0))
    const answered = plane.acknowledged.length
    await until(() => plane.acknowledged.length > answered + 2)
    shift.monotonic += 10_000
    const more = plane.acknowledged.length
    await until(() => plane.acknowledged.length > more + 1)
    expect(follower.state()).toMatchObject({ isConnected: true, lagChanges: 1 })
    expect(follower.knowledgeOf(TENANT_ID)).toBe('disconnected')
    expect(follower.knowledgeOf(undefined)).toBe('disconnected')
    shift.monotonic += 60_000
    expect(follower.knowledgeOf(TENANT_ID)).toBe('stale')
    plane.faults.isStuck = false
    await until(() => fingerprint(policy) === plane.states.at(-1))
    await until(() => follower.knowledgeOf(TENANT_ID) === 'current')
  })

  it('tries again at its pace while the control plane is away, and is there when it is back', async () => {
    const plane = createTestControlPlane()
    plane.faults.isAway = true
    const { follower, policy, logged } = await start(plane.source)
    expect(follower.knowledgeOf(TENANT_ID)).toBe('absent')
    expect(follower.state()).toMatchObject({
      isLoaded: false,
      isConnected: false,
      ageMs: Number.POSITIVE_INFINITY,
    })
    await until(() => plane.asked.length > 5)
    // Said once, not each time.
    expect(logged().match(/cannot be followed/g)).toHaveLength(1)
    plane.change(testRecord(0))
    plane.faults.isAway = false
    await until(() => follower.knowledgeOf(TENANT_ID) === 'current')
    expect(fingerprint(policy)).toBe(plane.states.at(-1))
  })

  it('goes on under another id when a later start has its own', async () => {
    const plane = createTestControlPlane()
    const { follower } = await start(plane.source)
    const before = follower.nodeId()
    let isRefused = true
    plane.faults.acknowledge = () => {
      const refused = isRefused ? new SourceError('superseded', 'another one') : undefined
      isRefused = false
      return refused
    }
    await until(() => plane.acknowledged.at(-1)?.nodeId !== before)
    expect(follower.nodeId()).not.toBe(before)
    expect(plane.acknowledged.at(-1)?.nodeId).toBe(follower.nodeId())
  })

  it('gives its lease back when it ends, and says nothing after that', async () => {
    const plane = createTestControlPlane()
    const { follower } = await start(plane.source)
    running.length = 0
    await follower.close()
    expect(plane.left).toEqual([follower.nodeId()])
    const { length } = plane.acknowledged
    const asked = plane.asked.length
    plane.change(testRecord(0))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(plane.acknowledged).toHaveLength(length)
    expect(plane.asked).toHaveLength(asked)
  })
})
