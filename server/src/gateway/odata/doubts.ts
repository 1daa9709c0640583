import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import type { AnalysedBatch } from '@stagedoor/core/odata/batch/batch.ts'
import type { AnalysedBody } from '@stagedoor/core/odata/body/analyse-body.ts'
import { secondCheckBatch } from '@stagedoor/core/odata/second-check/check-batch.ts'
import { secondCheckBody } from '@stagedoor/core/odata/second-check/check-body.ts'
import { secondCheck } from '@stagedoor/core/odata/second-check/second-check.ts'
import type { Found } from '@stagedoor/core/odata/touches.ts'
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

/** The same for a body. The bytes of a stream are no JSON, and name nothing. */
export function doubtsOfBody(
  { model, roots }: ODataService,
  { bytes, contentType }: RawBody,
  body: AnalysedBody,
): readonly Doubt[] {
  if (!/json/i.test(contentType) && !beginsLikeJson(bytes)) return []
  const verdict = secondCheckBody(model, { bytes, mount: roots.mount }, body)
  return verdict.ok ? [] : [verdict.doubt]
}

/** The same for a batch: for all of its requests together. */
export function doubtsOfBatch(
  { model, roots }: ODataService,
  { bytes }: RawBody,
  { parts }: AnalysedBatch,
): readonly Doubt[] {
  const found: Found = {
    touches: parts.flatMap(({ touches }) => touches),
    unknownReach: parts.flatMap(({ unknownReach }) => unknownReach),
    names: new Set(parts.flatMap(({ names }) => [...names])),
  }
  const verdict = secondCheckBatch(model, { bytes, mount: roots.mount }, found)
  return verdict.ok ? [] : [verdict.doubt]
}

/** Whatever its type says: behind blanks, marks of order and zeros stands a brace or a bracket. */
function beginsLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => byte > 0x20 && byte < 0x80)
  return first === 0x7b || first === 0x5b
}
