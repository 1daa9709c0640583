import { Readable } from 'node:stream'
import type { CallerAnswer, CallerRequest } from './caller/caller-call.ts'
import { fieldOf } from './fields.ts'

/** What else is answered on the gateway's port, by exact path. */
export type SideDoor = {
  readonly paths: ReadonlySet<string>
  readonly handle: (request: Request, caller: { readonly address: string }) => Promise<Response>
}

/** Whether a request is for the side door. */
export function isBeside({ paths }: SideDoor, target: string): boolean {
  const mark = target.indexOf('?')
  return paths.has(mark < 0 ? target : target.slice(0, mark))
}

/** Answers a request by the side door. Rejects where that cannot answer. */
export async function answerBeside(
  { handle }: SideDoor,
  request: CallerRequest,
  answer: CallerAnswer,
): Promise<void> {
  const response = await handle(toRequest(request, answer), { address: request.remoteAddress })
  const fields: string[] = []
  for (const [name, value] of response.headers) fields.push(name, value)
  if (answer.isClosed()) return
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (!response.headers.has('content-length')) fields.push('content-length', String(bytes.length))
  answer.writeHead(response.status, fields)
  answer.end(bytes)
}

function toRequest(request: CallerRequest, answer: CallerAnswer): Request {
  const { method, target, fields, framing, isSecure } = request
  const headers = new Headers()
  for (let at = 0; at + 1 < fields.length; at += 2) headers.append(fields[at] ?? '', fields[at + 1] ?? '')
  const host = fieldOf(fields, 'host') || 'localhost'
  const url = `${isSecure ? 'https' : 'http'}://${host}${target}`
  if (framing.kind === 'none' || method === 'GET' || method === 'HEAD')
    return new Request(url, { method, headers })
  answer.writeContinue()
  // Bodies for the side door are small; what is longer is refused there as it comes.
  const init = { method, headers, body: Readable.toWeb(request.body()), duplex: 'half' }
  return Reflect.construct(Request, [url, init])
}
