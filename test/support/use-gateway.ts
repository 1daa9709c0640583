import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { pino } from 'pino'
import { createHttpSink } from '../../server/src/usage/http-sink.ts'
import { createUseCounter } from '../../server/src/usage/use-counter.ts'
import { createUseSpool } from '../../server/src/usage/use-spool.ts'

// Counts and sends until it is killed, or with `drain` until nothing waits: <directory> <port> <node token> [drain].
// What it counts is written down before, and what has arrived after; each in one append, which outlives the process.
const [directory = '', port = '', nodeToken = '', mode = ''] = process.argv.slice(2)
const counter = createUseCounter()
const sink = createHttpSink({ controlUrls: [`http://127.0.0.1:${port}`], nodeToken })
const spool = createUseSpool({
  directory: join(directory, 'use'),
  counter,
  sink: {
    send: async (batch) => {
      await sink.send(batch)
      process.stdout.write('arrived\n')
      // It has arrived, and its file is still there: here it is killed often.
      await passed(3)
      const calls = batch.calls.reduce((sum, row) => sum + row.calls, 0)
      appendFileSync(join(directory, 'arrived'), `${batch.number} ${calls}\n`)
    },
  },
  nodeId: () => 'node_1',
  now: Date.now,
  log: pino({ level: 'silent' }),
  everyMs: 3,
  rowsMax: 5,
})
process.stdout.write('ready\n')
if (mode === 'drain') {
  do await spool.flush()
  while (spool.totals().waitingBatches > 0)
  process.exit(0)
}
for (let turn = 0; ; turn += 1) {
  appendFileSync(join(directory, 'counted'), '.'.repeat(20))
  for (let call = 0; call < 20; call += 1)
    counter.count({
      credentialId: 'cred_a',
      tokenId: 'tok_a',
      endpointId: `e${(turn + call) % 11}`,
      outcome: 'allowed',
      at: Date.now(),
    })
  if (turn % 50 === 0) void spool.flush()
  await passed(1)
}
