import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import type { AnalysedBatch } from '@stagedoor/core/odata/batch/batch.ts'
import type { AnalysedBody } from '@stagedoor/core/odata/body/analyse-body.ts'
import { secondCheck } from '@stagedoor/core/odata/second-check/second-check.ts'
import type { Doubt } from './desk.ts'
import type { ODataService } from './services.ts'

export type CheckedTarget = { readonly method: string; readonly text: string; readonly queryBody?: string }

/** Where a second reading of the address, and of the body of a `/$query`, does not agree with the analysis. */
export function doubtsOfTarget(
  { model, roots }: ODataService,
  { method, text, queryBody }: CheckedTarget,
  analysis: Analysis,
): readonly Doubt[] {
  // What a service says of itself names nothing of its model.
  if (analysis.kind !== 'resource') return []
  const verdict = secondCheck(model, { method, rawTarget: text, queryBody, mount: roots.mount }, analysis)
  return verdict.ok ? [] : [verdict.doubt]
}

export type RawBody = { readonly bytes: Uint8Array; readonly contentType: string }

/** The same for a body. */
export function doubtsOfBody(_service: ODataService, _raw: RawBody, _body: AnalysedBody): readonly Doubt[] {
  return []
}

/** The same for a batch. */
export function doubtsOfBatch(
  _service: ODataService,
  _raw: RawBody,
  _batch: AnalysedBatch,
): readonly Doubt[] {
  return []
}
