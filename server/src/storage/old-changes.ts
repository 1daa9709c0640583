import type { Queries } from './database.ts'

export type OldChangesOptions = {
  /** Epoch milliseconds: what happened before it may be forgotten. */
  readonly before: number
  /** How many at most. */
  readonly limit: number
}

/** Forgets the oldest changes, never the newest, and leaves no gap. Answers how many. */
export async function changeForgetOld(trx: Queries, { before, limit }: OldChangesOptions): Promise<number> {
  const oldest = await trx
    .selectFrom('changes')
    .select(['seq', 'occurred_at'])
    .orderBy('seq')
    .limit(limit + 1)
    .execute()
  // Clocks go back: what came after something that is kept is kept too. The last one may be the newest.
  const kept = oldest.findIndex((change) => change.occurred_at >= before)
  const count = kept === -1 ? oldest.length - 1 : Math.min(kept, oldest.length - 1)
  const last = oldest[count - 1]
  if (last === undefined) return 0
  await trx.deleteFrom('changes').where('seq', '<=', last.seq).execute()
  return count
}
