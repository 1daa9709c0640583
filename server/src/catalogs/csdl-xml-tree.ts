import { SaxesParser, type SaxesTagNS } from 'saxes'
import { CatalogError } from './catalog-error.ts'

/** An element of OData's two namespaces. Everything else in a document is passed over, with what is in it. */
export type XmlElement = {
  readonly name: string
  /** Names and values of the attributes without namespace, by turns: there are few of them, and many elements. */
  readonly attributes: readonly string[]
  readonly children: XmlElement[]
  text: string
  readonly line: number
  readonly column: number
}

const EDM = 'http://docs.oasis-open.org/odata/ns/edm'
const EDMX = 'http://docs.oasis-open.org/odata/ns/edmx'

/** Deeper than any annotation is written; shallow enough to be walked by functions that call themselves. */
const DEPTH_MAX = 100

/**
 * Reads XML into a tree of OData's elements. Undefined where the root is none of them. Throws CatalogError with line and
 * column.
 */
export function readXmlTree(file: string, text: string): XmlElement | undefined {
  const parser = new SaxesParser({ xmlns: true })
  const refuse = (problem: string): never => {
    throw new CatalogError(file, `line ${parser.line}, column ${parser.column}`, problem)
  }
  let root: XmlElement | undefined
  const open: XmlElement[] = []
  // Levels below an element that is not OData's.
  let foreign = 0
  parser.on('error', (error) => refuse(error.message.replace(/^\d+:\d+: /, '')))
  // Entities of a document type could pull in other files, and no CSDL needs one.
  parser.on('doctype', () => refuse('a document type is not accepted'))
  parser.on('opentag', (tag) => {
    if (foreign > 0 || (tag.uri !== EDM && tag.uri !== EDMX)) {
      foreign += 1
      return
    }
    const { line, column } = parser
    const element = {
      name: tag.local,
      attributes: plainAttributes(tag),
      children: [],
      text: '',
      line,
      column,
    }
    const parent = open.at(-1)
    if (parent) {
      parent.children.push(element)
      // Text between elements means nothing.
      parent.text = ''
    } else root = element
    if (open.push(element) > DEPTH_MAX) refuse(`elements stand more than ${DEPTH_MAX} deep in one another`)
  })
  parser.on('closetag', () => {
    if (foreign > 0) foreign -= 1
    else open.pop()
  })
  const addText = (more: string): void => {
    const element = open.at(-1)
    if (foreign === 0 && element) element.text += more
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.write(text).close()
  return root
}

function plainAttributes({ attributes }: SaxesTagNS): readonly string[] {
  const plain: string[] = []
  for (const name in attributes) {
    const { prefix, value } = attributes[name] ?? { prefix: 'none', value: '' }
    if (prefix === '') plain.push(name, value)
  }
  return plain
}

/** An attribute without namespace. */
export function attribute({ attributes }: XmlElement, name: string): string | undefined {
  for (let at = 0; at < attributes.length; at += 2) if (attributes[at] === name) return attributes[at + 1]
  return undefined
}

/** Where an element stands, as errors say it. */
export function placeOf({ line, column }: XmlElement): string {
  return `line ${line}, column ${column}`
}

/** A problem at an element. `file` is filled in by whoever knows it. */
export class XmlProblem extends Error {
  override readonly name = 'XmlProblem'
  readonly element: XmlElement

  constructor(element: XmlElement, problem: string) {
    super(problem)
    this.element = element
  }
}

/** An attribute that has to be there. Throws XmlProblem. */
export function required(element: XmlElement, name: string): string {
  const value = attribute(element, name)
  if (value !== undefined && value !== '') return value
  const article = /^[AEIOU]/.test(element.name) ? 'an' : 'a'
  throw new XmlProblem(element, `${article} ${element.name} without ${name}`)
}

/** `true` or `false`, as XML Schema writes them. Throws XmlProblem. */
export function flag(element: XmlElement, name: string): boolean | undefined {
  const value = attribute(element, name)?.trim()
  if (value === undefined) return undefined
  if (value === 'true' || value === '1') return true
  if (value === 'false' || value === '0') return false
  throw new XmlProblem(element, `${name} is neither true nor false`)
}
