const PREFIX = Buffer.from('HTTP/1.')
const ZERO = 0x30

/** `HTTP/1.1`, in bytes. */
export const VERSION_LENGTH = 8

/** The version of HTTP/1 that stands there; undefined where it is none of the two. */
export function minorVersionAt(bytes: Buffer, from: number): 0 | 1 | undefined {
  for (let at = 0; at < PREFIX.length; at += 1) if (bytes[from + at] !== PREFIX[at]) return undefined
  const digit = (bytes[from + PREFIX.length] ?? 0) - ZERO
  return digit === 0 || digit === 1 ? digit : undefined
}
