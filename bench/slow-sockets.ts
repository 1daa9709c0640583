import type { Socket } from 'node:net'
import process from 'node:process'
import { PLAIN } from '#test/support/plain-config.ts'
import { watchMemory } from '#test/support/process-memory.ts'
import { closeSlow, openSlow, SLOW, type Slow } from '#test/support/slow-sockets.ts'
import { EVENTS, MOUNT } from '#test/support/wire-scene.ts'
import type { Waited } from './beside/good-caller.ts'
import { startScene } from './beside/scene.ts'

// What a good caller waits beside thousands of sockets that send or take slowly. Aims: every call answered, its p99 at most
// twice that of the same caller alone, and less than 200 MB for the slow ones.
// One command: npm run bench:slow [-- <sockets> ...]; it needs as many file descriptors (ulimit -n) here and in the gateway.

const COUNTS = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000]
const MEASURED_MS = 8_000
/** Each socket sends a few bytes as often, and they take turns. */
const DRIP_MS = 1_000
const TICK_MS = 10
/** So many connect at a time. */
const OPENED_AT_ONCE = 250

const scene = await startScene()
/** Of another credential than the good caller's: nobody can be protected from himself. */
const slowToken = await addCredential()
try {
  await alone()
  process.stdout.write(
    '| slow sockets | good calls | failed | p50, ms | p99, ms | longest | p99 to alone | memory grown, MB |\n|---|--:|--:|--:|--:|--:|--:|--:|\n',
  )
  for (const count of COUNTS) for (const slow of SLOW) await measure(count, slow)
} finally {
  await scene.stop()
}

async function addCredential(): Promise<string> {
  const wanted = { title: 'Slow', authenticationMethod: 'api_token' }
  const { status, json, text } = await scene.door.admin('POST', `${PLAIN}/credentials`, wanted)
  if (status !== 201) throw new Error(text)
  return json.secrets.apiToken
}

function alone(): Promise<Waited> {
  return scene.good.during(() => passed(MEASURED_MS))
}

/** Alone just before, so that both are of the same machine. */
async function measure(count: number, slow: Slow): Promise<void> {
  const idle = await alone()
  print('none', idle, idle.p99, undefined)
  const memory = watchMemory(scene.door.pid)
  const sockets = await openAll(count, slow)
  const dripping = drip(sockets, slow.drip)
  const beside = await scene.good.during(() => passed(MEASURED_MS))
  print(
    `${count} ${slow.what}, ${sockets.filter(isOpen).length} at the end`,
    beside,
    idle.p99,
    memory.growth(),
  )
  clearInterval(dripping)
  memory.stop()
  await Promise.all(sockets.map(closeSlow))
  await passed(1_000)
}

async function openAll(count: number, { begin, reads }: Slow): Promise<Socket[]> {
  const text = begin
    .replace('{get}', EVENTS)
    .replace('{post}', `${MOUNT}/Events`)
    .replace('{auth}', `Authorization: Bearer ${slowToken}\r\nX-Tag: slow`)
  const sockets: Socket[] = []
  while (sockets.length < count) {
    const some = Array.from({ length: Math.min(OPENED_AT_ONCE, count - sockets.length) }, (_, index) =>
      openSlow(scene.door.gatewayUrl, sockets.length + index),
    )
    for (const socket of await Promise.all(some)) {
      if (reads) socket.resume()
      socket.write(text, 'latin1')
      sockets.push(socket)
    }
  }
  return sockets
}

/** Lets the sockets that are still open send these bytes, one after another. */
function drip(sockets: readonly Socket[], bytes: string): NodeJS.Timeout | undefined {
  if (bytes === '') return undefined
  let at = 0
  const since = performance.now()
  return setInterval(() => {
    const due = ((performance.now() - since) / DRIP_MS) * sockets.length
    for (; at < due; at += 1) {
      const socket = sockets[at % sockets.length]
      if (socket && isOpen(socket)) socket.write(bytes)
    }
  }, TICK_MS)
}

function isOpen(socket: Socket): boolean {
  return socket.writable && !socket.destroyed
}

function print(
  name: string,
  { calls, failed, p50, p99, longest }: Waited,
  idle: number,
  bytes: number | undefined,
): void {
  const ms = [p50, p99, longest].map((each) => each.toFixed(1))
  const grown = bytes === undefined ? '' : (bytes / 1e6).toFixed(0)
  const cells = [name, calls, failed.length, ...ms, (p99 / idle).toFixed(2), grown]
  process.stdout.write(`| ${cells.join(' | ')} |\n`)
}

function passed(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}
