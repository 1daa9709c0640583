import process from 'node:process'
import { openCaller, type WireCaller } from '#test/support/wire-caller.ts'

// Makes a call every few milliseconds over a connection of its own, one after another, and tells at each message how long
// those since the last one have waited. It is a process of its own: what is sent beside it does not keep it waiting.

const [url = '', request = '', everyMs = ''] = process.argv.slice(2)

let waited: number[] = []
let failed: string[] = []
let caller: WireCaller | undefined

async function call(): Promise<string> {
  // The gateway may end a connection between two calls.
  if (caller === undefined || caller.isClosed()) caller = await openCaller(url)
  caller.send(request)
  const { status, isCut } = await caller.answer()
  return isCut ? `${status}, cut` : String(status)
}

process.on('message', () => {
  process.send?.({ waited, failed })
  waited = []
  failed = []
})

for (;;) {
  const since = performance.now()
  const outcome = await call().catch((error: unknown) => String(error))
  const ms = performance.now() - since
  if (outcome === '200') waited.push(ms)
  else {
    failed.push(outcome)
    caller?.destroy()
    caller = undefined
  }
  await new Promise((done) => setTimeout(done, Math.max(0, Number(everyMs) - ms)))
}
