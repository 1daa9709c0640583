import { createMiddleware } from 'hono/factory'
import { PROTOCOL_VERSION } from '#feed/protocol.ts'
import { refuse } from './answers.ts'
import type { NodesEnv } from './deps.ts'

/** Refuses gateways that speak another version, or do not say which: `?v=1`. */
export const protocolVersion = createMiddleware<NodesEnv>(async (c, next) => {
  if (c.req.query('v') === String(PROTOCOL_VERSION)) return await next()
  return refuse(c, {
    code: 'node_protocol_version',
    detail: `This control plane speaks version ${PROTOCOL_VERSION}.`,
    extra: { version: PROTOCOL_VERSION },
  })
})
