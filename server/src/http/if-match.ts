/** What If-Match asks for: `any`, or one of these opaque tags. Weak tags never match (RFC 9110 13.1.1), so they are left out. */
export type IfMatch = 'any' | readonly string[]

const TAG = String.raw`(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"`
const LIST = new RegExp(String.raw`^${TAG}(?:[ \t]*,[ \t]*${TAG})*$`, 'u')

/** Reads the header. Undefined where it is malformed. */
export function parseIfMatch(text: string): IfMatch | undefined {
  const trimmed = text.trim()
  if (trimmed === '*') return 'any'
  if (!LIST.test(trimmed)) return undefined
  return [...trimmed.matchAll(/(W\/)?"([^"]*)"/gu)].flatMap(([, weak, tag]) =>
    weak === undefined && tag !== undefined ? [tag] : [],
  )
}
