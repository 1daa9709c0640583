import { Buffer } from 'node:buffer'
import type { ODataProblem } from '#odata/analysis.ts'
import { analyseBatch } from '#odata/batch/analyse-batch.ts'
import type { AnalysedBatch, BatchPart } from '#odata/batch/batch.ts'
import { worldModel } from '#odata/testing/requests.ts'

export const model = worldModel()

const OPTIONS = {
  roots: { origins: ['http://host'], mount: '/service' },
  openPageToken: () => undefined,
  boundary: 'fresh',
  authorization: 'Bearer own',
}

/** Analyses a batch to the service at `http://host/service`. */
export function sendBatch(bytes: string | Uint8Array, contentType: string): AnalysedBatch | ODataProblem {
  return analyseBatch(
    model,
    { bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes, contentType },
    OPTIONS,
  )
}

/** Multipart with boundary `b`; `\n` stands for the line break. */
export function sendMultipart(text: string, lineBreak = '\r\n'): AnalysedBatch | ODataProblem {
  return sendBatch(text.replaceAll('\n', lineBreak), 'multipart/mixed; boundary=b')
}

export function sendJson(requests: unknown): AnalysedBatch | ODataProblem {
  const body = typeof requests === 'string' ? requests : JSON.stringify({ requests })
  return sendBatch(body, 'application/json')
}

/** A part of a multipart batch with boundary `b`. */
export function partOf(request: string, headers = ''): string {
  return `--b\nContent-Type: application/http\nContent-Transfer-Encoding: binary\n${headers}\n${request}\n`
}

/** A change set with boundary `c`. */
export function changeSetOf(...parts: readonly string[]): string {
  const inner = parts.map((part) => part.replace('--b\n', '--c\n')).join('')
  return `--b\nContent-Type: multipart/mixed; boundary=c\n\n${inner}--c--\n`
}

/** What each request touches: `1 GET Events`; problems are their codes. */
export function touchedBy(answer: AnalysedBatch | ODataProblem): readonly string[] | string {
  return answer.ok ? answer.parts.flatMap(lines) : answer.code
}

function lines(part: BatchPart): readonly string[] {
  const who = part.id ?? `${part.number}`
  const unknown = part.unknownReach.length > 0 ? [`${who} ?`] : []
  return [...part.touches.map(({ endpoint }) => `${who} ${endpoint}`), ...unknown].toSorted()
}

/** What goes upstream, with `\n` for line breaks. */
export function written(answer: AnalysedBatch | ODataProblem): string {
  if (!answer.ok) throw new Error(answer.problem)
  return Buffer.from(answer.bytes).toString().replaceAll('\r\n', '\n')
}
