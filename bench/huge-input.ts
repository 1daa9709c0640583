import process from 'node:process'
import type { Waited } from './beside/good-caller.ts'
import { startScene } from './beside/scene.ts'
import { percentile } from './cluster/percentiles.ts'
import { consoleInputs } from './huge/console-inputs.ts'
import { gatewayInputs, type Input } from './huge/gateway-inputs.ts'
import { type Sent, sendInput } from './huge/send-input.ts'

// What is huge or deep, sent to the whole program again and again, and what a good caller beside it waits: the lag of the
// event loop as it is seen from outside. Aims: a refusal within 1,000 ms, and the good caller's p99 below 50 ms.
// One command: npm run bench:huge [-- <words of inputs' names>].

const MS_OF_EACH = 3_000
const WORDS = process.argv.slice(2).join(' ')

const scene = await startScene()
try {
  await scene.good.during(() => passed(MS_OF_EACH))
  process.stdout.write(
    '| input | answered | time to the answer, ms | good caller: p50 | p99 | longest |\n|---|---|--:|--:|--:|--:|\n',
  )
  print('nothing', [], await scene.good.during(() => passed(MS_OF_EACH)))
  const console = { token: scene.door.token, credentialId: scene.credentialId }
  for (const input of [...gatewayInputs(scene.token), ...consoleInputs(console)])
    if (input.name.includes(WORDS)) await measure(input)
} finally {
  await scene.stop()
}

/** Sends it over one connection after another. */
async function measure({ name, to, request }: Input): Promise<void> {
  const url = to === 'console' ? scene.door.adminUrl : scene.door.gatewayUrl
  const sent: Sent[] = []
  const waited = await scene.good.during(async () => {
    const since = performance.now()
    while (performance.now() - since < MS_OF_EACH) sent.push(await sendInput(url, request))
  })
  print(name, sent, waited)
  // What it has left behind is not the next one's.
  await passed(500)
}

function print(name: string, sent: readonly Sent[], { p50, p99, longest, failed }: Waited): void {
  const statuses = [...new Set(sent.map(({ status }) => status))].join(', ')
  const times = sent.map(({ ms }) => ms)
  const time =
    sent.length === 0 ? '' : `${tenths(percentile(times, 0.5))}, at most ${tenths(percentile(times, 1))}`
  const cells = [name, statuses, time, tenths(p50), tenths(p99), tenths(longest)]
  const broken = failed.length === 0 ? '' : `; ${failed.length} calls of the good caller failed: ${failed[0]}`
  process.stdout.write(`| ${cells.join(' | ')} |${broken}\n`)
}

function tenths(ms: number): string {
  return ms.toFixed(1)
}

function passed(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms))
}
