import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import type { AnalysedBatch } from '@stagedoor/core/odata/batch/batch.ts'
import type { AnalysedBody } from '@stagedoor/core/odata/body/analyse-body.ts'
import { secondCheckBatch } from '@stagedoor/core/odata/second-check/check-batch.ts'
import { secondCheckBody } from '@stagedoor/core/odata/second-check/check-body.ts'
import type { Doubt } from '@stagedoor/core/odata/second-check/judge.ts'
import { secondCheck } from '@stagedoor/core/odata/second-check/second-check.ts'
import type { Found } from '@stagedoor/core/odata/touches.ts'
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

/** The same for a body; `analysis` is that of the address, whose sets a body may name. */
export function doubtsOfBody(
  { model, roots }: ODataService,
  bytes: Uint8Array,
  { analysis, body }: { readonly analysis: Analysis; readonly body: AnalysedBody },
): readonly Doubt[] {
  const verdict = secondCheckBody(model, { bytes, mount: roots.mount }, together([analysis, body]))
  return verdict.ok ? [] : [verdict.doubt]
}

/** The same for a batch, by what all of its requests reach. */
export function doubtsOfBatch(
  { model, roots }: ODataService,
  bytes: Uint8Array,
  { parts }: AnalysedBatch,
): readonly Doubt[] {
  const verdict = secondCheckBatch(model, { bytes, mount: roots.mount }, together(parts))
  return verdict.ok ? [] : [verdict.doubt]
}

function together(found: readonly Found[]): Found {
  return {
    touches: found.flatMap(({ touches }) => touches),
    unknownReach: found.flatMap(({ unknownReach }) => unknownReach),
    names: new Set(found.flatMap(({ names }) => [...names])),
  }
}
