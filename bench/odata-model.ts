import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import process from 'node:process'
import { endpointsOf } from '@stagedoor/core/odata/csdl/endpoints.ts'
import { readModel } from '@stagedoor/core/odata/csdl/read-model.ts'
import { documentFromXml } from '../server/src/catalogs/csdl-from-xml.ts'
import { readXmlTree } from '../server/src/catalogs/csdl-xml-tree.ts'
import { importCatalog } from '../server/src/catalogs/import-catalog.ts'

// How long it takes to make a large published service (Microsoft Graph) ready: XML text -> tree -> document -> model
// -> endpoints, each by itself, and the import as a whole. npx node bench/odata-model.ts

const FILE = resolve(import.meta.dirname, '../../shared/data/odata/metadata/msgraph-v1.0.csdl')
const ROUNDS = 15

const taken = new Map<string, number[]>()

function time<Result>(name: string, work: () => Result): Result {
  const began = performance.now()
  const result = work()
  const times = taken.get(name) ?? []
  taken.set(name, [...times, performance.now() - began])
  return result
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function measure(): Promise<void> {
  const text = readFileSync(FILE, 'utf8')
  for (let round = 0; round < ROUNDS; round += 1) {
    const root = time('XML to tree', () => readXmlTree(FILE, text))
    if (!root) throw new Error('the file is not CSDL')
    const document = time('tree to document', () => documentFromXml(root))
    const model = time('document to model', () => readModel(document))
    time('model to endpoints', () => endpointsOf(model))
    const began = performance.now()
    const { catalog } = await importCatalog({ id: 'graph', file: FILE, text, mount: '/graph' })
    taken.set('import as a whole', [...(taken.get('import as a whole') ?? []), performance.now() - began])
    if (round === 0) process.stdout.write(`${catalog.endpoints.length} endpoints\n`)
  }
  for (const [name, times] of taken) {
    const [first = Number.NaN] = times
    process.stdout.write(
      `${name.padEnd(20)} first ${first.toFixed(0)} ms, median ${median(times).toFixed(0)} ms, min ${Math.min(...times).toFixed(0)} ms\n`,
    )
  }
}

if (existsSync(FILE)) await measure()
else process.stderr.write(`absent, not measured: ${FILE}\n`)
