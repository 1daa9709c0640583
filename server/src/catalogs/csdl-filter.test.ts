import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { type CsdlDocument, isObject } from '@stagedoor/core/odata/csdl/csdl-document.ts'
import { endpointsOf } from '@stagedoor/core/odata/csdl/endpoints.ts'
import { filterDocument } from '@stagedoor/core/odata/csdl/filter-document.ts'
import { readModel } from '@stagedoor/core/odata/csdl/read-model.ts'
import { serviceDocument } from '@stagedoor/core/odata/csdl/service-document.ts'
import { writeCsdlXml } from '@stagedoor/core/odata/csdl/write-csdl-xml.ts'
import type { Model, NavigationProperty } from '@stagedoor/core/odata/model.ts'
import { atSource, navigate, sourcesOfType } from '@stagedoor/core/odata/position.ts'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentFromXml } from './csdl-from-xml.ts'
import { readXmlTree } from './csdl-xml-tree.ts'

const DATA = join(import.meta.dirname, '../../../../shared/data/odata')
const present = existsSync(DATA)
if (!present) process.stderr.write(`absent, filters are tried on our own document alone: ${DATA}\n`)

function fromXml(text: string): CsdlDocument {
  return documentFromXml(readXmlTree('x', text.replace(/^\uFEFF/, '')) ?? expect.fail('not CSDL'))
}

/** A small service with everything in it that could give a name away. */
const OWN = `<edmx:Edmx Version="4.01" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:Reference Uri="https://vocabularies.example/Core.xml"><edmx:Include Namespace="Org.OData.Core.V1" Alias="Core"/></edmx:Reference>
<edmx:Reference Uri="https://notes.example/"><edmx:Include Namespace="Stagedoor" Alias="Notes"/></edmx:Reference>
<edmx:DataServices>
<Schema Namespace="EM" Alias="self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
  <EntityType Name="Event"><Key><PropertyRef Name="ID"/></Key>
    <Property Name="ID" Type="Edm.Int32" Nullable="false"/><Property Name="AccountID" Type="Edm.Int32"/>
    <Property Name="Place" Type="self.Place"/>
    <NavigationProperty Name="Account" Type="self.Account" Partner="Events">
      <ReferentialConstraint Property="AccountID" ReferencedProperty="Number"/>
      <Annotation Term="Core.AutoExpand"/>
    </NavigationProperty>
    <NavigationProperty Name="Bookings" Type="Collection(self.Booking)" Partner="Event"/>
    <NavigationProperty Name="Sessions" Type="Collection(self.Session)" ContainsTarget="true"/>
    <Annotation Term="Core.Description" String="Every one of them has an account"/>
    <Annotation Term="Core.LongDescription" String="Nothing to hide" Qualifier="Invoices"/>
    <Annotation Term="Notes.PersonalData"/>
    <Annotation Term="self.Owner" String="somebody"/>
  </EntityType>
  <EntityType Name="Gala" BaseType="self.Event"><NavigationProperty Name="Sponsor" Type="self.Account"/></EntityType>
  <EntityType Name="Session"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32"/>
    <NavigationProperty Name="Speaker" Type="self.Account"/></EntityType>
  <EntityType Name="Account"><Key><PropertyRef Name="Number"/></Key><Property Name="Number" Type="Edm.Int32"/>
    <Property Name="Credit" Type="self.CreditLine"/>
    <NavigationProperty Name="Events" Type="Collection(self.Event)" Partner="Account"/>
    <NavigationProperty Name="Invoices" Type="Collection(self.Invoice)" ContainsTarget="true"/></EntityType>
  <EntityType Name="Invoice"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32"/></EntityType>
  <EntityType Name="Booking"><Key><PropertyRef Name="ID"/></Key><Property Name="ID" Type="Edm.Int32"/>
    <NavigationProperty Name="Event" Type="self.Event" Partner="Bookings"/></EntityType>
  <ComplexType Name="Place"><Property Name="Town" Type="Edm.String"/><NavigationProperty Name="Owner" Type="self.Account"/></ComplexType>
  <ComplexType Name="CreditLine"><Property Name="Grade" Type="self.Grade"/></ComplexType>
  <EnumType Name="Grade"><Member Name="Good"/></EnumType>
  <Term Name="Owner" Type="Edm.String"/>
  <Action Name="Cancel" IsBound="true"><Parameter Name="event" Type="self.Event"/><Parameter Name="why" Type="Edm.String"/></Action>
  <Function Name="Payer" IsBound="true" EntitySetPath="event/Account"><Parameter Name="event" Type="self.Event"/><ReturnType Type="self.Account"/></Function>
  <Action Name="Merge"><Parameter Name="into" Type="self.Account"/></Action>
  <Function Name="Grades"><ReturnType Type="Collection(self.Grade)"/></Function>
  <EntityContainer Name="All">
    <EntitySet Name="Events" EntityType="self.Event"><NavigationPropertyBinding Path="Account" Target="Accounts"/>
      <NavigationPropertyBinding Path="EM.Gala/Sponsor" Target="Accounts"/><NavigationPropertyBinding Path="Place/Owner" Target="VipAccounts"/>
      <NavigationPropertyBinding Path="Sessions/Speaker" Target="EM.All/Accounts"/>
      <NavigationPropertyBinding Path="Bookings" Target="Bookings"/><Annotation Term="Stagedoor.PersonalData" Bool="true"/></EntitySet>
    <EntitySet Name="Accounts" EntityType="self.Account"><NavigationPropertyBinding Path="Events" Target="Events"/></EntitySet>
    <EntitySet Name="VipAccounts" EntityType="self.Account"/>
    <EntitySet Name="Bookings" EntityType="self.Booking"><NavigationPropertyBinding Path="Event" Target="Events"/></EntitySet>
    <Singleton Name="Me" Type="self.Account"/>
    <ActionImport Name="MergeAll" Action="self.Merge" EntitySet="Accounts"/>
    <FunctionImport Name="AllGrades" Function="self.Grades" IncludeInServiceDocument="true"/>
  </EntityContainer>
  <Annotations Target="self.Event/Account"><Annotation Term="Core.Description" String="who pays"/></Annotations>
  <Annotations Target="self.All/Accounts"><Annotation Term="Core.Description" String="payers"/></Annotations>
  <Annotations Target="self.Cancel(self.Event)/why"><Annotation Term="Core.Description" String="for the record"/></Annotations>
</Schema></edmx:DataServices></edmx:Edmx>`

const FILES = [
  'metadata/cap-evservice-metadata.xml',
  'metadata/trippin.xml',
  'metadata/olingo-demo-metadata.xml',
  'openapi-examples/ExampleService.xml',
  'openapi-examples/annotations.xml',
  'openapi-examples/containment.xml',
  'openapi-examples/TripPin.xml',
  'odata.net/DefaultServiceCsdl.xml',
  'odata.net/EndToEndServiceCsdl.xml',
]
const documents: readonly (readonly [string, CsdlDocument])[] = [
  ['a small service', fromXml(OWN)],
  ...(present ? FILES.map((file) => [file, fromXml(readFileSync(join(DATA, file), 'utf8'))] as const) : []),
]

const WORD = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}\p{Cf}]*/gu

/** Every word in names and values of a JSON value. */
function wordsOf(value: unknown, found = new Set<string>()): ReadonlySet<string> {
  if (typeof value === 'string') for (const word of value.match(WORD) ?? []) found.add(word)
  if (Array.isArray(value)) for (const item of value) wordsOf(item, found)
  if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      wordsOf(name, found)
      wordsOf(member, found)
    }
  }
  return found
}

const last = (name: string): string => name.slice(name.lastIndexOf('.') + 1)

function ownNavigation(model: Model): readonly NavigationProperty[] {
  return [...new Set([...model.types.values()].flatMap((type) => [...type.navigation.values()]))]
}

/** Where a navigation property could lead by whatever rule: more than it really does. */
function anywhere(model: Model, navigation: NavigationProperty): readonly string[] {
  const type = model.types.get(navigation.type)
  const bound = [...model.sources.values()].flatMap(({ bindings }) =>
    [...bindings].filter(([path]) => path.split('/').at(-1) === navigation.name).map(([, target]) => target),
  )
  return [
    ...bound.map((target) => target.split('/')[0] ?? ''),
    ...(type ? sourcesOfType(model, type) : []).map(({ name }) => name),
  ]
}

/** Names that nobody with these grants may read, but for those that something else is called too. */
function forbidden(model: Model, keys: ReadonlySet<string>): ReadonlySet<string> {
  const granted = [...keys].map((key) => key.split(' ')[1] ?? '')
  const sources = new Set(granted.map((name) => name.split('/')[0] ?? ''))
  const operations = new Set(granted.flatMap((name) => name.split('/').slice(1)))
  for (const [name, { operation }] of model.imports) if (sources.has(name)) operations.add(operation)
  const hidden = [
    ...[...model.sources.keys(), ...model.imports.keys()].filter((name) => !sources.has(name)),
    ...[...model.operations.keys()].filter((name) => !operations.has(name)).map(last),
    ...ownNavigation(model)
      .filter((each) => !each.containsTarget && !anywhere(model, each).some((name) => sources.has(name)))
      .map(({ name }) => name),
  ]
  const elsewhere = new Set([
    ...sources,
    ...[...operations].map(last),
    ...[...model.namespaces].flatMap((name) => name.split('.')),
    ...[...model.types.values()].flatMap((type) => [last(type.name), ...type.properties.keys()]),
    ...ownNavigation(model)
      .filter((each) => each.containsTarget || anywhere(model, each).some((name) => sources.has(name)))
      .map(({ name }) => name),
    ...[...model.operations.values()].flat().flatMap(({ parameters }) => parameters.map(({ name }) => name)),
    ...[...model.enumerations].flatMap(([name, members]) => [last(name), ...members]),
    ...[...model.definitions.keys()].map(last),
    last(model.container),
  ])
  return new Set(hidden.filter((name) => !elsewhere.has(name)))
}

describe.each(documents)('what a grant lets see of %s', (_, document) => {
  const model = readModel(document)
  const all = endpointsOf(model).map(({ key }) => key)
  const grants = fc.subarray(all).map((keys) => new Set(keys))

  it('has no name of what is not granted, in JSON, XML or the service document', () => {
    fc.assert(
      fc.property(grants, (granted) => {
        const filtered = filterDocument({ document, model, granted })
        const xml = writeCsdlXml(filtered)
        const words = wordsOf(filtered)
        const shown = wordsOf(serviceDocument(model, { granted, root: 'https://gateway.example/odata' }))
        const written = new Set(xml.match(WORD))
        for (const name of forbidden(model, granted)) {
          expect(words, `${name} in JSON`).not.toContain(name)
          expect(shown, `${name} in the service document`).not.toContain(name)
          // Names of CSDL's own elements and attributes may be the service's names too.
          if (!CSDL_WORDS.has(name)) expect(written, `${name} in XML`).not.toContain(name)
        }
        expect(xml + JSON.stringify(filtered)).not.toMatch(/Stagedoor|Notes\./)
        expect(fromXml(xml)).toEqual(filtered)
      }),
      { numRuns: 60 },
    )
  })

  it('has all that is granted, whole, and leads to nothing else', () => {
    fc.assert(
      fc.property(grants, (granted) => {
        const filtered = readModel(filterDocument({ document, model, granted }))
        const visible = new Set([...granted].map((key) => key.split(' ')[1]?.split('/')[0]))
        expect(endpointsOf(filtered).map(({ key }) => key)).toEqual(expect.arrayContaining([...granted]))
        for (const source of filtered.sources.values()) {
          const original = model.sources.get(source.name) ?? expect.fail(source.name)
          expect([...source.type.properties.keys()]).toEqual([...original.type.properties.keys()])
          for (const navigation of original.type.navigation.values()) {
            const kept = source.type.navigation.has(navigation.name)
            const targets = navigate(model, atSource(original), navigation).sources.map(({ name }) => name)
            if (kept) expect(targets.filter((name) => !visible.has(name))).toEqual([])
            const open = anywhere(model, navigation)
            if (open.length > 0 && open.every((name) => visible.has(name)))
              expect(kept, navigation.name).toBe(true)
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is all of it but for the gateway’s own notes where everything is granted', () => {
    const filtered = filterDocument({ document, model, granted: 'all' })
    expect(JSON.stringify(filtered)).not.toMatch(/Stagedoor|@Notes\./)
    const names = (of: Model): unknown =>
      [of.types, of.sources, of.imports, of.operations].map((each) => [...each.keys()])
    expect(names(readModel(filtered))).toEqual(names(model))
  })
})

const CSDL_WORDS = new Set(
  `Edmx Reference Include DataServices Schema EntityType ComplexType EnumType Member Property NavigationProperty Key PropertyRef
  Annotation Annotations EntityContainer EntitySet Singleton ActionImport FunctionImport Action Function Parameter ReturnType Name
  Type Target Path Value Collection Record PropertyValue String Bool Int Term`.split(/\s+/),
)

describe('what a grant lets see', () => {
  const document = fromXml(OWN)
  const model = readModel(document)
  const see = (...keys: readonly string[]): string =>
    writeCsdlXml(filterDocument({ document, model, granted: new Set(keys) }))

  it('is one set without the ways out of it, and nothing that mentions them', () => {
    const xml = see('GET Events')
    expect(xml).toContain('<EntitySet Name="Events" EntityType="self.Event"/>')
    expect(xml).toContain('<NavigationProperty Name="Sessions"')
    expect(xml).toContain('Name="Session"')
    expect(xml).toContain('<EntityType Name="Gala" BaseType="self.Event"/>')
    // AccountID is a column of the set's own.
    expect(xml.replaceAll('AccountID', '')).not.toMatch(
      /Account|Booking|Invoice|Vip|Sponsor|Speaker|Owner|Merge|Grade|Cancel|Payer|Me"/i,
    )
  })

  it('is the way between two sets, from both sides', () => {
    const xml = see('GET Events', 'GET Bookings')
    expect(xml).toContain(
      '<NavigationProperty Name="Bookings" Type="Collection(self.Booking)" Partner="Event"/>',
    )
    expect(xml).toContain('<NavigationPropertyBinding Path="Event" Target="Events"/>')
  })

  it('is a way by its binding, though another set of the type is not granted', () => {
    const xml = see('GET Events', 'GET Accounts')
    expect(xml).toContain('<NavigationProperty Name="Account"')
    expect(xml).toContain('<NavigationPropertyBinding Path="Account" Target="Accounts"/>')
    expect(xml).toContain('Target="self.Event/Account"')
    // Bound to VipAccounts.
    expect(xml).not.toContain('Name="Owner"')
    expect(xml).not.toContain('VipAccounts')
  })

  it('is a way without its way back, where that one leads elsewhere', () => {
    const xml = see('GET VipAccounts', 'GET Events')
    expect(xml).toContain('<NavigationProperty Name="Events" Type="Collection(self.Event)"/>')
    expect(xml).not.toMatch(/Partner|Name="Account" Type/)
  })

  it('is an operation with the source that it is called at', () => {
    const xml = see('POST Events/EM.Cancel')
    expect(xml).toContain('<Action Name="Cancel"')
    expect(xml).toContain('Target="self.Cancel(self.Event)/why"')
    expect(xml).toContain('<EntitySet Name="Events"')
    expect(xml).not.toMatch(/Payer|Merge/)
  })

  it('is a function without the path to a set that is not granted', () => {
    const xml = see('GET Events/EM.Payer')
    expect(xml).toContain('<Function Name="Payer" IsBound="true"><Parameter')
    expect(xml).not.toContain('EntitySetPath')
  })

  it('is an import without its set where that is not granted', () => {
    const xml = see('POST MergeAll')
    expect(xml).toContain('<ActionImport Name="MergeAll" Action="self.Merge"/>')
    expect(xml).not.toContain('"Accounts"')
  })

  it('is an empty container for whoever has nothing', () => {
    expect(see()).toMatch(/<Schema Namespace="EM" Alias="self"[^>]*><EntityContainer Name="All"\/><\/Schema>/)
  })

  it('is no more than asked for by keys that are none', () => {
    expect(see('GET Accounts/../Events', 'get Events', 'GET events')).toBe(see())
  })

  it('lists in the service document sets and singletons with a verb, and the functions that want to be listed', () => {
    const list = (...keys: readonly string[]): unknown =>
      serviceDocument(model, { granted: new Set(keys), root: 'https://gateway.example/odata' })
    expect(
      list('GET Events', 'PATCH Me', 'GET AllGrades', 'POST MergeAll', 'GET Bookings/EM.Nothing'),
    ).toEqual({
      '@odata.context': 'https://gateway.example/odata/$metadata',
      value: [
        { name: 'Events', url: 'Events' },
        { name: 'Me', kind: 'Singleton', url: 'Me' },
        { name: 'AllGrades', kind: 'FunctionImport', url: 'AllGrades' },
      ],
    })
    expect(list()).toMatchObject({ value: [] })
    expect(serviceDocument(model, { granted: 'all', root: '' }).value.map(({ name }) => name)).toEqual([
      'Events',
      'Accounts',
      'VipAccounts',
      'Bookings',
      'Me',
      'AllGrades',
    ])
  })
})
