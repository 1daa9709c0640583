/** A place in a list as opaque text for the address. */
export function encodeCursor(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** The parts of a cursor that was encoded from `count` parts. Undefined where it was made by somebody else. */
export function decodeCursor(cursor: string, count: number): readonly string[] | undefined {
  if (!/^[\w-]+$/.test(cursor)) return undefined
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (!Array.isArray(parts) || parts.length !== count) return undefined
    return parts.every((part) => typeof part === 'string') ? parts : undefined
  } catch {
    return undefined
  }
}
