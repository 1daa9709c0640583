import { readContentType } from '#odata/body/content-type.ts'
import type { BatchPart } from './batch.ts'
import type { BatchResponse } from './batch-answer.ts'
import { readHeaders } from './headers.ts'
import { lineAt, lineBreakOf, lineText, type Range, refuseBytes, skipBlankLines } from './lines.ts'
import { type Multipart, partsOf } from './multipart.ts'
import { boundaryOf, describe } from './read-multipart.ts'

type Response = Omit<BatchResponse, 'part' | 'whole'> & { readonly id: string | undefined }

/** Responses stand in the order of the requests, those of a change set in a multipart of their own (Part 1, 11.7.7.5). */
export function readMultipartAnswer(
  parts: readonly BatchPart[],
  bytes: Uint8Array,
  parameters: ReadonlyMap<string, string>,
): readonly BatchResponse[] {
  const end = bytes.length
  const whole = {
    bytes,
    boundary: boundaryOf(parameters, { start: 0, end }),
    kind: lineBreakOf(bytes),
    start: 0,
    end,
  }
  const responses: BatchResponse[] = []
  let asked = 0
  for (const range of partsOf(whole)) {
    const first = parts[asked]
    if (!first) refuseBytes('more responses than requests', range.start)
    const group = first.group === undefined ? [first] : groupOf(parts, first.group)
    asked += group.length
    const described = describe(whole, range)
    const type = readContentType(described.headers.get('content-type') ?? '')
    if (type?.type === 'multipart/mixed') {
      if (first.group === undefined) refuseBytes('a change set where a response was expected', range.start)
      const boundary = boundaryOf(type.parameters, range)
      responses.push(...readChangeSet({ ...whole, boundary, start: described.next, end: range.end }, group))
    } else {
      responses.push(answering(readResponse(whole, range), group))
    }
  }
  return responses
}

function groupOf(parts: readonly BatchPart[], group: string): readonly BatchPart[] {
  return parts.filter((part) => part.group === group)
}

/** One response for one request, or for a change set that has failed as a whole. */
function answering(response: Response, group: readonly BatchPart[]): BatchResponse {
  const [part] = group
  if (!part) throw new Error('A response answers a request')
  const whole = group.length > 1
  if (whole && response.status < 400) refuseBytes('one response for a change set that has not failed', 0)
  if (!whole) checkId(response, part)
  return { ...response, part, whole }
}

function readChangeSet(changeSet: Multipart, group: readonly BatchPart[]): readonly BatchResponse[] {
  const responses = [...partsOf(changeSet)].map((range) => readResponse(changeSet, range))
  if (responses.length !== group.length)
    refuseBytes('a change set with another number of responses', changeSet.start)
  // The order in a change set is the service's own: the ids decide where there are any.
  const byId = new Map(responses.map((response) => [response.id, response]))
  const named = byId.size === group.length && group.every(({ id }) => id !== undefined && byId.has(id))
  return group.map((part, index) => {
    const response = named ? byId.get(part.id) : responses[index]
    if (!response) refuseBytes('a request without a response', changeSet.start)
    checkId(response, part)
    return { ...response, part, whole: false }
  })
}

function checkId(response: Response, part: BatchPart): void {
  if (response.id !== undefined && part.id !== undefined && response.id !== part.id) {
    refuseBytes('a response with the Content-ID of another request', 0)
  }
}

function readResponse(multipart: Multipart, range: Range): Response {
  const { bytes, kind } = multipart
  const described = describe(multipart, range)
  if (readContentType(described.headers.get('content-type') ?? '')?.type !== 'application/http') {
    refuseBytes('a part that is not application/http', range.start, range.end)
  }
  const start = skipBlankLines(bytes, described.next, kind, range.end)
  const line = lineAt(bytes, start, kind, range.end)
  const [, status] = /^HTTP\/1\.[01] ([1-5]\d\d)(?: .*)?$/.exec(lineText(bytes, line)) ?? []
  if (status === undefined) refuseBytes('a status line was expected', line.start, line.end)
  const { headers, next } = readHeaders(bytes, { start: line.next, end: range.end }, kind)
  const id = described.headers.get('content-id') ?? headers.get('content-id')
  const length = headers.get('content-length')
  const body = cut(bytes.subarray(next, range.end), length)
  return { id, status: Number(status), headers, body }
}

/** The body without blank lines that its Content-Length does not count; without them all where only they are left. */
function cut(bytes: Uint8Array, length: string | undefined): Uint8Array {
  const wanted = length !== undefined && /^\d{1,9}$/.test(length) ? Number(length) : 0
  const isBlank = bytes.subarray(wanted).every((byte) => byte === 0x0a || byte === 0x0d)
  return isBlank ? bytes.subarray(0, wanted) : bytes
}
