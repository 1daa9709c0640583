import type { Operation, OperationParameter } from '#odata/model.ts'
import { TERMS } from './annotations.ts'
import { CsdlError, isObject, readFlag, readText } from './csdl-document.ts'
import { isIdentifier, resolvePath } from './names.ts'
import { type ReadContext, readTypeRef } from './read-types.ts'
import type { SchemaElement } from './schema-elements.ts'

/**
 * Every overload of every action and function, by qualified name; one name may have overloads of both kinds. Throws CsdlError.
 */
export function readOperations(context: ReadContext): ReadonlyMap<string, readonly Operation[]> {
  const operations = new Map<string, Operation[]>()
  for (const element of context.elements.operations) {
    const operation = readOperation(context, element)
    const others = operations.get(element.name)
    if (others) others.push(operation)
    else operations.set(element.name, [operation])
  }
  return operations
}

function readOperation(context: ReadContext, element: SchemaElement): Operation {
  const { names, annotations } = context
  const { json, path, name } = element
  const parameters = readParameters(context, element)
  const bound = readFlag(json, '$IsBound', path)
  if (bound && parameters.length === 0)
    throw new CsdlError(path, 'bound, but without a parameter to be bound by')
  const entitySetPath = readText(json, '$EntitySetPath', path)
  const result = json['$ReturnType']
  if (result !== undefined && !isObject(result))
    throw new CsdlError([...path, '$ReturnType'], 'not an object')
  const at = [...path, '$ReturnType']
  return {
    kind: json['$Kind'] === 'Function' ? 'function' : 'action',
    name,
    bound,
    parameters,
    returns: result && readTypeRef(context, result, { path: at, use: 'result' }),
    entitySetPath: entitySetPath === undefined ? undefined : resolvePath(names, entitySetPath),
    composable: readFlag(json, '$IsComposable', path),
    selfContained: annotations.tagged(json, targetsOf(name, parameters, bound), TERMS.selfContained),
  }
}

/** How `$Annotations` may name an overload: all of the name, or by the types that tell it apart. */
function targetsOf(
  name: string,
  parameters: readonly { readonly type: OperationParameter['type'] }[],
  bound: boolean,
): readonly string[] {
  const types = parameters.map(({ type }) => (type.collection ? `Collection(${type.name})` : type.name))
  const targets = [name, `${name}(${types.join(',')})`]
  // Overloads of actions are told apart by their binding parameter alone (CSDL 4.01 section 12.2).
  return bound ? [...targets, `${name}(${types[0] ?? ''})`] : [...targets, `${name}()`]
}

function readParameters(context: ReadContext, element: SchemaElement): readonly OperationParameter[] {
  const { json, path, name } = element
  const given: unknown = json['$Parameter'] ?? []
  if (!Array.isArray(given)) throw new CsdlError([...path, '$Parameter'], 'not a list')
  const seen = new Set<string>()
  const parameters = given.map((parameter: unknown, index) => {
    const at = [...path, '$Parameter', String(index)]
    if (!isObject(parameter)) throw new CsdlError(at, 'the parameter is not an object')
    const own = readText(parameter, '$Name', at)
    if (own === undefined) throw new CsdlError(at, 'a parameter without $Name')
    if (!isIdentifier(own)) throw new CsdlError(at, `"${own}" is not a name in OData`)
    if (seen.has(own)) throw new CsdlError(at, `the name "${own}" is used twice`)
    seen.add(own)
    return { name: own, parameter, type: readTypeRef(context, parameter, { path: at, use: 'parameter' }) }
  })
  const targets = targetsOf(name, parameters, json['$IsBound'] === true)
  return parameters.map(({ name, parameter, type }) => ({
    name,
    type,
    optional: context.annotations.tagged(
      parameter,
      targets.map((target) => `${target}/${name}`),
      TERMS.optionalParameter,
    ),
  }))
}
