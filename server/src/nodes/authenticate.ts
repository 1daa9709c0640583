import { hash, timingSafeEqual } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import { refuse } from './answers.ts'
import type { NodesEnv } from './deps.ts'

/** Where gateways show their token. */
const NODE_TOKEN = 'stagedoor-node-token'
const LENGTH_MIN = 32

/**
 * Lets in who shows one of the tokens. Digests are compared, all of them and each in constant time, so that how long it takes
 * tells nothing. Throws RangeError where one of the accepted tokens is too short to be one.
 */
export function authenticate(accepted: readonly string[]) {
  if (accepted.some((token) => token.length < LENGTH_MIN))
    throw new RangeError(`a node token has at least ${LENGTH_MIN} characters`)
  const digests = accepted.map(digest)
  return createMiddleware<NodesEnv>(async (c, next) => {
    const shown = digest(c.req.header(NODE_TOKEN) ?? '')
    const equal = digests.filter((each) => timingSafeEqual(each, shown))
    if (equal.length > 0) return await next()
    return refuse(c, {
      code: 'node_token_wrong',
      detail: `${NODE_TOKEN} is missing or is none that this control plane accepts.`,
      headers: { 'www-authenticate': 'Stagedoor-Node-Token' },
    })
  })
}

function digest(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}
