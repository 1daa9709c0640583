import type { Upstream } from './upstream.ts'

/** Path prefix of a catalog at the gateway and at the upstream, to turn `Location` round. */
export type Places = { readonly upstream: Upstream; readonly mount: string; readonly upstreamPrefix: string }

/** A redirect to the upstream's own address would lead the caller past the gateway. */
export function turnLocation(location: string, { upstream, mount, upstreamPrefix }: Places): string {
  const path = location.startsWith(`${upstream.origin}/`) ? location.slice(upstream.origin.length) : location
  const base = upstream.basePath + upstreamPrefix
  return path.startsWith(`${base}/`) ? mount + path.slice(base.length) : location
}
