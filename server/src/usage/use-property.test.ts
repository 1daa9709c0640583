import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Storage } from '#storage/database.ts'
import { ingestUse } from './ingest-use.ts'
import { addStored, countsOf, openStored, temporaryDirectory } from './test/stored.ts'
import { type UseBatch, UseRefusedError } from './use-batch.ts'
import { createUseCounter, HOUR_MS, type UseCounter } from './use-counter.ts'
import { createUseSpool, type UseSpool } from './use-spool.ts'

const NOON = Date.UTC(2026, 2, 1, 12)
const NEVER = { everyMs: 1e9, patienceMs: { flush: 1e9, close: 1e9 } }

const root = temporaryDirectory()
let storage: Storage
let worlds = 0

beforeAll(async () => {
  storage = await openStored(join(root.path, 'data'), () => NOON)
})
afterAll(async () => {
  await storage.close()
  root.remove()
})

type SinkMode = 'takes' | 'loses_answers' | 'unreachable' | 'refuses'

/** One gateway with its counts, its files, and the one database; and what ought to be true of them. */
type World = {
  readonly directory: string
  readonly credentialId: string
  counter: UseCounter
  spool: UseSpool
  mode: SinkMode
  now: number
  /** Of this start of the program: when it dies, what it still held is gone. */
  inMemory: number
  counted: number
  uncounted: number
  dropped: number
  lost: number
  /** Numbers of the batches that are in the database. */
  readonly arrived: Set<number>
}

async function createWorld(): Promise<World> {
  worlds += 1
  await addStored(storage.db, 'tnt_harbour', `w${worlds}`)
  const world: World = {
    directory: join(root.path, `use-${worlds}`),
    credentialId: `cred_w${worlds}`,
    counter: createUseCounter(),
    // Replaced at once.
    spool: undefined as unknown as UseSpool,
    mode: 'takes',
    now: NOON,
    inMemory: 0,
    counted: 0,
    uncounted: 0,
    dropped: 0,
    lost: 0,
    arrived: new Set(),
  }
  begin(world)
  return world
}

/** A start of the program over what is on the disk. */
function begin(world: World): void {
  const counter = createUseCounter(4)
  world.inMemory = 0
  world.counter = counter
  world.spool = createUseSpool({
    ...NEVER,
    directory: world.directory,
    counter,
    nodeId: () => `node_${world.credentialId}`,
    now: () => world.now,
    log: pino({ level: 'silent' }),
    rowsMax: 2,
    maxBytes: 1500,
    sink: {
      send: async (batch) => {
        // An earlier start is dead: it does nothing any more.
        if (world.counter !== counter) await new Promise(() => undefined)
        if (world.mode === 'unreachable') throw new Error('unreachable')
        if (world.mode === 'refuses') {
          countAsLost(world, batch)
          throw new UseRefusedError('refused')
        }
        await ingestUse(storage.db, { batch, now: NOON })
        world.arrived.add(batch.number)
        if (world.mode === 'loses_answers') throw new Error('the answer is lost')
      },
    },
  })
}

function countAsLost(world: World, { number, calls }: UseBatch): void {
  if (!world.arrived.has(number)) world.lost += calls.reduce((sum, row) => sum + row.calls, 0)
}

function settle(world: World): void {
  world.uncounted += world.counter.totals().uncounted
  world.dropped += world.spool.totals().droppedCalls
}

function waitingFiles(world: World): readonly string[] {
  return readdirSync(world.directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => join(world.directory, name))
}

async function flush(world: World): Promise<void> {
  await world.spool.flush()
  world.inMemory = 0
}

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('count' as const),
      endpoint: fc.integer({ min: 0, max: 4 }),
      hour: fc.integer({ min: 0, max: 2 }),
      calls: fc.integer({ min: 1, max: 5 }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ do: 'flush' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('sink' as const),
      mode: fc.constantFrom<SinkMode>('takes', 'loses_answers', 'unreachable', 'refuses'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'stop' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'die' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('damage' as const),
      which: fc.nat(20),
      how: fc.constantFrom('cut', 'flip', 'empty', 'remove'),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'lose_numbers' as const }) },
)

type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never

async function apply(world: World, step: Command): Promise<void> {
  switch (step.do) {
    case 'count': {
      const { credentialId, counter } = world
      const before = counter.totals().uncounted
      for (let call = 0; call < step.calls; call += 1) {
        counter.count({
          credentialId,
          tokenId: `tok_${credentialId.slice('cred_'.length)}`,
          endpointId: `e${step.endpoint}`,
          outcome: 'allowed',
          at: NOON - step.hour * HOUR_MS,
        })
      }
      world.counted += step.calls
      world.inMemory += step.calls - (counter.totals().uncounted - before)
      return
    }
    case 'flush':
      return await flush(world)
    case 'sink':
      world.mode = step.mode
      return
    case 'stop':
      await world.spool.close()
      settle(world)
      return begin(world)
    case 'die':
      world.lost += world.inMemory
      settle(world)
      return begin(world)
    case 'damage':
      await flush(world)
      return damage(world, step)
    case 'lose_numbers':
      await world.spool.close()
      settle(world)
      rmSync(join(world.directory, 'reserved'), { force: true })
      // Elsewhere the clock stands still, so that it is of no help.
      world.now += 1_000_000
      return begin(world)
  }
}

function damage(world: World, { which, how }: Extract<Command, { do: 'damage' }>): void {
  const files = waitingFiles(world)
  const path = files[which % Math.max(1, files.length)]
  if (path === undefined) return
  const text = readFileSync(path, 'utf8')
  let content: unknown
  try {
    content = JSON.parse(text).content
  } catch {
    // It was damaged before.
    return
  }
  // Flipped before, and so not read any more: it was counted as lost then.
  if (text.includes('"calls":7777')) return
  countAsLost(world, content as UseBatch)
  if (how === 'remove') rmSync(path)
  else if (how === 'flip') writeFileSync(path, text.replace(/"calls":\d+/, '"calls":7777'))
  else writeFileSync(path, how === 'cut' ? text.slice(0, -20) : '')
}

async function total(world: World): Promise<number> {
  let sum = 0
  for (const [key, calls] of await countsOf(storage.db))
    if (key.startsWith(`${world.credentialId} `)) sum += calls
  return sum
}

test('whatever happens, the database holds what was counted, less what is said to be lost; never more', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const world = await createWorld()
      for (const step of commands) {
        await apply(world, step)
        expect(await total(world)).toBeLessThanOrEqual(world.counted)
      }
      world.mode = 'takes'
      await flush(world)
      settle(world)
      expect(waitingFiles(world)).toEqual([])
      const { counted, uncounted, dropped, lost } = world
      expect({ held: await total(world), lost, dropped, uncounted }).toEqual({
        held: counted - uncounted - dropped - lost,
        lost,
        dropped,
        uncounted,
      })
    }),
    { numRuns: 150 },
  )
})
