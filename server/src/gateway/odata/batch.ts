import type { Allowed } from '@stagedoor/core/decision.ts'
import type { Analysis } from '@stagedoor/core/odata/analysis.ts'
import { analyseBatch } from '@stagedoor/core/odata/batch/analyse-batch.ts'
import type { AnalysedBatch, BatchPart } from '@stagedoor/core/odata/batch/batch.ts'
import type { RequestHead } from '#gateway/request-head.ts'
import { type PartFound, reachOfHead, toAddressed, toUnreadable } from './addressed.ts'
import { newBoundary } from './boundary.ts'
import { carryOut } from './carry-out.ts'
import { type Desk, pageTokenOpener, refuseDoubtful, refuseUnreadable, settle } from './desk.ts'
import { doubtsOfBatch } from './doubts.ts'
import { deliverBatch } from './guard-batch.ts'
import { type ODataCall, valueOf } from './read-call.ts'
import { readLimited } from './resource-body.ts'

/**
 * A batch is read whole, decided as a whole by what all of its requests reach, and written anew: of what came, only bodies
 * that were read go upstream (odata.md rows 66 to 71).
 */
export async function exchangeBatch(
  desk: Desk,
  read: ODataCall,
  { head, analysis }: { readonly head: RequestHead; readonly analysis: Analysis },
): Promise<void> {
  const bytes = await readLimited(desk, head, 'batchBytes')
  if (!bytes) return
  const contentType = valueOf(read.headers, 'content-type')
  const authorization = valueOf(read.headers, 'authorization')
  const batch = readBatch(desk, { bytes, contentType, authorization })
  if (!batch) return
  const doubts = doubtsOfBatch(desk.service, bytes, batch)
  if (doubts.length > 0) return refuseDoubtful(desk, doubts)
  const found = [...batch.parts.map(foundIn), reachOfHead(read)]
  const allowed: Allowed | undefined = settle(desk, toAddressed(desk.service.matcher, found))
  if (!allowed) return
  const body = { kind: 'held', content: Buffer.from(batch.bytes) } as const
  await carryOut(desk, read, {
    ready: { allowed, analysis, body, contentType: batch.contentType },
    deliver: (answer, addresses) => deliverBatch(desk, answer, { batch, addresses }),
  })
}

type Sent = { readonly bytes: Buffer; readonly contentType: string; readonly authorization: string }

function readBatch(desk: Desk, { bytes, contentType, authorization }: Sent): AnalysedBatch | undefined {
  const { service, deps } = desk
  const batch = analyseBatch(
    service.model,
    { bytes, contentType: contentType === '' ? undefined : contentType },
    {
      roots: service.roots,
      openPageToken: pageTokenOpener(desk),
      boundary: newBoundary(deps),
      authorization,
    },
  )
  return batch.ok ? batch : refuseUnreadable(desk, toUnreadable(batch))
}

/** What one request of a batch reaches, each place named with the request. */
function foundIn({ id, number, touches, unknownReach }: BatchPart): PartFound {
  const part = id ?? String(number)
  return {
    touches: touches.map(({ endpoint, by }) => ({ endpoint, by: by.map((cause) => ({ ...cause, part })) })),
    unknownReach: unknownReach.map((cause) => ({ ...cause, part })),
  }
}
