import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { CsdlDocument } from '@stagedoor/core/odata/csdl/csdl-document.ts'
import { endpointsOf } from '@stagedoor/core/odata/csdl/endpoints.ts'
import { filterDocument } from '@stagedoor/core/odata/csdl/filter-document.ts'
import { readModel } from '@stagedoor/core/odata/csdl/read-model.ts'
import { writeCsdlXml } from '@stagedoor/core/odata/csdl/write-csdl-xml.ts'
import type { Model } from '@stagedoor/core/odata/model.ts'
import { describe, expect, it } from 'vitest'
import { documentFromXml } from './csdl-from-xml.ts'
import { readXmlTree } from './csdl-xml-tree.ts'

const DATA = join(import.meta.dirname, '../../../../shared/data/odata')
const present = existsSync(DATA)
if (!present) process.stderr.write(`absent, published documents are not tried: ${DATA}\n`)

const read = (path: string): string => readFileSync(join(DATA, path), 'utf8').replace(/^\uFEFF/, '')

function fromXml(text: string): CsdlDocument {
  return documentFromXml(readXmlTree('x', text) ?? expect.fail('not CSDL'))
}

/** Documents with a container; two of them refer to each other, which are not there together. */
const NOT_ALONE = new Set(['People.xml', 'Products.xml'])
const XML = present
  ? ['metadata', 'openapi-examples', 'odata.net', 'csdl-schemas'].flatMap((folder) =>
      readdirSync(join(DATA, folder))
        .filter((file) => /\.(?:xml|csdl)$/.test(file) && !NOT_ALONE.has(file))
        .map((file) => `${folder}/${file}`)
        .filter((path) => read(path).includes('<EntityContainer')),
    )
  : []

/** OASIS's examples name things that they leave out; put in place of them is something that is there. */
const MENDED: readonly (readonly [RegExp, string])[] = [
  [/(?:SomeModel\.SomeContainer\/)?SomeSet/g, 'Products'],
  [/("?Action"?(?:=|: ?))"self\.Approval"/g, '$1"self.Logout"'],
  [/"\$Extends": "Some\.Other\.Schema\.Base",/g, ''],
  [/ Extends="Some\.Other\.Schema\.Base"/g, ''],
  [/org\.example\.Container\/(?:Freds|Orders\/Items\/Model\.E\/Nav)/g, 'Waldos'],
  [/Model\.Extending\/Freds/g, 'Freds'],
  [/Model\.CreatedEntities/g, 'One.Foo'],
]

function mend(text: string): string {
  return MENDED.reduce((mended, [what, by]) => mended.replace(what, by), text)
}

/** A model without its cycles, as data that can be compared. */
function plain(model: Model): unknown {
  return {
    ...model,
    types: [...model.types.values()].map((type) => ({
      ...type,
      base: type.base?.name,
      derived: type.derived.map(({ name }) => name).toSorted(),
    })),
    sources: [...model.sources.values()].map((source) => ({ ...source, type: source.type.name })),
  }
}

describe.skipIf(!present)('published documents', () => {
  it('are all there', () => {
    expect(XML.length).toBeGreaterThan(20)
  })

  it.each(XML)('%s: everything in it is in the model', (path) => {
    const text = mend(read(path)).replace(/<!--[\s\S]*?-->/g, '')
    const model = readModel(fromXml(text))
    const count = (element: RegExp): number => text.match(element)?.length ?? 0
    const types = [...model.types.values()]
    const own = (member: 'properties' | 'navigation'): number =>
      types.reduce((sum, type) => {
        const names = [...type[member].values()].filter((each) => type.base?.[member].get(each.name) !== each)
        return sum + names.length
      }, 0)
    const operations = [...model.operations.values()].flat()
    const sources = [...model.sources.values()]
    expect(types.filter(({ kind }) => kind === 'entity')).toHaveLength(count(/<EntityType\s/g))
    expect(types.filter(({ kind }) => kind === 'complex')).toHaveLength(count(/<ComplexType\s/g))
    expect(types.filter(({ base }) => base)).toHaveLength(count(/\sBaseType="/g))
    expect(own('properties')).toBe(count(/<Property\s/g))
    expect(own('navigation')).toBe(count(/<NavigationProperty\s/g))
    expect(model.enumerations.size).toBe(count(/<EnumType\s/g))
    expect(model.definitions.size).toBe(count(/<TypeDefinition\s/g))
    expect(operations.filter(({ kind }) => kind === 'function')).toHaveLength(count(/<Function\s/g))
    expect(operations.filter(({ kind }) => kind === 'action')).toHaveLength(count(/<Action\s/g))
    expect(operations.filter(({ bound }) => bound)).toHaveLength(count(/\sIsBound="true"/g))
    expect(sources.filter(({ kind }) => kind === 'set')).toHaveLength(count(/<EntitySet\s/g))
    expect(sources.filter(({ kind }) => kind === 'singleton')).toHaveLength(count(/<Singleton\s/g))
    expect(sources.reduce((sum, { bindings }) => sum + bindings.size, 0)).toBe(
      count(/<NavigationPropertyBinding\s/g),
    )
    expect(model.imports.size).toBe(count(/<(?:Function|Action)Import\s/g))
  })

  it.each(XML)('%s: says the same when it is written as XML and read again', (path) => {
    const document = fromXml(mend(read(path)))
    const again = fromXml(writeCsdlXml(document))
    expect(again).toEqual(document)
    expect(plain(readModel(again))).toEqual(plain(readModel(document)))
  })

  it.each(['csdl-16.1', 'miscellaneous', 'miscellaneous2', 'special-characters'])(
    '%s means one model, in XML and in JSON',
    (name) => {
      const xml = readModel(fromXml(mend(read(`csdl-schemas/${name}.xml`))))
      const json = readModel(JSON.parse(mend(read(`csdl-schemas/${name}.json`))))
      expect(plain(json)).toEqual(plain(xml))
    },
  )

  it.each(XML)('%s: whoever may touch everything by name sees all that can be called', (path) => {
    const document = fromXml(mend(read(path)))
    const model = readModel(document)
    const granted = new Set(endpointsOf(model).map(({ key }) => key))
    const filtered = readModel(filterDocument({ document, model, granted }))
    expect(endpointsOf(filtered).map(({ key }) => key)).toEqual([...granted])
  })
})
