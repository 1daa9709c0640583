import { randomBytes } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPolicy } from '#policy/policy.ts'
import { createKnownState, type Position } from './known-state.ts'
import { createPolicyStore, type PolicyStore } from './policy-store.ts'
import type { FeedMessage } from './protocol.ts'
import {
  createTestControlPlane,
  fingerprint,
  type TestControlPlane,
  testRecord,
} from './test/control-plane.ts'

const root = mkdtempSync(join(tmpdir(), 'stagedoor-store-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let folders = 0
function folder(): string {
  folders += 1
  return mkdtempSync(join(root, `${folders}-`))
}

const signal = new AbortController().signal
const log = pino({ level: 'silent' })

function open(
  directory: string,
  onKept: (position: Position) => void = () => undefined,
  limits = {},
): PolicyStore {
  return createPolicyStore({
    directory,
    randomBytes,
    monotonic: () => performance.now(),
    log,
    onKept,
    limits,
  })
}

/** Takes the control plane's snapshot, and then these changes one by one, as a gateway does. */
async function live(
  store: PolicyStore,
  plane: TestControlPlane,
  {
    changes,
    contact,
    beforeClose,
  }: { readonly changes: number; readonly contact: boolean; readonly beforeClose?: () => void },
): Promise<void> {
  const state = createKnownState(createPolicy([]))
  const stored = await store.replace()
  await stored.commit(await state.load(each(plane.source.snapshot(signal)), stored.write))
  for (let index = 0; index < changes; index += 1) {
    const record = testRecord(index % 5, { active: index % 3 !== 0, tokens: 1 + (index % 3) })
    const seq = plane.change(record)
    const change = { kind: 'change', seq, at: plane.now(), record } as const
    state.apply(change)
    store.append(change, state.position() ?? expect.fail('nothing is known'))
  }
  if (contact) await store.keepContact(() => ({ seq: plane.newest(), contactAt: plane.now(), offsetMs: 0 }))
  beforeClose?.()
  await store.close()
}

async function* each(messages: AsyncIterable<FeedMessage>) {
  for await (const message of messages) yield [message]
}

async function restore(directory: string) {
  const policy = createPolicy([])
  const state = createKnownState(policy)
  const store = open(directory)
  const restored = await store.restore(state)
  await store.close()
  return { restored, print: fingerprint(policy), damaged: store.totals().damagedFiles }
}

describe('what a gateway keeps', () => {
  it('is all there after a restart: the snapshot, the changes after it, the time of contact', async () => {
    const directory = folder()
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    await live(open(directory), plane, { changes: 7, contact: true })
    const { restored, print, damaged } = await restore(directory)
    expect(restored).toMatchObject({ from: 'current', position: { seq: 8 }, offsetMs: 0 })
    expect(Math.abs((restored?.contactAt ?? 0) - Date.now())).toBeLessThan(60_000)
    expect([print, damaged]).toEqual([plane.states.at(-1), 0])
  })

  it('is told to be kept only when it is on the disk', async () => {
    const directory = folder()
    const told: number[] = []
    const missing: number[] = []
    const plane = createTestControlPlane()
    const onKept = ({ seq }: Position): void => {
      told.push(seq)
      const text = readFileSync(join(directory, 'policy.changes'), 'utf8')
      if (seq > 0 && !text.includes(`"seq":${seq},`)) missing.push(seq)
    }
    await live(open(directory, onKept), plane, { changes: 20, contact: false })
    expect(told.at(-1)).toBe(20)
    expect(told).toEqual(told.toSorted((one, other) => one - other))
    expect(missing).toEqual([])
    expect((await restore(directory)).print).toBe(plane.states.at(-1))
  })

  it('is for this account alone, and holds no token', async () => {
    const directory = folder()
    await live(open(directory), createTestControlPlane(), { changes: 3, contact: true })
    const names = readdirSync(directory)
    expect(names.toSorted()).toEqual(['policy.changes', 'policy.contact', 'policy.snapshot'])
    for (const name of names) {
      expect(statSync(join(directory, name)).mode & 0o077).toBe(0)
      expect(readFileSync(join(directory, name), 'utf8')).not.toContain('sd_')
    }
  })

  it('is nothing where there are no files', async () => {
    expect(await restore(folder())).toMatchObject({ restored: undefined, damaged: 0 })
  })

  it('leaves the predecessor alone when a new snapshot does not come to its end', async () => {
    const directory = folder()
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    await live(open(directory), plane, { changes: 2, contact: true })
    const store = open(directory)
    const stored = await store.replace()
    await stored.write({ kind: 'snapshot_begin', seq: 9, at: 1, count: 1 })
    await stored.abandon()
    await store.close()
    expect((await restore(directory)).print).toBe(plane.states.at(-1))
    expect(readdirSync(directory).filter((name) => name.endsWith('.new'))).toEqual([])
  })

  it('is nothing at all when the disk fails: less than was confirmed is worse', async () => {
    const directory = folder()
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    await live(open(directory), plane, { changes: 2, contact: true })
    const store = open(directory)
    // Whatever is not a file in the way of the new one.
    rmSync(join(directory, 'policy.changes'))
    const kept: Position[] = []
    const failing = open(directory, (position) => void kept.push(position))
    const state = createKnownState(createPolicy([]))
    const stored = await failing.replace()
    rmSync(join(directory, 'policy.snapshot.new'))
    await stored.commit(await state.load(each(plane.source.snapshot(signal)), stored.write))
    expect(failing.totals().fileFailures).toBe(1)
    expect(kept.at(-1)?.seq).toBe(3)
    expect(readdirSync(directory)).toEqual([])
    expect(failing.wantsSnapshot()).toBe(false)
    await failing.close()
    await store.close()
  })

  it('is said to be nothing while the disk fails and does not let go of what it had, until it writes again', async () => {
    const directory = folder()
    const plane = createTestControlPlane()
    plane.change(testRecord(0))
    await live(open(directory), plane, { changes: 2, contact: true })
    const kept: Position[] = []
    const failing = open(directory, (position) => void kept.push(position))
    const state = createKnownState(createPolicy([]))
    const load = async (): Promise<void> => {
      const stored = await failing.replace()
      await stored.commit(await state.load(each(plane.source.snapshot(signal)), stored.write))
    }
    // What nobody can remove as a file stands for a disk that has become read-only.
    const inTheWay = join(directory, 'policy.contact.previous')
    mkdirSync(inTheWay)
    await load()
    failing.append({ kind: 'reload' }, state.position() ?? expect.fail('nothing is known'))
    expect(kept.map(({ seq }) => seq)).toEqual([0, 0])
    rmSync(inTheWay, { recursive: true })
    await load()
    await failing.close()
    expect(kept.map(({ seq }) => seq)).toEqual([0, 0, 3])
    expect((await restore(directory)).restored?.position.seq).toBe(3)
  })

  it('wants a new snapshot when there are more changes than the snapshot has records', async () => {
    const wants: boolean[] = []
    for (const changes of [3, 4]) {
      const store = open(folder(), undefined, { changesMax: 3 })
      const beforeClose = (): void => void wants.push(store.wantsSnapshot())
      await live(store, createTestControlPlane(), { changes, contact: false, beforeClose })
    }
    expect(wants).toEqual([false, true])
  })
})

describe('damaged files', () => {
  const plane = createTestControlPlane()
  const whole = folder()
  let files: readonly string[] = []
  beforeAll(async () => {
    plane.change(testRecord(0))
    plane.change(testRecord(1))
    await live(open(whole), plane, { changes: 6, contact: true })
    await live(open(whole), plane, { changes: 6, contact: true })
    files = readdirSync(whole).toSorted()
    if (files.length !== 6) throw new Error(`${files.length} files`)
  })

  it('are noticed, and the predecessor is used', async () => {
    for (const spoil of [
      (bytes: Buffer) => bytes.subarray(0, bytes.length - 10),
      (bytes: Buffer) => bytes.subarray(0, 0),
      (bytes: Buffer) => Buffer.concat([bytes, bytes]),
      (bytes: Buffer) => bytes.with(bytes.length >> 1, (bytes[bytes.length >> 1] ?? 0) ^ 4),
      (bytes: Buffer) => Buffer.from(bytes.toString().split('\n').toSpliced(1, 1).join('\n')),
    ]) {
      const directory = folder()
      cpSync(whole, directory, { recursive: true })
      const path = join(directory, 'policy.snapshot')
      writeFileSync(path, spoil(readFileSync(path)))
      const { restored, print, damaged } = await restore(directory)
      expect(restored).toMatchObject({ from: 'previous', position: { seq: 8 } })
      expect(print).toBe(plane.states[8])
      expect(damaged).toBe(1)
    }
  })

  it('are used by nobody where the predecessor is damaged too', async () => {
    const directory = folder()
    cpSync(whole, directory, { recursive: true })
    for (const name of ['policy.snapshot', 'policy.snapshot.previous'])
      writeFileSync(join(directory, name), readFileSync(join(directory, name)).subarray(0, 200))
    const { restored, print, damaged } = await restore(directory)
    expect([restored, print, damaged]).toEqual([undefined, plane.states[0], 2])
  })

  it('never count as having had contact where changes are missing that were confirmed', async () => {
    for (const file of ['policy.changes', 'policy.snapshot']) {
      const directory = folder()
      cpSync(whole, directory, { recursive: true })
      const path = join(directory, file)
      const bytes = readFileSync(path)
      writeFileSync(path, bytes.with(bytes.length - 20, 0x7f))
      // Either of the two that are left tells.
      for (const other of [undefined, 'policy.contact'])
        if (other === undefined || file === 'policy.snapshot') {
          if (other !== undefined) rmSync(join(directory, other))
          const { restored } = await restore(directory)
          expect(restored?.position.seq).toBe(file === 'policy.changes' ? 13 : 8)
          expect(restored?.contactAt).toBeUndefined()
        }
    }
  })

  it('count as what the predecessor was where nothing has changed since', async () => {
    const directory = folder()
    const quiet = createTestControlPlane()
    quiet.change(testRecord(0))
    await live(open(directory), quiet, { changes: 2, contact: true })
    await live(open(directory), quiet, { changes: 0, contact: true })
    writeFileSync(join(directory, 'policy.snapshot'), 'damaged')
    const { restored } = await restore(directory)
    expect(restored).toMatchObject({ from: 'previous', position: { seq: 3 } })
    expect(restored?.contactAt).toBeTypeOf('number')
  })

  it('give a state that there was, or none; 1,500 times', { timeout: 120_000 }, async () => {
    const outcomes = { current: 0, previous: 0, none: 0 }
    const damage = fc.record({
      file: fc.nat(5),
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      kind: fc.constantFrom('truncate', 'flip', 'zeros', 'remove', 'repeat'),
      bit: fc.nat(7),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (damages) => {
        const directory = folder()
        cpSync(whole, directory, { recursive: true })
        for (const { file, at, kind, bit } of damages) {
          const path = join(directory, files[file] ?? '')
          if (!existsSync(path)) continue
          const bytes = readFileSync(path)
          const place = Math.min(Math.floor(at * bytes.length), bytes.length - 1)
          if (kind === 'remove') rmSync(path)
          else if (kind === 'truncate') writeFileSync(path, bytes.subarray(0, Math.max(place, 0)))
          else if (kind === 'repeat')
            writeFileSync(path, Buffer.concat([bytes, bytes.subarray(Math.max(place, 0))]))
          else if (place >= 0) {
            if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
            else bytes.fill(0, place, Math.min(place + 64, bytes.length))
            writeFileSync(path, bytes)
          }
        }
        const { restored, print } = await restore(directory)
        rmSync(directory, { recursive: true })
        outcomes[restored?.from ?? 'none'] += 1
        if (restored === undefined) {
          expect(print).toBe(plane.states[0])
          return
        }
        expect(print).toBe(plane.states[restored.position.seq])
        // What was confirmed at the time of contact is there, or that time does not count.
        if (restored.from === 'previous') expect(restored.position.seq).toBeLessThanOrEqual(8)
      }),
      { numRuns: 1_500 },
    )
    expect(Math.min(...Object.values(outcomes))).toBeGreaterThan(0)
    process.stdout.write(`damaged files: ${JSON.stringify(outcomes)}\n`)
  })
})
