/** Words behind a `$` that have a meaning of their own in addresses, lower case. */
const SYSTEM = new Set(
  [
    'all batch count crossjoin each entity metadata query ref root value it this id levels apply compute expand filter',
    'format index orderby search select skip skiptoken deltatoken schemaversion top null',
  ]
    .join(' ')
    .split(' '),
)

/** An id that `$<id>` can name (odata.md row 69). */
export function isRequestId(text: string): boolean {
  return /^[0-9A-Za-z_-]{1,64}$/.test(text) && !SYSTEM.has(text.toLowerCase())
}

/** The id in `$<id>` or `$<id>/..` at the beginning of an address, which may begin with a slash. */
export function idInAddress(text: string): string | undefined {
  return /^\/?\$([0-9A-Za-z_-]{1,64})(?=$|[/?])/.exec(text)?.[1]
}
