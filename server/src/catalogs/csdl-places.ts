import { attribute, type XmlElement } from './csdl-xml-tree.ts'

/**
 * The element that a path into the CSDL JSON document came from, or the nearest around it. Walked only when there is a
 * problem to tell, so that reading keeps no record of places.
 */
export function elementAt(root: XmlElement, path: readonly string[]): XmlElement {
  let parent = root
  let element = root
  for (const [index, member] of path.entries()) {
    const before = path[index - 1] ?? ''
    const found =
      index === 0
        ? rootMember(root, member)
        : ((before.startsWith('$') ? undefined : overload(parent, element, member)) ??
          childFor(element, member, before))
    if (!found) continue
    if (!parent.children.includes(found)) parent = element
    element = found
  }
  return element
}

function rootMember(root: XmlElement, member: string): XmlElement | undefined {
  const inside = [root, ...root.children.flatMap((child) => [child, ...child.children])]
  return member === '$EntityContainer'
    ? inside.flatMap(({ children }) => children).find(({ name }) => name === 'EntityContainer')
    : inside.find((each) => each.name === 'Schema' && attribute(each, 'Namespace') === member)
}

/** Overloads have one name: a number behind it says which of them. */
function overload(parent: XmlElement, element: XmlElement, member: string): XmlElement | undefined {
  if (!/^\d+$/.test(member)) return undefined
  const name = attribute(element, 'Name')
  return parent.children.filter((each) => attribute(each, 'Name') === name)[Number(member)]
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
