import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type Listening, listen } from './listen.ts'
import type { Metrics } from './metrics.ts'

/** Serves `GET /metrics` to Prometheus on this machine, without a sign-in. */
export async function listenMetrics(port: number, metrics: Metrics): Promise<Listening> {
  const server = createServer((request, response) => void answer(metrics, request, response))
  return await listen(server, { port, setting: 'STAGEDOOR_METRICS_PORT' })
}

async function answer(metrics: Metrics, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const isLook = request.method === 'GET' || request.method === 'HEAD'
  if (request.url?.split('?', 1)[0] !== '/metrics' || !isLook) {
    response.writeHead(isLook ? 404 : 405, { 'content-length': 0 }).end()
    return
  }
  try {
    const { contentType, text } = await metrics.read()
    response.writeHead(200, { 'content-type': contentType, 'cache-control': 'no-store' }).end(text)
  } catch {
    response.writeHead(500).end()
  }
}
