import type { NodesApp, NodesDeps } from './deps.ts'

/** `GET digest`: what the database comes to, and at which position. Gateways at that position have the same. */
export function registerDigest(app: NodesApp, { publisher }: NodesDeps): void {
  app.get('/digest', async (c) => c.json(await publisher.digest()))
}
