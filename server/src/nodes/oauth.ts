import { isIP } from 'node:net'
import { readBounded } from '#http/read-bounded.ts'
import { OAUTH_PATHS } from '#oauth/oauth.ts'
import { refuse } from './answers.ts'
import { NODES_PATH, type NodesApp, type NodesDeps } from './deps.ts'

const OAUTH_RELAY_PATH = '/oauth'
const BYTES_MAX = 1024 * 1024
const CALLER_ADDRESS = 'stagedoor-caller-address'
/** Between gateway and control plane alone. */
const OWN_HEADERS = ['stagedoor-node-token', CALLER_ADDRESS] as const

/** `oauth/<path>`: what callers ask the OAuth endpoints at a gateway. The answer is passed on as it is. */
export function registerOAuth(app: NodesApp, { oauth }: NodesDeps): void {
  app.all(`${OAUTH_RELAY_PATH}/*`, async (c) => {
    const url = new URL(c.req.url)
    const path = url.pathname.slice(`${NODES_PATH}${OAUTH_RELAY_PATH}`.length)
    if (!OAUTH_PATHS.includes(path)) return refuse(c, { code: 'not_found' })
    const address = c.req.header(CALLER_ADDRESS) ?? ''
    // Attempts are counted by it: without it, one caller's failures would slow down everybody.
    if (isIP(address) === 0)
      return refuse(c, { code: 'header_malformed', detail: `${CALLER_ADDRESS} is not an address.` })
    const body = await readBounded(c.req.raw.body, BYTES_MAX)
    if (body === undefined)
      return refuse(c, { code: 'body_too_large', detail: `At most ${BYTES_MAX} bytes.` })
    const { method } = c.req
    const headers = new Headers(c.req.raw.headers)
    for (const name of OWN_HEADERS) headers.delete(name)
    const hasBody = method !== 'GET' && method !== 'HEAD' && body.byteLength > 0
    const request = new Request(new URL(path + url.search, url.origin), {
      method,
      headers,
      ...(hasBody && { body }),
    })
    return await oauth(request, { address })
  })
}
