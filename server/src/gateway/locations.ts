import type { Upstream } from './upstream.ts'

/** Path prefix of a catalog at the gateway and at the upstream, to turn `Location` round. */
export type Places = { readonly upstream: Upstream; readonly mount: string; readonly upstreamPrefix: string }

/** A redirect to the upstream's own address would lead the caller past the gateway. Changes the fields in place. */
export function turnLocation(fields: string[], { upstream, mount, upstreamPrefix }: Places): string[] {
  for (let at = 0; at < fields.length; at += 2) {
    const location = fields[at + 1]
    if (fields[at] !== 'location' || location === undefined) continue
    const path = location.startsWith(`${upstream.origin}/`)
      ? location.slice(upstream.origin.length)
      : location
    const base = upstream.basePath + upstreamPrefix
    if (path.startsWith(`${base}/`)) fields[at + 1] = mount + path.slice(base.length)
    return fields
  }
  return fields
}
