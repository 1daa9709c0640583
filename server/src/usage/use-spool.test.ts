import { execFileSync } from 'node:child_process'
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { temporaryDirectory } from './test/stored.ts'
import type { UseBatch } from './use-batch.ts'
import { UseRefusedError } from './use-batch.ts'
import { createUseCounter, type UseCounter } from './use-counter.ts'
import { createUseSpool, type UseSpool, type UseSpoolOptions } from './use-spool.ts'

const NOON = Date.UTC(2026, 2, 1, 12)
const NEVER = 1e9

let folder: ReturnType<typeof temporaryDirectory>
let directory: string
let counter: UseCounter
let log: string[]
const open: UseSpool[] = []

beforeEach(() => {
  folder = temporaryDirectory()
  directory = join(folder.path, 'use')
  counter = createUseCounter()
  log = []
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()))
  folder.remove()
})

function spool(more: Partial<UseSpoolOptions> & Pick<UseSpoolOptions, 'sink'>): UseSpool {
  const made = createUseSpool({
    directory,
    counter,
    nodeId: () => 'node_1',
    now: () => NOON,
    log: pino({}, { write: (line: string) => void log.push(line) }),
    everyMs: NEVER,
    patienceMs: { flush: NEVER, close: NEVER },
    ...more,
  })
  open.push(made)
  return made
}

function count(times: number, endpointId = 'e'): void {
  for (let at = 0; at < times; at += 1)
    counter.count({ credentialId: 'cred_a', tokenId: 'tok_a', endpointId, outcome: 'allowed', at: NOON })
}

function collect(): { readonly got: UseBatch[]; readonly send: (batch: UseBatch) => Promise<void> } {
  const got: UseBatch[] = []
  return { got, send: async (batch) => void got.push(batch) }
}

const callsOf = (batches: readonly UseBatch[]): number =>
  batches.flatMap(({ calls }) => calls).reduce((sum, { calls }) => sum + calls, 0)

const AWAY = {
  send: async () => {
    throw new Error('away')
  },
}
const HANGS = { send: () => new Promise<void>(() => undefined) }

describe('carrying counted use to its sink', () => {
  test('what was counted arrives, in batches of rising numbers, and its files are gone', async () => {
    const sink = collect()
    const made = spool({ sink, rowsMax: 3 })
    for (let at = 0; at < 8; at += 1) count(2, `e${at}`)
    await made.flush()
    count(1)
    await made.flush()
    expect(callsOf(sink.got)).toBe(17)
    expect(sink.got.every(({ calls, tokens }) => calls.length + tokens.length <= 3)).toBe(true)
    const numbers = sink.got.map(({ number }) => number)
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other))
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(readdirSync(directory)).toEqual(['reserved'])
  })

  test('it goes by itself every so often, and where nothing was counted nothing is written', async () => {
    const sink = collect()
    spool({ sink, everyMs: 5 })
    count(1)
    await vi.waitFor(() => expect(callsOf(sink.got)).toBe(1), { timeout: 60_000 })
    await passed(30)
    expect(sink.got).toHaveLength(1)
  })

  test('a stop writes what is left, and the next start sends it', async () => {
    const made = spool({ sink: AWAY })
    count(3)
    await made.close()
    const sink = collect()
    await spool({ sink }).flush()
    expect(callsOf(sink.got)).toBe(3)
  })

  test('numbers go on after a restart, also where every file was sent and the clock was set back', async () => {
    const sink = collect()
    const first = spool({ sink })
    count(1)
    await first.close()
    const second = spool({ sink, now: () => NOON - 1e9 })
    count(1)
    await second.flush()
    const [before = 0, after = 0] = sink.got.map(({ number }) => number)
    expect(after).toBeGreaterThan(before)
  })

  test('a batch keeps the gateway that it was written for', async () => {
    count(1)
    await spool({ sink: AWAY }).close()
    const sink = collect()
    const made = spool({ sink, nodeId: () => 'node_2' })
    count(1)
    await made.flush()
    expect(sink.got.map(({ nodeId }) => nodeId)).toEqual(['node_1', 'node_2'])
  })

  test('a sink that fails gets the same batch again, by itself', async () => {
    const sink = collect()
    let failures = 1
    const made = spool({
      sink: {
        send: async (batch) => {
          failures -= 1
          if (failures >= 0) throw new Error('unreachable')
          await sink.send(batch)
        },
      },
    })
    count(1)
    await made.flush()
    expect(sink.got).toEqual([])
    const sent = { waitingBatches: 0, damagedBatches: 0, droppedBatches: 0 }
    await vi.waitFor(() => expect(made.totals()).toMatchObject(sent), { timeout: 20_000 })
    expect(callsOf(sink.got)).toBe(1)
  })

  test('a batch that is refused is put aside, and the next ones arrive', async () => {
    const sink = collect()
    let first = true
    const made = spool({
      sink: {
        send: async (batch) => {
          if (first) {
            first = false
            throw new UseRefusedError('422')
          }
          await sink.send(batch)
        },
      },
      rowsMax: 1,
    })
    count(2)
    await made.flush()
    expect(sink.got).toHaveLength(1)
    expect(made.totals()).toMatchObject({ damagedBatches: 1, waitingBatches: 0 })
    expect(readdirSync(directory).filter((name) => name.endsWith('.damaged'))).toHaveLength(1)
  })

  test('a damaged file is put aside and counted, and the others arrive', async () => {
    const before = spool({ sink: AWAY, rowsMax: 2 })
    for (let at = 0; at < 6; at += 1) count(1, `e${at}`)
    await before.close()
    const [name = ''] = readdirSync(directory).filter((each) => each.endsWith('.json'))
    const path = join(directory, name)
    writeFileSync(path, readFileSync(path, 'utf8').replace('"calls":1', '"calls":900'))
    const sink = collect()
    const made = spool({ sink })
    await made.flush()
    expect(callsOf(sink.got)).toBe(4)
    expect(made.totals().damagedBatches).toBe(1)
    expect(existsSync(`${path}.damaged`)).toBe(true)
    expect(log.join('')).toContain('put aside')
  })

  test('beyond the bound the oldest go, all but the first, and it is said once', async () => {
    const made = spool({ sink: AWAY, rowsMax: 1, maxBytes: 1000, everyMs: 5 })
    for (let at = 0; at < 20; at += 1) count(1, `e${String(at).padStart(2, '0')}`)
    // Twenty calls and the token, of which each has a batch of its own.
    const written = () => made.totals().droppedBatches + made.totals().waitingBatches
    await vi.waitFor(() => expect(written()).toBe(21), { timeout: 60_000 })
    const { droppedBatches, droppedCalls, waitingBytes } = made.totals()
    expect(waitingBytes).toBeLessThanOrEqual(1000)
    expect(droppedCalls).toBeGreaterThan(10)
    expect(droppedBatches).toBe(droppedCalls)
    expect(log.filter((line) => line.includes('no room'))).toHaveLength(1)
    await made.close()
    const sink = collect()
    await spool({ sink }).flush()
    expect(callsOf(sink.got)).toBe(20 - droppedCalls)
    const endpoints = sink.got.flatMap(({ calls }) => calls.map(({ endpointId }) => endpointId))
    expect(endpoints[0]).toBe('e00')
    expect(endpoints.at(-1)).toBe('e19')
  })

  test('at most twenty of those put aside are kept', async () => {
    await mkdir(directory, { recursive: true })
    for (let at = 1; at <= 30; at += 1) writeFileSync(join(directory, `${at}.json.damaged`), '')
    await spool({ sink: collect() }).flush()
    const kept = readdirSync(directory).filter((name) => name.endsWith('.damaged'))
    expect(kept).toHaveLength(20)
    expect(kept).not.toContain('1.json.damaged')
  })
})

describe('whatever hangs, calls go on', () => {
  test('a sink that never answers: counts are written on, and nobody waits', async () => {
    const made = spool({ sink: HANGS, everyMs: 5, patienceMs: { flush: NEVER, close: 50 } })
    count(1)
    await vi.waitFor(() => expect(made.totals().waitingBatches).toBe(1), { timeout: 60_000 })
    count(1_000_000)
    await vi.waitFor(() => expect(made.totals().waitingBatches).toBeGreaterThan(1), { timeout: 60_000 })
    expect(counter.totals().uncounted).toBe(0)
  })

  test('a disk that never answers: calls are counted within the bound, and all arrives when it comes back', async () => {
    await mkdir(directory, { recursive: true })
    // Opening a pipe that nobody reads from ends when somebody does.
    const pipe = join(directory, 'reserved.tmp')
    const sink = collect()
    const made = spool({ sink, patienceMs: { flush: 50, close: 50 } })
    await made.flush()
    execFileSync('mkfifo', [pipe])
    count(5)
    await made.flush()
    expect(sink.got).toEqual([])
    for (let at = 0; at < 150_000; at += 1) count(1, `e${at}`)
    const { uncounted } = counter.totals()
    expect(uncounted).toBe(150_000 - 99_999)
    // Asking for it waits a moment, never for the disk.
    await Promise.all([made.flush(), made.flush(), made.flush()])
    expect(sink.got).toEqual([])
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK)
    rmSync(pipe)
    await vi.waitFor(
      async () => {
        await made.flush()
        expect(callsOf(sink.got)).toBe(5 + 150_000 - uncounted)
      },
      { timeout: 60_000 },
    )
    closeSync(reader)
  })

  test('a disk that fails for one batch: it is tried again, and so is what was counted since', async () => {
    const sink = collect()
    const made = spool({ sink })
    count(1)
    await made.flush()
    const blocked = join(directory, `${(sink.got[0]?.number ?? 0) + 1}.json.tmp`)
    await mkdir(blocked)
    count(5)
    await made.flush()
    count(2)
    await made.flush()
    expect(callsOf(sink.got)).toBe(1)
    rmdirSync(blocked)
    await made.flush()
    expect(callsOf(sink.got)).toBe(8)
  })

  test('a disk that fails: the same batch is tried again, and counted once', async () => {
    writeFileSync(directory, 'a file where the directory should be')
    const sink = collect()
    const made = spool({ sink })
    count(5)
    await made.flush()
    count(2)
    await made.flush()
    expect(sink.got).toEqual([])
    expect(log.filter((line) => line.includes('could not be written'))).toHaveLength(1)
    rmSync(directory)
    await made.flush()
    expect(callsOf(sink.got)).toBe(7)
  })
})
