/** Holds the whole question that a page belongs to. Nobody has signed it, so that anybody can write one. */
export type PageToken = { readonly query: string; readonly start: number }

export function makePageToken({ query, start }: PageToken): string {
  return Buffer.from(`${start}:${query}`).toString('base64url')
}

/** Undefined for text that is none: it is passed over, as SAP CAP does it. */
export function openPageToken(text: string): PageToken | undefined {
  const found = /^(\d{1,6}):(.+)$/s.exec(Buffer.from(text, 'base64url').toString('utf8'))
  return found === null ? undefined : { start: Number(found[1]), query: found[2] ?? '' }
}
