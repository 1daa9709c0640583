import { isIdentifier, isNamespace } from '@stagedoor/core/odata/csdl/names.ts'
import { type XmlElement, XmlProblem } from './csdl-xml-tree.ts'

/** A JSON object while it is made. */
export type JsonObject = Record<string, unknown>

/** Adds a member. Throws XmlProblem where it is there already. */
export function put(object: JsonObject, name: string, value: unknown, element: XmlElement): void {
  if (Object.hasOwn(object, name)) throw new XmlProblem(element, `the name "${name}" is used twice`)
  if (name === '__proto__') throw new XmlProblem(element, `"${name}" is not a name in OData`)
  object[name] = value
}

/** Throws XmlProblem for what is not a SimpleIdentifier. */
export function checkName(name: string, element: XmlElement): string {
  if (isIdentifier(name)) return name
  throw new XmlProblem(element, `"${name}" is not a name in OData`)
}

/** Throws XmlProblem for what is not a namespace. */
export function checkNamespace(name: string, element: XmlElement): string {
  if (isNamespace(name)) return name
  throw new XmlProblem(element, `"${name}" is not a namespace`)
}
