/**
 * What CSDL JSON writes as a plain text and CSDL XML has elements of their own for: paths and members of enumerations. Only
 * the vocabulary says which it is; these are the terms of OData's own vocabularies that services publish.
 */
export type ConstantKind =
  | 'PropertyPath'
  | 'NavigationPropertyPath'
  /** Qualified name of the enumeration. */
  | { readonly members: string }

const CAPABILITIES = 'Org.OData.Capabilities.V1'
const CORE = 'Org.OData.Core.V1'

const PROPERTY_PATHS = new Set(
  `NonFilterableProperties RequiredProperties NonSortableProperties AscendingOnlyProperties DescendingOnlyProperties
  NonCountableProperties NonInsertableProperties NonUpdatableProperties Property FilterableProperties
  RequiredProperties`.split(/\s+/),
)
const NAVIGATION_PATHS = new Set(
  `NavigationProperty NonExpandableProperties NonExpandableStreamProperties NonInsertableNavigationProperties
  NonUpdatableNavigationProperties NonDeletableNavigationProperties NonCountableNavigationProperties`.split(
    /\s+/,
  ),
)
const MEMBERS: ReadonlyMap<string, string> = new Map([
  [`${CORE}.Permissions`, `${CORE}.Permission`],
  [`${CORE}.Revisions/Kind`, `${CORE}.RevisionKind`],
  [`${CAPABILITIES}.ConformanceLevel`, `${CAPABILITIES}.ConformanceLevelType`],
  [`${CAPABILITIES}.SearchRestrictions/UnsupportedExpressions`, `${CAPABILITIES}.SearchExpressions`],
  [`${CAPABILITIES}.NavigationRestrictions/Navigability`, `${CAPABILITIES}.NavigationType`],
  [`${CAPABILITIES}.IsolationSupported`, `${CAPABILITIES}.IsolationLevel`],
])

/** @param term qualified. @param property the record's member that the text stands in, empty outside a record */
export function constantKind(term: string, property: string): ConstantKind | undefined {
  const members = MEMBERS.get(property === '' ? term : `${term}/${property}`)
  if (members !== undefined) return { members }
  if (property === '') return term === `${CORE}.OptimisticConcurrency` ? 'PropertyPath' : undefined
  if (term.endsWith('.AlternateKeys')) return property === 'Name' ? 'PropertyPath' : undefined
  if (!term.startsWith(`${CAPABILITIES}.`)) return undefined
  if (PROPERTY_PATHS.has(property)) return 'PropertyPath'
  return NAVIGATION_PATHS.has(property) ? 'NavigationPropertyPath' : undefined
}
