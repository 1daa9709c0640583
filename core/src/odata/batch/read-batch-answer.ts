import { readContentType } from '#odata/body/content-type.ts'
import { attempt } from '#odata/text/refusal.ts'
import type { AnalysedBatch } from './batch.ts'
import type { BatchAnswer, BatchAnswerProblem } from './batch-answer.ts'
import { refuseBytes } from './lines.ts'
import { readJsonAnswer } from './read-json-answer.ts'
import { readMultipartAnswer } from './read-multipart-answer.ts'

/**
 * Reads the upstream's answer to a batch, of the format of the request, as strictly as requests are read, and finds
 * the request of every response: by place in a multipart answer, by id in a JSON answer. An upstream that stops at the
 * first error answers fewer; one that answers anything else than what was asked is not understood.
 */
export function readBatchAnswer(
  batch: Pick<AnalysedBatch, 'format' | 'parts'>,
  answer: { readonly bytes: Uint8Array; readonly contentType: string | undefined },
): BatchAnswer | BatchAnswerProblem {
  const read = attempt(() => {
    const type = readContentType(answer.contentType ?? '')
    const expected = batch.format === 'json' ? 'application/json' : 'multipart/mixed'
    if (type?.type !== expected) refuseBytes(`an answer that is not ${expected}`, 0)
    return batch.format === 'json'
      ? readJsonAnswer(batch.parts, answer.bytes)
      : readMultipartAnswer(batch.parts, answer.bytes, type.parameters)
  })
  if (!read.ok) return { ok: false, problem: `the answer to a batch: ${read.problem}, at byte ${read.at[0]}` }
  return { ok: true, format: batch.format, responses: read.value }
}
