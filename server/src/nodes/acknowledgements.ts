import type { NodesApp, NodesDeps } from './deps.ts'
import { protocolVersion } from './protocol-version.ts'
import { readJson } from './read-json.ts'
import { acknowledgementSchema } from './schemas.ts'

const BYTES_MAX = 16 * 1024

/** `POST acknowledgements`: what a gateway decides by. Renews its lease. */
export function registerAcknowledgements(app: NodesApp, { nodes }: NodesDeps): void {
  app.post('/acknowledgements', protocolVersion, async (c) => {
    const body = await readJson(c, acknowledgementSchema, { bytesMax: BYTES_MAX })
    return body.ok ? c.json(await nodes.acknowledge(body.value)) : body.refusal
  })
}
