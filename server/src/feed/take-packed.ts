import { beginsCredential, PACKED_WORDS, STANDS_ELSEWHERE } from '#policy/packed-row.ts'
import { AT } from '#policy/row-layout.ts'
import type { StagedPolicy } from '#policy/staged-policy.ts'
import { SourceError } from './change-source.ts'
import { isGivenStanding } from './check-record.ts'
import type { PackedRecords } from './packed-records.ts'
import type { PolicyDigest } from './policy-digest.ts'

type Into = {
  readonly staged: StagedPolicy
  readonly digest: PolicyDigest
  /** For a record that stands elsewhere. Throws where it is none. */
  readonly put: (record: unknown) => void
}

/** Enters the records of a block, in their order. Answers how many; throws SourceError `damaged` where they cannot be ones. */
export function takePacked(
  { rows, first, standings, others }: PackedRecords,
  { staged, digest, put }: Into,
): number {
  if (!standings.every(isGivenStanding) || !staged.name(first, standings))
    throw damaged('the standings of a block cannot be read')
  let records = 0
  let from = 0
  let other = 0
  const insertUntil = (to: number): void => {
    if (!staged.insert(rows, from, to)) throw damaged('the rows of a block cannot be read')
    digest.applyRows(rows, from, to)
  }
  for (let at = 0; at < rows.length; at += PACKED_WORDS) {
    const flags = rows[at + AT.flags] ?? 0
    if (beginsCredential(flags)) records += 1
    if (flags !== STANDS_ELSEWHERE) continue
    insertUntil(at)
    put(others[other])
    other += 1
    from = at + PACKED_WORDS
  }
  insertUntil(rows.length)
  if (other !== others.length) throw damaged('a block has records that none of its rows speaks of')
  return records
}

function damaged(message: string): SourceError {
  return new SourceError('damaged', message)
}
