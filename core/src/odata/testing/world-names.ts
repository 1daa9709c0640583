import { asSent } from './case-requests.ts'
import { ALIASES } from './options.ts'
import { ENUMERATION, FUNCTIONS, SOURCES, TYPES } from './world.ts'

/** The small service's names by rule of OASIS's grammar. */
export function worldNames(): Readonly<Record<string, readonly string[]>> {
  const types = Object.entries(TYPES)
  const functions = Object.entries(FUNCTIONS)
  const navigation = types.flatMap(([, type]) => Object.entries(type.navigation))
  const complex = types.flatMap(([, type]) => Object.entries(type.complex ?? {}))
  const primitives = types.flatMap(([, type]) => Object.entries(type.primitives))
  const returning = (entity: boolean, collection: boolean, bound: boolean) =>
    functions
      .filter(([, each]) => !each.action && each.returns && Boolean(each.on) === bound)
      .filter(([, each]) => each.returns && each.returns.type in TYPES === entity)
      .filter(([, each]) => each.returns?.collection === collection)
      .map(([name]) => name)
  return {
    entitySetName: sources('set'),
    singletonEntity: sources('singleton'),
    entityTypeName: types.filter(([, type]) => type.kind === 'entity').map(([name]) => name),
    complexTypeName: types.filter(([, type]) => type.kind === 'complex').map(([name]) => name),
    typeDefinitionName: [],
    enumerationTypeName: [ENUMERATION.name],
    enumerationMember: ENUMERATION.members,
    namespacePart: ['EM', 'E'],
    primitiveKeyProperty: types.flatMap(([, type]) => Object.keys(type.key ?? {})),
    keyPropertyAlias: [],
    primitiveNonKeyProperty: [
      ...primitives.filter(([, kind]) => kind !== 'stream').map(([name]) => name),
      ...ALIASES,
    ],
    primitiveColProperty: types.flatMap(([, type]) => type.texts ?? []),
    streamProperty: primitives.filter(([, kind]) => kind === 'stream').map(([name]) => name),
    complexProperty: complex.filter(([, of]) => !of.collection).map(([name]) => name),
    complexColProperty: complex.filter(([, of]) => of.collection).map(([name]) => name),
    entityNavigationProperty: navigation.filter(([, to]) => !to.collection).map(([name]) => name),
    entityColNavigationProperty: navigation.filter(([, to]) => to.collection).map(([name]) => name),
    action: functions.filter(([, each]) => each.action && each.on).map(([name]) => name),
    actionImport: functions.filter(([, each]) => each.action && !each.on).map(([name]) => name),
    entityFunction: returning(true, false, true),
    entityColFunction: returning(true, true, true),
    complexFunction: [],
    complexColFunction: [],
    primitiveFunction: [...returning(false, false, true), ...returning(false, false, false)],
    primitiveColFunction: [],
    entityFunctionImport: returning(true, false, false),
    entityColFunctionImport: returning(true, true, false),
    complexFunctionImport: [],
    complexColFunctionImport: [],
    primitiveFunctionImport: returning(false, false, false),
    primitiveColFunctionImport: [],
    parameterName: functions.flatMap(([, each]) => Object.keys(each.parameters)),
    keyPathLiteral: ['1', '42', 'K7'],
    customAggregate: [],
    expressionAlias: ALIASES,
  }
}

function sources(kind: 'set' | 'singleton'): readonly string[] {
  return Object.entries(SOURCES)
    .filter(([, source]) => source.kind === kind)
    .map(([name]) => name)
}

/**
 * Percent-encoding normalized as the grammar asks before it is applied (RFC 3986 6.2.2.2), and `$` of the options' names
 * decoded, which the grammar does not know. A slash at the path's end and
 * options without a character are left out, as the gateway does.
 */
export function normalized(text: string): string {
  return asSent(text)
    .replaceAll('[', '%5B')
    .replaceAll(']', '%5D')
    .replace(/^([^?]+)\/(?=\?|$)/, '$1')
    .replaceAll(/&{2,}/g, '&')
    .replaceAll(/(?<=\?)&+|&+$/g, '')
    .replaceAll(/%([0-9A-Fa-f]{2})/g, (whole, hex: string) => {
      const letter = String.fromCharCode(Number.parseInt(hex, 16))
      return /[A-Za-z0-9._~-]/.test(letter) ? letter : whole.toUpperCase()
    })
    .replaceAll(/([?&;(]|%28|%3B)%24/g, '$1$')
}

/** White space is read around every mark; the grammar has it around some of them. */
export function withoutGaps(text: string): string {
  return text.replaceAll(
    /(?<=[,/(;:]|%2C|%28|%3B|%3A)(?:%20|%09)+|(?:%20|%09)+(?=[,/);:]|%2C|%29|%3B|%3A)/g,
    '',
  )
}

/**
 * The names, with every segment of a path that is no name as a key, since what stands in a path may be one, and with any
 * name for what `as` introduces.
 */
export function withNamesOf(
  text: string,
  names: ReturnType<typeof worldNames>,
): ReturnType<typeof worldNames> {
  const known = new Set(Object.values(names).flat())
  const segments = (text.split('?')[0] ?? '')
    .split('/')
    .filter((each) => !/^[$]|^(?:EM?[.])?[A-Z][A-Za-z]+[(]|^EM?[.]/.test(each) && !known.has(each))
  const { expressionAlias, ...rest } = names
  const introduced = [...text.matchAll(/(?:%20|%09)as(?:%20|%09)+([A-Za-z0-9_]+)/gi)].map(
    ([, name = '']) => name,
  )
  return {
    ...rest,
    keyPathLiteral: [...(names['keyPathLiteral'] ?? []), ...segments],
    primitiveNonKeyProperty: [
      ...(names['primitiveNonKeyProperty'] ?? []),
      ...(expressionAlias ?? []),
      ...introduced,
    ],
  }
}
