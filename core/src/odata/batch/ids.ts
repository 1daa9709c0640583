/** Words behind a `$` that have a meaning of their own in addresses, lower case. */
const SYSTEM = new Set(
  [
    'all batch count crossjoin each entity metadata query ref root value it this id levels apply compute expand filter',
    'format index orderby search select skip skiptoken deltatoken schemaversion top null',
  ]
    .join(' ')
    .split(' '),
)

/**
 * An id that `$<id>` can name (odata.md row 69). UI5 counts them as `0.0`, `0.1`. Dots and tildes stand in segments as
 * they are, so that an address names the same id in each of its spellings; none begins with one.
 */
export function isRequestId(text: string): boolean {
  return /^[0-9A-Za-z_-][0-9A-Za-z._~-]{0,63}$/.test(text) && !SYSTEM.has(text.toLowerCase())
}

/**
 * The id in `$<id>` or `$<id>/..` at the beginning of an address, which may begin with a slash. It ends where the
 * segment does: `$0.0/Account` never names `0`.
 */
export function idInAddress(text: string): string | undefined {
  return /^\/?\$([0-9A-Za-z_-][0-9A-Za-z._~-]{0,63})(?=$|[/?])/.exec(text)?.[1]
}

/** The id in a text that is `$<id>` and nothing else. */
export function idAlone(text: string): string | undefined {
  const id = text.slice(1)
  return text.startsWith('$') && isRequestId(id) ? id : undefined
}
