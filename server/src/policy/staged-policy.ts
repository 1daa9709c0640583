import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { applyRecord } from './apply-record.ts'
import { insertRows } from './insert-rows.ts'
import type { GivenStanding } from './standings.ts'
import type { TableParts } from './table-parts.ts'

/** What is to be decided by, while it is not complete. */
export type StagedPolicy = {
  readonly apply: (record: PolicyRecord) => void
  /** Makes room for so many credentials, so that the indexes need not grow step by step. Before anything is entered. */
  readonly reserve: (credentials: number) => void
  /**
   * Gives standings the numbers that rows have for them, from `first` on; 0 forgets the ones before. False where there would
   * be a gap.
   */
  readonly name: (first: number, standings: readonly GivenStanding[]) => boolean
  /**
   * Enters rows of `packed-row.ts`, all those within these words, with the names that standings have now. False where they
   * cannot be ones; then this is good for nothing any more.
   */
  readonly insert: (words: Uint32Array, from: number, to: number) => boolean
  /** From now on everything is decided by this, and what is not in it is unknown: in one step, so that no call sees half. */
  readonly commit: () => void
}

export function stagePolicy(table: TableParts, onCommit: (table: TableParts) => void): StagedPolicy {
  let standings: number[] = []
  const forget = (): void => {
    for (const number of standings) table.standings.release(number)
    standings = []
  }
  return {
    apply: (record) => applyRecord(table, record),
    reserve: (credentials) => {
      table.credentials.reserve(credentials)
      table.tokens.reserve(credentials)
    },
    name: (first, given) => {
      if (first === 0) forget()
      if (first !== standings.length) return false
      // Each is held by its name, until credentials have it.
      for (const each of given) standings.push(table.standings.take(each))
      return true
    },
    insert: (words, from, to) => insertRows(table, { words, from, to, standings }),
    commit: () => {
      forget()
      onCommit(table)
    },
  }
}
