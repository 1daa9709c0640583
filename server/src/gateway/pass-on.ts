import type { ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { UpstreamAnswer } from './forward.ts'
import type { Upstream } from './upstream.ts'

/** Path prefix of a catalog at the gateway and at the upstream, to turn `Location` round. */
export type Places = { readonly upstream: Upstream; readonly mount: string; readonly upstreamPrefix: string }

/** Streams an answer to the caller as it is, with these headers. */
export async function passOn(
  { status, body }: UpstreamAnswer,
  response: ServerResponse,
  { headers, places }: { readonly headers: string[]; readonly places: Places },
): Promise<undefined> {
  response.writeHead(status, turnLocation(headers, places))
  await pipeline(body, response)
}

/** A redirect to the upstream's own address would lead the caller past the gateway. */
function turnLocation(headers: string[], { upstream, mount, upstreamPrefix }: Places): string[] {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name === 'location')
  const location = headers[at + 1]
  if (at < 0 || location === undefined) return headers
  const path = location.startsWith(`${upstream.origin}/`) ? location.slice(upstream.origin.length) : location
  const base = upstream.basePath + upstreamPrefix
  if (path.startsWith(`${base}/`)) headers[at + 1] = mount + path.slice(base.length)
  return headers
}
