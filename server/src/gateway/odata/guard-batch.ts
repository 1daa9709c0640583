import { guardBatchAnswer } from '@stagedoor/core/odata/answer/guard-batch-answer.ts'
import type { ServiceAddresses } from '@stagedoor/core/odata/answer/links.ts'
import type { AnalysedBatch } from '@stagedoor/core/odata/batch/batch.ts'
import type { UpstreamAnswer } from '#gateway/ask-upstream.ts'
import { toHeaders } from '#gateway/fields.ts'
import type { ForwardProblem } from '#gateway/upstream-problem.ts'
import { headerOf, toODataCallerHeaders } from './answer-headers.ts'
import { newBoundary } from './boundary.ts'
import { type Desk, isRestricted, takeRoom } from './desk.ts'
import { grantedTo, invalidAnswer, noRoom, refusedAnswer, rewriterOf, sendError } from './guard.ts'
import { holdAnswer } from './hold-answer.ts'

export type BatchGuardContext = { readonly batch: AnalysedBatch; readonly addresses: ServiceAddresses }

/** Sends the answer to a batch, every response read through by what its own request reads. */
export async function deliverBatch(
  desk: Desk,
  answer: UpstreamAnswer,
  { batch, addresses }: BatchGuardContext,
): Promise<ForwardProblem | undefined> {
  const { call, deps, service } = desk
  const headers = toHeaders(answer.fields)
  const held = await holdAnswer(answer.body, (count) => takeRoom(desk, count))
  if (held.kind === 'no_room') return noRoom()
  if (held.kind === 'too_long') return invalidAnswer('It is too long to be read. Ask for less at a time.')
  if (answer.status >= 400) return sendError({ desk, answer, headers, addresses }, held.bytes)
  if (answer.status !== 200) return invalidAnswer('It was no answer to a batch.')
  const given = headerOf(headers, 'content-type')
  const guarded = guardBatchAnswer(
    service.model,
    { bytes: held.bytes, contentType: given === '' ? undefined : given },
    {
      batch,
      isGranted: grantedTo(desk),
      rewriteUrl: (url, kind, { analysis }) => rewriterOf({ desk, analysis, addresses })(url, kind),
      boundary: newBoundary(deps),
    },
  )
  if (!guarded.ok && (isRestricted(desk) || !guarded.unreadable)) return refusedAnswer(desk, guarded)
  // Who may call everything loses nothing by an answer that only the upstream understands.
  const sent = guarded.ok ? guarded : { bytes: held.bytes, contentType: given }
  const kept = headers.filter(([name]) => name !== 'content-type')
  const options = { requestId: call.requestId, addresses, media: false, length: sent.bytes.length }
  const named = toODataCallerHeaders(kept, options)
  call.answer.writeHead(200, [...named, 'content-type', sent.contentType])
  call.answer.end(sent.bytes)
  return undefined
}
