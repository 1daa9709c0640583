import type { AnalysedBatch, BatchPart } from '#odata/batch/batch.ts'
import type { BatchResponse } from '#odata/batch/batch-answer.ts'
import { readBatchAnswer } from '#odata/batch/read-batch-answer.ts'
import { writeBatchAnswer } from '#odata/batch/write-batch-answer.ts'
import { LIMITS } from '#odata/limits.ts'
import type { Model } from '#odata/model.ts'
import type { IsGranted } from './granted.ts'
import { type GuardedAnswer, guardAnswer } from './guard-answer.ts'
import { guardErrorAnswer } from './guard-error.ts'
import type { LinkKind } from './links.ts'
import { type PartForm, passPartHeaders, readPartForm } from './part-form.ts'

export type GuardBatchOptions = {
  /** Of the analysis of the request. */
  readonly batch: Pick<AnalysedBatch, 'format' | 'parts'>
  readonly isGranted: IsGranted
  /** With the request whose answer holds the link: a token of a next page goes on with that one alone. */
  readonly rewriteUrl: (url: string, kind: LinkKind, part: BatchPart) => string | undefined
  /** For a multipart answer: new, not to be guessed. */
  readonly boundary: string
}

export type GuardedBatchAnswer =
  | { readonly ok: true; readonly contentType: string; readonly bytes: Uint8Array }
  /** `part`: the request of the batch, from 1; undefined where the whole is not understood. */
  | (Extract<GuardedAnswer, { readonly ok: false }> & { readonly part: number | undefined })

/**
 * Looks through the answer to a batch: each response by what its own request reads, as `guardAnswer` and `guardErrorAnswer`
 * do, and writes it anew. One response that may not be relayed holds back all of them, as a batch is decided as a whole.
 */
export function guardBatchAnswer(
  model: Model,
  answer: { readonly contentType: string | undefined; readonly bytes: Uint8Array },
  options: GuardBatchOptions,
): GuardedBatchAnswer {
  if (answer.bytes.length > LIMITS.answerBytes)
    return { ok: false, part: undefined, unreadable: `more than ${LIMITS.answerBytes} bytes` }
  const read = readBatchAnswer(options.batch, answer)
  if (!read.ok) return { ok: false, part: undefined, unreadable: read.problem }
  const responses: BatchResponse[] = []
  for (const response of read.responses) {
    const guarded = guardResponse(model, response, options)
    if (!guarded.ok) return { ...guarded, part: response.part.number }
    responses.push(guarded.response)
  }
  return { ok: true, ...writeBatchAnswer({ format: read.format, responses }, options.boundary) }
}

type GuardedResponse =
  | { readonly ok: true; readonly response: BatchResponse }
  | Extract<GuardedAnswer, { readonly ok: false }>

function guardResponse(model: Model, response: BatchResponse, options: GuardBatchOptions): GuardedResponse {
  const { part, status, body } = response
  const rewriteUrl = (url: string, kind: LinkKind) => options.rewriteUrl(url, kind, part)
  const headers = passPartHeaders(response, rewriteUrl)
  // What stands beside a redirection is words about it.
  if (body.length === 0 || (status >= 300 && status < 400)) return answered(response, headers, NOTHING)
  if (status >= 400) {
    const guarded = guardErrorAnswer(model, body, options.isGranted)
    return answered(response, guarded.replaced ? asJson(headers) : headers, guarded.bytes)
  }
  const { result } = part.analysis
  const form = readPartForm(response, options.batch.format)
  const guarded: GuardedAnswer = form.ok
    ? guardAnswer(model, form.bytes, { result, isGranted: options.isGranted, rewriteUrl })
    : form
  if (guarded.ok) return answered(response, headers, wholeOf(form, { guarded: guarded.bytes, body }))
  // Who may call everything loses nothing by an answer that only the upstream understands.
  return options.isGranted === 'all' ? answered(response, headers, body) : guarded
}

const NOTHING = new Uint8Array(0)

/** What was looked at may have been a part of the body: the digits between quotes. Then the body stays. */
function wholeOf(
  form: PartForm,
  { guarded, body }: { readonly guarded: Uint8Array; readonly body: Uint8Array },
): Uint8Array {
  return form.ok && guarded === form.bytes ? body : guarded
}

function answered(
  response: BatchResponse,
  headers: BatchResponse['headers'],
  body: Uint8Array,
): Extract<GuardedResponse, { readonly ok: true }> {
  return { ok: true, response: { ...response, headers, body } }
}

function asJson(headers: BatchResponse['headers']): BatchResponse['headers'] {
  return new Map([...headers, ['content-type', 'application/json']])
}
