import { attribute, type XmlElement } from './csdl-xml-tree.ts'

/**
 * The element that a path into the CSDL JSON document came from, or the nearest around it. Walked only when there is a
 * problem to tell, so that reading keeps no record of places.
 */
export function elementAt(root: XmlElement, path: readonly string[]): XmlElement {
  let element = root
  for (const [index, member] of path.entries()) {
    const found = index === 0 ? rootMember(root, member) : childFor(element, member, path[index - 1] ?? '')
    if (found) element = found
  }
  return element
}

function rootMember(root: XmlElement, member: string): XmlElement | undefined {
  const inside = [root, ...root.children.flatMap((child) => [child, ...child.children])]
  return member === '$EntityContainer'
    ? inside.flatMap(({ children }) => children).find(({ name }) => name === 'EntityContainer')
    : inside.find((each) => each.name === 'Schema' && attribute(each, 'Namespace') === member)
}

/** `$`-members say what kind of element comes next; numbers count overloads, parameters and the like. */
function childFor(element: XmlElement, member: string, before: string): XmlElement | undefined {
  const { children } = element
  const place = /^\d+$/.test(member) ? Number(member) : undefined
  if (place !== undefined && before === '$Parameter')
    return children.filter(({ name }) => name === 'Parameter')[place]
  if (place !== undefined) return undefined
  if (member === '$ReturnType') return children.find(({ name }) => name === 'ReturnType')
  if (before === '$NavigationPropertyBinding')
    return children.find((each) => attribute(each, 'Path')?.trim() === member)
  if (before === '$Annotations') return children.find((each) => attribute(each, 'Target')?.trim() === member)
  if (before === '$Reference') return children.find((each) => attribute(each, 'Uri') === member)
  if (member.startsWith('$')) return undefined
  return children.find((each) => attribute(each, 'Name') === member)
}
