import type { NodesApp, NodesDeps } from './deps.ts'
import { protocolVersion } from './protocol-version.ts'
import { readJson } from './read-json.ts'
import { leaveSchema } from './schemas.ts'

const BYTES_MAX = 16 * 1024

/** `POST leave`: a gateway stops, and gives its lease back. */
export function registerLeave(app: NodesApp, { nodes }: NodesDeps): void {
  app.post('/leave', protocolVersion, async (c) => {
    const body = await readJson(c, leaveSchema, { bytesMax: BYTES_MAX })
    if (!body.ok) return body.refusal
    await nodes.leave(body.value)
    return c.body(null, 204)
  })
}
