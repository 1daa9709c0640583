import process from 'node:process'
import { startCluster } from '#test/support/cluster.ts'
import { measureClicks } from './cluster/clicks.ts'
import { measureOutage } from './cluster/outage.ts'
import { measureTwoWriters } from './cluster/two-writers.ts'

// What several gateways over one PostgreSQL come to: the click of an operator until it is a fact everywhere, two control
// planes that write at once, and an outage. Everything runs on this machine, in processes of its own.
// One command: npm run bench:cluster [-- short].

const IS_SHORT = process.argv[2] === 'short'
const CLICKS = IS_SHORT ? 200 : 1_000
const CHANGES = IS_SHORT ? 1_000 : 10_000
const SECONDS = IS_SHORT ? 5 : 15

const one = await startCluster({ controls: 1, gateways: 3 })
try {
  print('The click of an operator', await measureClicks(one, CLICKS))
  print('An outage of the control plane', await measureOutage(one, SECONDS))
} finally {
  await one.close()
}
const two = await startCluster({ controls: 2, gateways: 3 })
try {
  print('Two control planes that write at once', await measureTwoWriters(two, CHANGES))
} finally {
  await two.close()
}

function print(title: string, text: string): void {
  process.stdout.write(`\n## ${title}\n\n${text}\n`)
}
