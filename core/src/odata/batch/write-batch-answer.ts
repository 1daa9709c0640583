import type { BatchAnswer, BatchResponse } from './batch-answer.ts'
import { joinPieces } from './bytes.ts'
import { writeHeader } from './headers.ts'

type Pieces = (string | Uint8Array)[]

/** Headers that are written anew or say something of the upstream's envelope alone. */
const ENVELOPE = new Set([
  'content-length',
  'content-id',
  'content-transfer-encoding',
  'transfer-encoding',
  'connection',
])

/**
 * Writes the answer to a batch anew, with the bodies and headers that the responses have by now. `boundary` is for a
 * multipart answer: new, not to be guessed.
 */
export function writeBatchAnswer(
  { format, responses }: Pick<BatchAnswer, 'format' | 'responses'>,
  boundary: string,
): { readonly contentType: string; readonly bytes: Uint8Array } {
  return format === 'json'
    ? { contentType: 'application/json', bytes: writeJson(responses) }
    : { contentType: `multipart/mixed; boundary=${boundary}`, bytes: writeMultipart(responses, boundary) }
}

function writeMultipart(responses: readonly BatchResponse[], boundary: string): Uint8Array {
  const pieces: Pieces = []
  let open: string | undefined
  for (const response of responses) {
    const group = response.whole ? undefined : response.part.group
    if (open !== undefined && group !== open) pieces.push(`--${innerBoundary(open, boundary)}--\r\n`)
    if (group !== undefined && group !== open) {
      pieces.push(
        `--${boundary}\r\nContent-Type: multipart/mixed; boundary=${innerBoundary(group, boundary)}\r\n\r\n`,
      )
    }
    open = group
    pieces.push(`--${group === undefined ? boundary : innerBoundary(group, boundary)}\r\n`)
    addResponse(pieces, response)
  }
  if (open !== undefined) pieces.push(`--${innerBoundary(open, boundary)}--\r\n`)
  pieces.push(`--${boundary}--\r\n`)
  return joinPieces(pieces)
}

/** `changesetresponse_` is what o.js looks for. The outer boundary is no beginning of it: clients split at that. */
function innerBoundary(group: string, boundary: string): string {
  return `${group.replace('changeset', 'changesetresponse')}_${boundary}`
}

function addResponse(pieces: Pieces, { part, whole, status, headers, body }: BatchResponse): void {
  pieces.push('Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n')
  if (part.id !== undefined && !whole) pieces.push(`Content-ID: ${part.id}\r\n`)
  pieces.push(`\r\nHTTP/1.1 ${status} ${REASONS[status] ?? (status < 400 ? 'OK' : 'Error')}\r\n`)
  for (const [name, value] of headers) if (!ENVELOPE.has(name)) pieces.push(writeHeader(name, value))
  pieces.push(`Content-Length: ${body.length}\r\n\r\n`, body, '\r\n')
}

function writeJson(responses: readonly BatchResponse[]): Uint8Array {
  const pieces: Pieces = ['{"responses":[']
  for (const [index, { part, whole, status, headers, body }] of responses.entries()) {
    const { id, group } = part
    const head = {
      id: whole ? group : id,
      ...(group === undefined ? {} : { atomicityGroup: group }),
      status,
      headers: Object.fromEntries([...headers].filter(([name]) => !ENVELOPE.has(name))),
    }
    pieces.push(index === 0 ? '' : ',', JSON.stringify(head).slice(0, -1))
    if (body.length > 0) pieces.push(',"body":', body)
    pieces.push('}')
  }
  pieces.push(']}')
  return joinPieces(pieces)
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  412: 'Precondition Failed',
  424: 'Failed Dependency',
  428: 'Precondition Required',
  500: 'Internal Server Error',
}
