import { Readable } from 'node:stream'
import type { CallerAnswer, CallerRequest } from './caller/caller-call.ts'
import { toHeaders } from './fields.ts'
import { METHODS } from './request-head.ts'
import { fieldNumber } from './wire/field-names.ts'
import { valueOf } from './wire/field-section.ts'

/** What else is answered on the gateway's port, by exact path. */
export type SideDoor = {
  readonly paths: ReadonlySet<string>
  readonly handle: (request: Request, caller: { readonly address: string }) => Promise<Response>
}

/** What the paths of the side door begin with behind their slash, as codes: most targets are told from them by that. */
export function firstLetters({ paths }: SideDoor): ReadonlySet<number> {
  return new Set([...paths].map((path) => path.charCodeAt(1)))
}

/** Whether a request is for the side door. */
export function isBeside({ paths }: SideDoor, target: string): boolean {
  const mark = target.indexOf('?')
  return paths.has(mark < 0 ? target : target.slice(0, mark))
}

/** Why a request is none that the side door could be asked. */
export type BesideProblem = {
  readonly code: 'method_not_supported' | 'request_malformed'
  readonly detail: string
}

/**
 * Answers a request by the side door, or says why it cannot be asked; then nothing has been sent. Rejects where the side door
 * breaks.
 */
export async function answerBeside(
  { handle }: SideDoor,
  request: CallerRequest,
  answer: CallerAnswer,
): Promise<BesideProblem | undefined> {
  const given = toRequest(request, answer)
  if ('code' in given) return given
  const response = await handle(given, { address: request.remoteAddress })
  const fields: string[] = []
  for (const [name, value] of response.headers) fields.push(name, value)
  if (answer.isClosed()) return undefined
  const bytes = new Uint8Array(await response.arrayBuffer())
  if (!response.headers.has('content-length')) fields.push('content-length', String(bytes.length))
  answer.writeHead(response.status, fields)
  answer.end(bytes)
  return undefined
}

const HOST = fieldNumber('host')

function toRequest(request: CallerRequest, answer: CallerAnswer): Request | BesideProblem {
  const { method, target, fields, framing, isSecure } = request
  if (!METHODS.includes(method))
    return { code: 'method_not_supported', detail: `The method ${method} is not supported here.` }
  const host = valueOf(fields, HOST) || 'localhost'
  const url = `${isSecure ? 'https' : 'http'}://${host}${target}`
  if (!URL.canParse(url)) return { code: 'request_malformed', detail: 'The header "host" is no host.' }
  const headers = new Headers()
  for (const [name, value] of toHeaders(fields)) headers.append(name, value)
  if (framing.kind === 'none' || method === 'GET' || method === 'HEAD')
    return new Request(url, { method, headers })
  answer.writeContinue()
  // Bodies for the side door are small; what is longer is refused there as it comes.
  const init = { method, headers, body: Readable.toWeb(request.body()), duplex: 'half' }
  return Reflect.construct(Request, [url, init])
}
