import type { ODataProblem } from '#odata/analysis.ts'
import { readContentType, requireJson } from '#odata/body/content-type.ts'
import { LIMITS } from '#odata/limits.ts'
import type { Model } from '#odata/model.ts'
import { refuseLimit } from '#odata/request/problem.ts'
import { attempt, refuse } from '#odata/text/refusal.ts'
import type { AnalysedBatch, BatchBody, BatchOptions, BatchWalk } from './batch.ts'
import { isBoundary } from './multipart.ts'
import { readJsonBatch } from './read-json-batch.ts'
import { readMultipartBatch } from './read-multipart.ts'
import { writeJsonBatch, writeMultipartBatch } from './write-batch.ts'

/**
 * Reads a batch (odata.md rows 66 to 72), multipart or JSON, understands each of its requests along the model, and
 * writes it anew: nothing of what came goes upstream but the bodies, which were read too. A problem says in `part`
 * which request it stands in. Too large a batch is refused by its size alone, too many requests at the first one beyond.
 */
export function analyseBatch(
  model: Model,
  batch: BatchBody,
  options: BatchOptions,
): AnalysedBatch | ODataProblem {
  const read = attempt(() => readBatch(model, batch, options))
  return read.ok ? read.value : read
}

function readBatch(
  model: Model,
  { bytes, contentType = '' }: BatchBody,
  options: BatchOptions,
): AnalysedBatch {
  if (bytes.length > LIMITS.batchBytes) {
    refuseLimit('batchBytes', 'the batch is too large', { in: 'body', at: [0, bytes.length] })
  }
  const type = readContentType(contentType)
  if (type?.type !== 'multipart/mixed') {
    requireJson(contentType)
    const walk = startBatch('json', model, options)
    const dependencies = readJsonBatch(walk, bytes)
    return finish(walk, 'application/json', writeJsonBatch(walk.written, dependencies))
  }
  const boundary = type.parameters.get('boundary') ?? ''
  if (!isBoundary(boundary)) {
    const problem = 'multipart/mixed without a boundary of 1 to 70 characters'
    refuse({ code: 'odata_body_type', problem, in: 'header', at: [0, contentType.length] })
  }
  const walk = startBatch('multipart', model, options)
  readMultipartBatch(walk, bytes, boundary)
  const written = writeMultipartBatch(walk.written, options.boundary)
  return finish(walk, `multipart/mixed; boundary=${options.boundary}`, written)
}

function startBatch(format: BatchWalk['format'], model: Model, options: BatchOptions): BatchWalk {
  return { format, model, options, written: [], ids: new Set(), references: new Map() }
}

function finish(walk: BatchWalk, contentType: string, bytes: Uint8Array): AnalysedBatch {
  const parts = walk.written.map(({ part }) => part)
  return { ok: true, format: walk.format, parts, contentType, bytes }
}
