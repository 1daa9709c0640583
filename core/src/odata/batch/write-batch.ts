import type { WrittenRequest } from './batch.ts'
import { joinPieces } from './bytes.ts'
import { writeHeader } from './headers.ts'
import type { Dependencies } from './read-json-batch.ts'

type Pieces = (string | Uint8Array)[]

/** Writes a multipart batch anew: one boundary for the whole, one for each change set, CRLF, nothing around it. */
export function writeMultipartBatch(requests: readonly WrittenRequest[], boundary: string): Uint8Array {
  const pieces: Pieces = []
  let open: string | undefined
  for (const request of requests) {
    const { group } = request.part
    if (open !== undefined && group !== open) pieces.push(`--${innerBoundary(open, boundary)}--\r\n`)
    if (group !== undefined && group !== open) {
      pieces.push(
        `--${boundary}\r\nContent-Type: multipart/mixed; boundary=${innerBoundary(group, boundary)}\r\n\r\n`,
      )
    }
    open = group
    pieces.push(`--${group === undefined ? boundary : innerBoundary(group, boundary)}\r\n`)
    addPart(pieces, request)
  }
  if (open !== undefined) pieces.push(`--${innerBoundary(open, boundary)}--\r\n`)
  pieces.push(`--${boundary}--\r\n`)
  return joinPieces(pieces)
}

/** Writes a JSON batch anew. Bodies are copied as they are. */
export function writeJsonBatch(requests: readonly WrittenRequest[], dependencies: Dependencies): Uint8Array {
  const groups = new Map(requests.map(({ part }) => [part.id, part.group]))
  const pieces: Pieces = ['{"requests":[']
  for (const [index, request] of requests.entries()) {
    const { id, number, group, analysis } = request.part
    // A request of another group is waited for by that group's name (JSON Format 19.1).
    const needs = request.needs.map((need) => {
      const other = groups.get(need)
      return other === undefined || other === group ? need : other
    })
    const dependsOn = [...new Set([...(dependencies.get(number) ?? []), ...needs])]
    const head = {
      id,
      method: analysis.method,
      url: request.address,
      ...(group === undefined ? {} : { atomicityGroup: group }),
      ...(dependsOn.length === 0 ? {} : { dependsOn }),
      headers: Object.fromEntries(request.headers),
    }
    const text = JSON.stringify(head)
    pieces.push(index === 0 ? '' : ',', text.slice(0, -1))
    if (request.body.length > 0) pieces.push(',"body":', request.body)
    pieces.push('}')
  }
  pieces.push(']}')
  return joinPieces(pieces)
}

/** The outer one is no beginning of it: there are readers who split at it without looking any further. */
function innerBoundary(group: string, boundary: string): string {
  return `${group}_${boundary}`
}

function addPart(pieces: Pieces, { part, address, headers, body }: WrittenRequest): void {
  pieces.push('Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n')
  if (part.id !== undefined) pieces.push(`Content-ID: ${part.id}\r\n`)
  pieces.push(`\r\n${part.analysis.method} ${address} HTTP/1.1\r\n`)
  for (const [name, value] of headers) pieces.push(writeHeader(name, value))
  pieces.push('\r\n', body, '\r\n')
}
