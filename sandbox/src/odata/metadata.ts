import type { ColumnType } from '#enterprise/columns.ts'
import type { EntitySet, ODataModel } from './model.ts'

const NAMESPACE = 'Momentus.Enterprise'

const EDM: Readonly<Record<ColumnType, string>> = {
  text: 'Type="Edm.String"',
  whole: 'Type="Edm.Int32"',
  decimal: 'Type="Edm.Decimal" Scale="variable"',
  flag: 'Type="Edm.Boolean"',
  date: 'Type="Edm.DateTimeOffset"',
}

/** The model as CSDL 4.0 XML. Names are plain identifiers, so nothing needs escaping. */
export function metadataDocument(model: ODataModel): string {
  const sets = [...model.values()]
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">',
    '  <edmx:DataServices>',
    `    <Schema Namespace="${NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">`,
    ...sets.flatMap((set) => entityType(set, model)),
    '      <EntityContainer Name="Container">',
    ...sets.flatMap(entitySetElement),
    '      </EntityContainer>',
    '    </Schema>',
    '  </edmx:DataServices>',
    '</edmx:Edmx>',
    '',
  ].join('\n')
}

function entityType({ type, key, properties, navigations }: EntitySet, model: ODataModel): readonly string[] {
  return [
    `      <EntityType Name="${type}">`,
    '        <Key>',
    ...key.map((name) => `          <PropertyRef Name="${name}"/>`),
    '        </Key>',
    ...[...properties].map(
      ([name, property]) =>
        `        <Property Name="${name}" ${EDM[property.type]}${key.includes(name) ? ' Nullable="false"' : ''}/>`,
    ),
    ...[...navigations].map(([name, { target, many }]) => {
      const single = `${NAMESPACE}.${model.get(target)?.type ?? ''}`
      return `        <NavigationProperty Name="${name}" Type="${many ? `Collection(${single})` : single}"/>`
    }),
    '      </EntityType>',
  ]
}

function entitySetElement({ name, type, navigations }: EntitySet): readonly string[] {
  return [
    `        <EntitySet Name="${name}" EntityType="${NAMESPACE}.${type}">`,
    ...[...navigations].map(
      ([path, { target }]) => `          <NavigationPropertyBinding Path="${path}" Target="${target}"/>`,
    ),
    '        </EntitySet>',
  ]
}

export type ServiceDocument = {
  readonly '@odata.context': string
  readonly value: readonly { readonly name: string; readonly kind: 'EntitySet'; readonly url: string }[]
}

export function serviceDocument(model: ODataModel, root: string): ServiceDocument {
  return {
    '@odata.context': `${root}/$metadata`,
    value: [...model.keys()].map((name) => ({ name, kind: 'EntitySet', url: name })),
  }
}
