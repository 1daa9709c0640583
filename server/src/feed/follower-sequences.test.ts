import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createTestControlPlane,
  fingerprint,
  type TestControlPlane,
  testRecord,
} from './test/control-plane.ts'
import { createTestGateway, type TestGateway, until } from './test/gateway.ts'

const root = mkdtempSync(join(tmpdir(), 'stagedoor-sequences-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      index: fc.nat(5),
      active: fc.boolean(),
      deleted: fc.boolean(),
      tokens: fc.nat(3),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('cut', 'reload', 'forget', 'away', 'back', 'wait', 'gap') }),
  },
)
const damage = fc.record({
  kind: fc.constantFrom('none', 'none', 'truncate', 'flip'),
  file: fc.nat(5),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  bit: fc.nat(7),
})
const restart = fc.record({
  kind: fc.constant('restart' as const),
  damage,
  isAway: fc.boolean(),
  isClean: fc.boolean(),
})

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

/** Carries out a step at the control plane, or on its wires. */
async function carryOut(plane: TestControlPlane, given: Step): Promise<void> {
  switch (given.kind) {
    case 'change':
      return void plane.change(testRecord(given.index, given))
    case 'cut':
      return plane.cut()
    case 'reload':
      return plane.say({ kind: 'reload' })
    case 'forget':
      plane.faults.forgotten = plane.newest()
      return
    case 'away':
      plane.faults.isAway = true
      return plane.cut()
    case 'back':
      plane.faults.isAway = false
      return
    case 'gap':
      return plane.say({
        kind: 'change',
        seq: plane.newest() + 2,
        at: 1,
        record: testRecord(0, { tokens: 3 }),
      })
    default:
      await new Promise((resolve) => setTimeout(resolve, 4))
  }
}

/** The files as they are. Where one of them gets another name meanwhile, once more. */
function copyOf(directory: string): string {
  for (;;) {
    const copy = mkdtempSync(join(root, 'data-'))
    try {
      cpSync(directory, copy, { recursive: true })
      // It stands for the same directory at another time: a copy alone would begin with nothing.
      writeFileSync(join(copy, 'node.place'), `${statSync(copy, { bigint: true }).ino} here\n`)
      return copy
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    }
  }
}

function spoil(directory: string, { kind, file, at, bit }: Damage): void {
  const name = readdirSync(directory).toSorted()[file]
  if (kind === 'none' || name === undefined) return
  const path = join(directory, name)
  const bytes = readFileSync(path)
  if (bytes.length === 0) return
  const place = Math.floor(at * bytes.length)
  if (kind === 'flip') bytes[place] = (bytes[place] ?? 0) ^ (1 << bit)
  writeFileSync(path, kind === 'flip' ? bytes : bytes.subarray(0, place))
}

/** What is decided by is what there was at some time, whole. */
function expectTrue({ policy, follower }: TestGateway, plane: TestControlPlane): void {
  const { isLoaded, appliedSeq } = follower.state()
  expect(fingerprint(policy)).toBe(plane.states[isLoaded ? appliedSeq : 0])
}

async function expectEqual(gateway: TestGateway, plane: TestControlPlane): Promise<void> {
  plane.faults.isAway = false
  await until(
    () => gateway.follower.state().isLoaded && gateway.follower.state().appliedSeq === plane.newest(),
    () => [gateway.follower.state(), gateway.logged()],
  )
  expect(fingerprint(gateway.policy)).toBe(plane.states.at(-1))
  await until(() => plane.acknowledged.at(-1)?.seq === plane.newest())
}

describe('whatever happens to a follower', () => {
  it('decides by what there was at some time, and ends with all of it: 1,000 sequences', {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const plane = createTestControlPlane()
        const gateway = createTestGateway(plane.source)
        await gateway.follower.start()
        for (const each of steps) {
          await carryOut(plane, each)
          await new Promise((resolve) => setImmediate(resolve))
          expectTrue(gateway, plane)
        }
        await expectEqual(gateway, plane)
        await gateway.follower.close()
      }),
      { numRuns: 1_000 },
    )
  })

  it('does so over restarts with damaged files: 100 sequences', { timeout: 300_000 }, async () => {
    let [restarts, fromFiles, none] = [0, 0, 0]
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 5, arbitrary: step }, { weight: 1, arbitrary: restart }), {
          maxLength: 30,
        }),
        async (steps) => {
          let dataDirectory = mkdtempSync(join(root, 'data-'))
          const plane = createTestControlPlane()
          let gateway = createTestGateway(plane.source, { dataDirectory })
          await gateway.follower.start()
          for (const each of steps) {
            if (each.kind === 'restart') {
              const confirmed = plane.acknowledged.at(-1)?.seq ?? 0
              // As after a kill: the files are those of this instant, whatever was on its way.
              const left = each.isClean ? undefined : copyOf(dataDirectory)
              await gateway.follower.close()
              dataDirectory = left ?? dataDirectory
              spoil(dataDirectory, each.damage)
              plane.faults.isAway = each.isAway
              gateway = createTestGateway(plane.source, { dataDirectory })
              await gateway.follower.start()
              const { isLoaded, appliedSeq, snapshots } = gateway.follower.state()
              restarts += 1
              if (isLoaded && snapshots === 0) fromFiles += 1
              if (!isLoaded) none += 1
              // A revocation that was confirmed holds after a restart, too.
              if (each.damage.kind === 'none' && isLoaded)
                expect(appliedSeq).toBeGreaterThanOrEqual(confirmed)
            } else await carryOut(plane, each)
            await new Promise((resolve) => setImmediate(resolve))
            expectTrue(gateway, plane)
          }
          await expectEqual(gateway, plane)
          await gateway.follower.close()
        },
      ),
      { numRuns: 100 },
    )
    process.stdout.write(`restarts: ${restarts}, from files: ${fromFiles}, with nothing: ${none}\n`)
    expect(fromFiles).toBeGreaterThan(0)
  })
})
