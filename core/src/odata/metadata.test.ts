import { describe, expect, it } from 'vitest'
import { documentFromXml } from '../../../server/src/catalogs/csdl-from-xml.ts'
import { readXmlTree } from '../../../server/src/catalogs/csdl-xml-tree.ts'
import { readModel } from './csdl/read-model.ts'
import type { Model } from './model.ts'
import { keyOf, leadsTo, lineage, type Metadata, readMetadata } from './testing/metadata.ts'
import { analyse, touched } from './testing/requests.ts'
import { hasSharedData, readSharedData } from './testing/shared-data.ts'

const FILES = [
  'metadata/trippin.xml',
  'metadata/olingo-metadata_TripInService.xml',
  'metadata/olingo-northwind-metadata.xml',
  'metadata/olingo-demo-metadata.xml',
  'metadata/cap-evservice-metadata.xml',
  'metadata/msgraph-v1.0.csdl',
  'openapi-examples/containment.xml',
] as const

describe.each(FILES)('Navigation of %s', (file) => {
  const here = hasSharedData(file)

  it.skipIf(!here)('touches what the published bindings say, by $expand and by path', () => {
    const text = readSharedData(file)
    const root = readXmlTree(file, text)
    if (!root) throw new Error('Not CSDL')
    const model = readModel(documentFromXml(root))
    const metadata = readMetadata(text)
    const { asked, complaints } = askAll(model, metadata)
    console.log(`${file}: ${asked} requests`)
    expect(asked).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  })
})

function askAll(model: Model, metadata: Metadata): { asked: number; complaints: readonly string[] } {
  const complaints: string[] = []
  let asked = 0
  for (const source of metadata.sources) {
    const key = keyOf(metadata, source)
    const names = lineage(metadata, source.type).flatMap(({ navigation }) => [...navigation.keys()])
    for (const name of names) {
      const expected = leadsTo(metadata, source, name)
      const texts = [`/${source.name}?$expand=${name}`]
      if (key !== undefined) texts.push(`/${source.name}${key}/${name}`)
      for (const text of texts) {
        asked += 1
        const complaint = ask(model, text, source.name, expected)
        if (complaint !== undefined) complaints.push(`${text}: ${complaint}`)
      }
    }
  }
  return { asked, complaints }
}

function ask(model: Model, text: string, own: string, expected: readonly string[]): string | undefined {
  const answer = analyse(model, 'GET', text)
  if (!answer.ok) return expected.length === 0 ? undefined : `refused: ${answer.problem}`
  if (expected.length === 0)
    return answer.unknownReach.length > 0 ? undefined : 'reaches nobody knows what, unsaid'
  const wanted = [...new Set([own, ...expected].map((name) => `GET ${name}`))].toSorted()
  return touched(answer).join() === wanted.join()
    ? undefined
    : `${touched(answer).join()} instead of ${wanted.join()}`
}
