/** A JSON object of a CSDL document. */
export type Json = Readonly<Record<string, unknown>>

/** A document in the shape of OASIS CSDL JSON 4.01: plain data, as `JSON.parse` gives it. */
export type CsdlDocument = Json

/** A document that cannot be used. */
export class CsdlError extends Error {
  override readonly name = 'CsdlError'
  /** Members from the document's root to what is wrong. */
  readonly path: readonly string[]

  constructor(path: readonly string[], problem: string) {
    super(problem)
    this.path = path
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The member, only where the object itself has it. */
export function memberOf(object: Json, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

/** Members that declare something: neither `$...` nor annotations. */
export function declarations(object: Json): readonly (readonly [string, unknown])[] {
  const found: [string, unknown][] = []
  for (const name of Object.keys(object)) {
    if (!name.startsWith('$') && !name.includes('@')) found.push([name, object[name]])
  }
  return found
}

/** Reads a text, undefined where there is none. Throws CsdlError for anything else. */
export function readText(object: Json, member: string, path: readonly string[]): string | undefined {
  const value = object[member]
  if (value === undefined || (typeof value === 'string' && value !== '')) return value
  throw new CsdlError([...path, member], 'not a text')
}

/** Reads true or false; false where nothing stands. Throws CsdlError for anything else. */
export function readFlag(object: Json, member: string, path: readonly string[]): boolean {
  const value = object[member]
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw new CsdlError([...path, member], 'neither true nor false')
}
