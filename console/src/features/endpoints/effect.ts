import type { Schemas } from '#api/client.ts'
import type { Holds } from '#features/receipts/receipt-notice.ts'
import type { EndpointIndex } from './endpoint-index.ts'

type Options = {
  readonly before: Schemas['AllowedEndpoints']
  readonly index: Pick<EndpointIndex, 'places'>
}

/** What a saved choice changes for programs. What has left the catalogs was refused already. */
export function effectOf(after: Schemas['ChosenEndpoints'], { before, index }: Options): Holds {
  if (after.kind === 'all') return before.kind === 'all' ? 'list' : 'added'
  if (before.kind === 'all') return 'takenOff'
  const now = new Set(after.endpoints)
  const then = new Set(before.endpoints)
  const takesOff = before.endpoints.some((id) => !now.has(id) && index.places.has(id))
  const adds = after.endpoints.some((id) => !then.has(id))
  if (takesOff === adds) return 'list'
  return takesOff ? 'takenOff' : 'added'
}
