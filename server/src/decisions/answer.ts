import type { ServerResponse } from 'node:http'
import type { RefusalAnswer } from '#gateway/refusal-answer.ts'

/** An answer to whoever asks, not yet on the wire. Header names are in lower case; a body is written as JSON. */
export type Answer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: object
}

/** A refusal under its own status, as the caller of the API is to see it. */
export function openAnswer({ status, headers, body }: RefusalAnswer): Answer {
  return { status, headers: { ...headers, ...refusedHeaders(status, body.code) }, body }
}

/**
 * The same for nginx, whose auth_request passes on 401 and 403 and turns every other refusal into 500: the real status and
 * the code stand in headers. Nobody reads a body there, and a challenge would stand twice in the answer to the caller: nginx
 * adds it to the one of the refusal that it fetches afterwards.
 */
export function narrowAnswer({ status, body }: RefusalAnswer): Answer {
  const headers = { ...refusedHeaders(status, body.code), 'cache-control': 'no-store' }
  return { status: status === 401 ? 401 : 403, headers }
}

function refusedHeaders(status: number, code: string): Readonly<Record<string, string>> {
  return { 'x-stagedoor-status': String(status), 'x-stagedoor-code': code }
}

/** Writes it. Whatever the request still sends is not waited for: the connection ends then. */
export function sendAnswer(
  response: ServerResponse,
  { status, headers, body }: Answer,
  requestId: string,
): void {
  const bytes = Buffer.from(body === undefined ? '' : JSON.stringify(body))
  const isOver = response.req.complete || !announcesBody(response)
  response.writeHead(status, {
    ...headers,
    ...(!isOver && { connection: 'close' }),
    'x-request-id': requestId,
    'content-length': bytes.length,
  })
  response.end(bytes)
}

function announcesBody({ req: { headers } }: ServerResponse): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0
}
