import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, describe, expect, it } from 'vitest'
import { createPolicy } from '#policy/policy.ts'
import { createMapPolicy } from '#policy/test/map-policy.ts'
import { expectSame, randomRecord, TENANTS } from '#policy/test/random-records.ts'
import { binaryDigest, credentialRecord, tokenRecord } from '#policy/test/records.ts'
import { isPolicyRecord } from './check-record.ts'
import { createKnownState } from './known-state.ts'
import { createPolicyStore } from './policy-store.ts'
import type { FeedMessage } from './protocol.ts'
import { policyPaths, restorePolicy } from './restore-policy.ts'
import { readSnapshotFile } from './snapshot-file.ts'
import { createSnapshotWriter } from './snapshot-writer.ts'
import { digestOf, snapshotOf, writeLineSnapshot } from './test/line-snapshot.ts'

const root = mkdtempSync(join(tmpdir(), 'stagedoor-snapshot-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const path = join(root, 'policy.snapshot')

/** The parts of a file: its header, then the head and the content of each block. */
function written(messages: readonly FeedMessage[], history = 'one'): readonly Uint8Array[] {
  const writer = createSnapshotWriter(history)
  const pieces = messages.flatMap((message) => writer.add(message) ?? [])
  return [Buffer.from(writer.header), ...pieces, ...writer.rest()]
}

/** What a gateway decides by that begins with this file. */
async function load(content: Uint8Array) {
  writeFileSync(path, content)
  const policy = createPolicy(TENANTS)
  const state = createKnownState(policy)
  const position = await state.load(readSnapshotFile(path, () => undefined))
  return { policy, state, position }
}

function mapOf(records: readonly PolicyRecord[]) {
  const model = createMapPolicy()
  for (const record of records) model.apply(record)
  return model
}

/** What a gateway takes at all. */
const readable = randomRecord.filter(isPolicyRecord)

/** Of every form that a file has for them. */
const SOME: readonly PolicyRecord[] = [
  credentialRecord(1, {
    tokens: [tokenRecord(1, { expiresAt: 2 ** 40, revokedAt: 2 ** 41 + 7 }), tokenRecord(2)],
  }),
  credentialRecord(2, { tokens: [], active: false }),
  credentialRecord(3, { id: 'cred_3', allowedEndpoints: { kind: 'only', endpoints: ['gone'] } }),
]

describe('the file of a snapshot', () => {
  it('says what was written, whatever the records are; and changes go on from there', {
    timeout: 120_000,
  }, async () => {
    const records = fc.array(readable, { maxLength: 30 })
    await fc.assert(
      fc.asyncProperty(records, fc.array(readable, { maxLength: 10 }), async (given, changes) => {
        const { policy, state, position } = await load(Buffer.concat(written(snapshotOf(given))))
        const model = mapOf(given)
        expectSame(policy, model)
        expect(position).toEqual({ seq: 1, digest: digestOf(given) })
        for (const [index, record] of changes.entries()) {
          state.apply({ kind: 'change', seq: index + 2, at: 1, record })
          model.apply(record)
          expectSame(policy, model)
        }
        expect(state.position()?.digest).toBe(digestOf([...given, ...changes]))
      }),
      { numRuns: 500 },
    )
  })

  it('has blocks of some thousand records, with more standings than it remembers', {
    timeout: 120_000,
  }, async () => {
    const given = Array.from({ length: 20_000 }, (_, number) =>
      credentialRecord(number, {
        allowedEndpoints: { kind: 'only', endpoints: [`endpoint ${number < 18_000 ? number : number % 7}`] },
        ...(number % 9 === 0 ? { id: `odd ${number}` } : {}),
      }),
    )
    const pieces = written(snapshotOf(given))
    expect(pieces.length).toBeGreaterThan(10)
    const { policy, position } = await load(Buffer.concat(pieces))
    expect(policy.count()).toBe(given.length)
    for (const { id, tokens, allowedEndpoints: allowed } of given) {
      const found = policy.findToken(binaryDigest(tokens[0]?.digest ?? ''))?.credential
      if (found?.allowedEndpoints.kind !== 'only' || allowed.kind !== 'only') expect.fail(id)
      expect([found.id, ...found.allowedEndpoints.endpoints]).toEqual([id, ...allowed.endpoints])
    }
    expect(position.digest).toBe(digestOf(given))
  })

  it('is smaller than its records by far', () => {
    const given = Array.from({ length: 2_000 }, (_, number) => credentialRecord(number))
    const bytes = Buffer.concat(written(snapshotOf(given))).length
    expect(bytes).toBeLessThan(2_000 * 77)
  })
})

describe('a file that was changed', () => {
  const paths = policyPaths(root)
  const whole = Buffer.concat(written(snapshotOf(SOME, { seq: 9 })))
  const before = SOME.slice(0, 1)

  function flipped(bit: number): Uint8Array {
    return whole.with(bit >> 3, (whole[bit >> 3] ?? 0) ^ (1 << (bit & 7)))
  }

  /** Begins with this, and with what else is there. */
  async function restore(content: Uint8Array) {
    writeFileSync(paths.snapshot.current, content)
    let damaged = 0
    const state = createKnownState(createPolicy([]))
    const onDamaged = (): void => void (damaged += 1)
    const restored = await restorePolicy(paths, { state, onDamaged })
    return { from: restored?.from, digest: state.position()?.digest, damaged }
  }

  function expectPredecessor(found: Awaited<ReturnType<typeof restore>>, what: string): void {
    expect(found, what).toEqual({ from: 'previous', digest: digestOf(before), damaged: 1 })
  }

  it('in any one bit, or was cut off anywhere, is used by nobody', { timeout: 240_000 }, async () => {
    const state = createKnownState(createPolicy([]))
    const isTaken = async (content: Uint8Array): Promise<boolean> => {
      writeFileSync(path, content)
      const parts = readSnapshotFile(path, () => undefined)
      return await state.load(parts).then(
        () => true,
        () => false,
      )
    }
    for (let bit = 0; bit < whole.length * 8; bit += 1)
      expect(await isTaken(flipped(bit)), `bit ${bit}`).toBe(false)
    for (let length = 0; length < whole.length; length += 1)
      expect(await isTaken(whole.subarray(0, length)), `cut off at ${length}`).toBe(false)
    expect(state.position()).toBeUndefined()
    expect(await isTaken(whole)).toBe(true)
    process.stdout.write(`of ${whole.length} octets every bit was changed, and every length cut off\n`)
  })

  it('gives way to its predecessor, wherever it was changed or cut off', { timeout: 240_000 }, async () => {
    writeFileSync(paths.snapshot.previous, Buffer.concat(written(snapshotOf(before, { seq: 5 }), 'before')))
    expect(await restore(whole)).toEqual({ from: 'current', digest: digestOf(SOME), damaged: 0 })
    for (let bit = 0; bit < whole.length * 8; bit += 67)
      expectPredecessor(await restore(flipped(bit)), `bit ${bit}`)
    for (let length = 0; length < whole.length; length += 11)
      expectPredecessor(await restore(whole.subarray(0, length)), `cut off at ${length}`)
    for (const more of [Buffer.alloc(1), Buffer.alloc(200), whole])
      expectPredecessor(await restore(Buffer.concat([whole, more])), 'longer')
  })

  it('is nothing where there is no predecessor', async () => {
    rmSync(paths.snapshot.previous, { force: true })
    for (const at of [3, 200, whole.length - 5]) {
      const found = await restore(whole.with(at, (whole[at] ?? 0) ^ 1))
      expect(found).toEqual({ from: undefined, digest: undefined, damaged: 1 })
    }
  })

  it('by leaving out, repeating, moving or bringing in whole blocks is refused by their checksums', async () => {
    // Of deleted credentials: they are in no digest, and only counted.
    const given = [1, 2, 3, 4].map((number) => credentialRecord(number, { deleted: true }))
    const blocks = (records: readonly PolicyRecord[], history: string): readonly Uint8Array[] => {
      const writer = createSnapshotWriter(history)
      const [begin = expect.fail(), ...rest] = snapshotOf(records)
      const pieces = [writer.add(begin), ...rest.flatMap((message) => [writer.add(message), writer.rest()])]
      return [
        Buffer.from(writer.header),
        ...pieces.flatMap((some) => (some?.length ? [Buffer.concat(some)] : [])),
      ]
    }
    const good = blocks(given, 'one')
    const other = blocks(given.toReversed(), 'one')
    const elsewhere = blocks(given, 'two')
    expect(good).toHaveLength(7)
    expect((await load(Buffer.concat(good))).policy.count()).toBe(4)
    const at = (index: number, list = good): Uint8Array => list[index] ?? expect.fail()
    for (const [what, list] of Object.entries({
      'left out and repeated': good.with(3, at(2)),
      moved: good.with(2, at(3)).with(3, at(2)),
      'brought in': good.with(2, at(2, other)),
      'of another history': [at(0), ...elsewhere.slice(1)],
    }))
      await expect(load(Buffer.concat(list)), what).rejects.toThrow('a block cannot be trusted: checksum')
  })
})

describe('a file with good checksums is not decided by where', () => {
  async function expectRefused(messages: readonly FeedMessage[], why: string): Promise<void> {
    await expect(load(Buffer.concat(written(messages)))).rejects.toThrow(why)
  }

  it('the digest is not that of its records', async () => {
    await expectRefused(snapshotOf(SOME, { digest: digestOf(before(SOME)) }), 'the digest of a snapshot')
  })

  it('there are more or fewer records than it says', async () => {
    await expectRefused(snapshotOf(SOME, { count: 4 }), 'fewer records')
    await expectRefused(snapshotOf(SOME, { count: 2 }), 'more records')
  })

  it('there is no end, no beginning, or there are records behind the end', async () => {
    const messages = snapshotOf(SOME)
    await expectRefused(messages.slice(0, -1), 'no end')
    await expectRefused(messages.slice(1), 'do not belong there')
    await expectRefused([...messages, ...messages.slice(1, 2)], 'do not belong there')
  })

  it('a record is none', async () => {
    const [first = expect.fail()] = SOME
    await expectRefused(snapshotOf([{ ...first, id: '' }]), 'a record cannot be read')
    await expectRefused(snapshotOf([{ ...first, tenantId: '' }]), 'standings of a block cannot be read')
  })

  it('the format is another one', async () => {
    const header = createSnapshotWriter('one').header
    expect(header).toContain('"format":2')
    const { writeChecked } = await import('./protocol.ts')
    const other = writeChecked({ kind: 'policy_snapshot', history: 'one', format: 3, order: 'LE' })
    await expect(load(Buffer.from(other))).rejects.toThrow('another release')
  })

  function before(records: readonly PolicyRecord[]): readonly PolicyRecord[] {
    return records.slice(1)
  }
})

describe('a file of an earlier release', () => {
  it('opens, and the next snapshot is a file of this one, with the other as its predecessor', async () => {
    const directory = mkdtempSync(join(root, 'earlier-'))
    const { snapshot } = policyPaths(directory)
    const given = [...SOME, ...Array.from({ length: 250 }, (_, number) => credentialRecord(100 + number))]
    writeFileSync(snapshot.current, writeLineSnapshot('earlier', snapshotOf(given, { seq: 4 })))
    const store = createPolicyStore({
      directory,
      randomBytes,
      monotonic: () => performance.now(),
      log: pino({ level: 'silent' }),
      onKept: () => undefined,
    })
    const policy = createPolicy(TENANTS)
    const restored = await store.restore(createKnownState(policy))
    expect(restored).toMatchObject({ from: 'current', position: { seq: 4, digest: digestOf(given) } })
    expectSame(policy, mapOf(given))
    const stored = await store.replace()
    for (const message of snapshotOf(SOME, { seq: 6 })) await stored.write(message)
    await stored.commit({ seq: 6, digest: digestOf(SOME) })
    await store.close()
    expect(readFileSync(snapshot.current, 'latin1')).toContain('"format":2')
    expect(readFileSync(snapshot.previous, 'latin1')).toContain('"history":"earlier"')
    expect(readdirSync(directory).toSorted()).toEqual([
      'policy.changes',
      'policy.snapshot',
      'policy.snapshot.previous',
    ])
    for (const [damage, seq, from] of [
      [0, 6, 'current'],
      [1, 4, 'previous'],
    ] as const) {
      const bytes = readFileSync(snapshot.current)
      writeFileSync(snapshot.current, bytes.with(300, (bytes[300] ?? 0) ^ damage))
      const again = await store.restore(createKnownState(createPolicy(TENANTS)))
      expect(again).toMatchObject({ from, position: { seq } })
    }
  })

  it('is not used where a line of it is damaged', async () => {
    const text = writeLineSnapshot('earlier', snapshotOf(SOME))
    await expect(load(Buffer.from(text.replace('"gone"', '"come"')))).rejects.toThrow('checksum')
    await expect(load(Buffer.from(text.slice(0, -1)))).rejects.toThrow('within a line')
  })
})
