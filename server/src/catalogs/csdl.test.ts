import { describe, expect, it } from 'vitest'
import { CatalogError } from './catalog-error.ts'
import { type ImportedCatalog, importCatalog } from './import-catalog.ts'

function read(text: string): Promise<ImportedCatalog> {
  return importCatalog({ id: 'shop', file: 'shop.csdl', text, mount: '/shop' })
}

const JSON_DOCUMENT = {
  $Version: '4.01',
  $EntityContainer: 'N.C',
  N: {
    E: { $Kind: 'EntityType', $Key: ['ID'], ID: { $Type: 'Edm.Int32' } },
    Do: [{ $Kind: 'Action', $IsBound: true, $Parameter: [{ $Name: 'it', $Type: 'N.E' }] }],
    Top: [{ $Kind: 'Function', $ReturnType: { $Type: 'N.E' } }],
    C: {
      $Kind: 'EntityContainer',
      Events: { $Collection: true, $Type: 'N.E' },
      Top: { $Function: 'N.Top', '@Org.OData.Core.V1.Description': 'The best' },
    },
  },
}

describe('importCatalog reads CSDL', () => {
  it('in JSON, and names every endpoint by method and path', async () => {
    const { catalog } = await read(JSON.stringify(JSON_DOCUMENT))
    expect(catalog.kind).toBe('odata')
    const endpoints = catalog.endpoints.map(({ id, path, operation, title, effect }) =>
      [id, path, operation, title, effect].join(' | '),
    )
    expect(endpoints).toEqual([
      'shop:GET:/Events | /shop/Events | QueryEvents | Query Events | read',
      'shop:POST:/Events | /shop/Events | CreateEvents | Create Events | write',
      'shop:PATCH:/Events | /shop/Events | UpdateEvents | Update Events | write',
      'shop:DELETE:/Events | /shop/Events | DeleteEvents | Delete Events | write',
      'shop:POST:/Events/N.Do | /shop/Events/N.Do | N.Do | Do on Events | write',
      'shop:GET:/Top | /shop/Top | Top | The best | read',
    ])
    expect(catalog.odata?.endpointIds.get('POST Events/N.Do')).toBe('shop:POST:/Events/N.Do')
    expect(catalog.odata?.document).toEqual(JSON_DOCUMENT)
  })

  it('only where its members stand at the top: OpenAPI may speak of them', async () => {
    const { catalog } = await read(
      JSON.stringify({
        openapi: '3.1.0',
        paths: { '/a': { get: {} } },
        'x-a': { $Version: 1, $EntityContainer: 2 },
      }),
    )
    expect(catalog.kind).toBe('openapi')
  })

  it('with what is not OData’s passed over', async () => {
    const { catalog } =
      await read(`<Schema Namespace="N" xmlns="http://docs.oasis-open.org/odata/ns/edm" xmlns:o="urn:other">
<EntityType Name="E" o:Name="F"><o:Property Name="X"><NavigationProperty Name="Y"/></o:Property></EntityType>
<EntityContainer Name="C"><EntitySet Name="Events" EntityType="N.E" o:EntityType="N.F"/></EntityContainer></Schema>`)
    const type = catalog.odata?.model.types.get('N.E')
    expect([type?.properties.size, type?.navigation.size]).toEqual([0, 0])
  })

  it('with a type and a function of one name, as XML allows', async () => {
    const { catalog } = await read(
      xml(
        '<Function Name="E"><ReturnType Type="N.E"/></Function>',
        '<FunctionImport Name="F" Function="N.E"/>',
      ),
    )
    expect(catalog.endpoints.map(({ id }) => id)).toContain('shop:GET:/F')
  })
})

/** One line per element, so that lines can be told. */
function xml(schema: string, container = ''): string {
  return `<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">
<edmx:DataServices>
<Schema Namespace="N" Alias="self" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="E"/>
${schema}
<EntityContainer Name="C">
<EntitySet Name="Events" EntityType="self.E"/>
${container}
</EntityContainer>
</Schema>
</edmx:DataServices>
</edmx:Edmx>`
}

describe('importCatalog refuses CSDL, naming the place:', () => {
  const json = (change: (text: string) => string): string =>
    change(JSON.stringify(JSON_DOCUMENT, undefined, 1))
  it.each<[string, string, RegExp]>([
    ['another version', xml('').replace('4.0', '3.0'), /at line 1, column \d+: version 3\.0/],
    ['no version', xml('').replace(' Version="4.0"', ''), /at line 1, column \d+: an Edmx without Version/],
    [
      'a base type that is not there',
      xml('<EntityType\nName="F" BaseType="self.X"/>'),
      /at line 6, column 28: there is no type "self\.X"/,
    ],
    [
      'a navigation property of a type that is not there',
      xml('<EntityType Name="F">\n\n<NavigationProperty Name="X" Type="Else.Y"/></EntityType>'),
      /at line 7, column \d+: there is no entity type "Else\.Y"/,
    ],
    [
      'a property without type',
      xml('<EntityType Name="F"><Property Name="X"/></EntityType>'),
      /at line 5, .*a Property without Type/,
    ],
    [
      'a property twice',
      xml(
        '<ComplexType Name="F"><Property Name="X" Type="Edm.Int32"/>\n<Property Name="X" Type="Edm.Int32"/></ComplexType>',
      ),
      /at line 6, .*used twice/,
    ],
    ['a type twice', xml('<EntityType Name="E"/>'), /at line 5, .*used twice/],
    ['a type of a name of nothing', xml('<EntityType Name="a b"/>'), /at line 5, .*"a b" is not a name/],
    ['a name that would change an object', xml('<EntityType Name="__proto__"/>'), /at line 5, .*not a name/],
    [
      'a parameter of a type that is not there',
      xml(
        '<Action Name="F"/>\n<Action Name="F"><Parameter Name="a" Type="Edm.Int32"/>\n<Parameter Name="b" Type="self.X"/></Action>',
      ),
      /at line 7, column \d+: there is no type "self\.X"/,
    ],
    [
      'a result of a type that is not there',
      xml('<Function Name="F">\n<ReturnType Type="self.X"/></Function>'),
      /at line 6, .*no type "self\.X"/,
    ],
    [
      'a truth that is none',
      xml('<EntityType Name="F" Abstract="yes"/>'),
      /at line 5, .*Abstract is neither true nor false/,
    ],
    [
      'a set of a type that is not there',
      xml('', '<EntitySet Name="X" EntityType="self.X"/>'),
      /at line 8, .*no entity type "self\.X"/,
    ],
    [
      'a binding to nowhere',
      xml(
        '',
        '<EntitySet Name="X" EntityType="self.E">\n<NavigationPropertyBinding Path="A" Target="B"/></EntitySet>',
      ),
      /at line 9, .*"B"/,
    ],
    [
      'a binding twice',
      xml(
        '',
        '<EntitySet Name="X" EntityType="self.E"><NavigationPropertyBinding Path="A" Target="X"/>\n<NavigationPropertyBinding Path="A" Target="Events"/></EntitySet>',
      ),
      /at line 9, .*used twice/,
    ],
    ['a second container', xml('<EntityContainer Name="D"/>'), /at line 6, .*a second EntityContainer/],
    [
      'two answers to what comes along',
      xml(
        '<EntityType Name="F"><NavigationProperty Name="X" Type="self.E"><Annotation Term="a.AutoExpand"/>\n<Annotation Term="a.AutoExpand" Bool="false"/></NavigationProperty></EntityType>',
      ),
      /at line 6, .*used twice/,
    ],
    [
      'an expression of nothing',
      xml('<Annotation Term="a.B">\n<Edit/></Annotation>'),
      /at line 6, .*"Edit" is not an expression/,
    ],
    [
      'an annotation with two values',
      xml('<Annotation Term="a.B"><Int>1</Int>\n<Int>2</Int></Annotation>'),
      /at line 6, .*two values/,
    ],
    [
      'elements in elements in elements',
      xml(`${'<Annotation Term="a.B">'.repeat(200)}${'</Annotation>'.repeat(200)}`),
      /at line 5, .*more than 100 deep/,
    ],
    ['a document type', `<!DOCTYPE a>${xml('')}`, /at line 1, .*document type/],
    [
      'JSON of another version',
      json((text) => text.replace('4.01', '5.0')),
      /at \/\$Version: neither 4\.0 nor 4\.01/,
    ],
    [
      'JSON with a type that is not there',
      json((text) =>
        text
          .replace('"$Type": "N.E"\n   }\n  }\n ', '"$Type": "N.X"\n   }\n  }\n ')
          .replace('"$Collection": true,\n    "$Type": "N.E"', '"$Collection": true,\n    "$Type": "N.X"'),
      ),
      /at \/N\/C\/Events\/\$Type: there is no entity type "N\.X"/,
    ],
    [
      'JSON with a member twice',
      json((text) => text.replace('"Events": {', '"Events": { "$Type": "N.E",')),
      /at line 38, column 5: .*twice/,
    ],
    [
      'JSON that is deeper than can be walked',
      json((text) => text.replace('"N": {', `"N": { "@a.b": ${'['.repeat(60)}${']'.repeat(60)},`)),
      /at line 4, column \d+: /,
    ],
  ])('%s', async (_, text, message) => {
    const error: unknown = await read(text).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(CatalogError)
    expect(String(error)).toMatch(message)
    expect(String(error)).toContain('shop.csdl')
  })

  it('names that become one where the settings say that case does not count', async () => {
    const text = xml('', '<EntitySet Name="EVENTS" EntityType="self.E"/>')
    const options = { id: 'shop', file: 'shop.csdl', text, mount: '/shop' }
    await expect(importCatalog(options)).resolves.toBeDefined()
    await expect(importCatalog({ ...options, pathRules: { caseSensitive: false } })).rejects.toThrow(
      /has the id of another endpoint: shop:GET:\/events/,
    )
  })
})
