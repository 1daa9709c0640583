import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { endpointsOf } from '@stagedoor/core/odata/csdl/endpoints.ts'
import { readModel } from '@stagedoor/core/odata/csdl/read-model.ts'
import { documentFromXml } from '@stagedoor/server/src/catalogs/csdl-from-xml.ts'
import { readXmlTree } from '@stagedoor/server/src/catalogs/csdl-xml-tree.ts'
import { importCatalog } from '@stagedoor/server/src/catalogs/import-catalog.ts'

// How long it takes to make a large published service (Microsoft Graph) ready: XML text -> tree -> document -> model
// -> endpoints, each by itself, and the import as a whole. npx node bench/odata-model.ts

const FILE = resolve(import.meta.dirname, '../../shared/data/odata/metadata/msgraph-v1.0.csdl')
const ROUNDS = 15

type Times = { readonly wall: number[]; readonly processor: number[] }

const taken = new Map<string, Times>()

/** Processor time of this thread in milliseconds: on a busy machine it tells more than the clock does. */
function processor(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

async function time<Result>(name: string, work: () => Result | Promise<Result>): Promise<Result> {
  const times = taken.get(name) ?? { wall: [], processor: [] }
  taken.set(name, times)
  const [began, beganProcessor] = [performance.now(), processor()]
  const result = await work()
  times.wall.push(performance.now() - began)
  times.processor.push(processor() - beganProcessor)
  return result
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

function summary(name: string, values: readonly number[]): string {
  const [first = Number.NaN] = values
  return `${name} first ${first.toFixed(0)}, median ${median(values).toFixed(0)}, min ${Math.min(...values).toFixed(0)} ms`
}

async function measure(): Promise<void> {
  const text = readFileSync(FILE, 'utf8')
  for (let round = 0; round < ROUNDS; round += 1) {
    const root = await time('XML to tree', () => readXmlTree(FILE, text))
    if (!root) throw new Error('the file is not CSDL')
    const document = await time('tree to document', () => documentFromXml(root))
    const model = await time('document to model', () => readModel(document))
    const endpoints = await time('model to endpoints', () => endpointsOf(model))
    if (round === 0) process.stdout.write(`${endpoints.length} endpoints\n`)
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    await time('import as a whole', () => importCatalog({ id: 'graph', file: FILE, text, mount: '/graph' }))
  }
  for (const [name, { wall, processor }] of taken) {
    process.stdout.write(`${name.padEnd(20)} ${summary('clock', wall)}; ${summary('processor', processor)}\n`)
  }
}

if (existsSync(FILE)) await measure()
else process.stderr.write(`absent, not measured: ${FILE}\n`)
