import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { createPolicyDigest } from '#feed/policy-digest.ts'
import { type FeedMessage, writeChecked } from '#feed/protocol.ts'

export function digestOf(records: readonly PolicyRecord[]): string {
  const digest = createPolicyDigest()
  for (const record of records) digest.apply(record)
  return digest.read()
}

/** What a control plane says of these records. */
export function snapshotOf(
  records: readonly PolicyRecord[],
  { seq = 1, count = records.length, digest = digestOf(records) } = {},
): readonly FeedMessage[] {
  return [
    { kind: 'snapshot_begin', seq, at: 1, count },
    ...records.map((record) => ({ kind: 'record', record }) as const),
    { kind: 'snapshot_end', digest },
  ]
}

/** The file of a snapshot as releases before the one with blocks have written it. */
export function writeLineSnapshot(history: string, messages: readonly FeedMessage[]): string {
  const lines = [writeChecked({ kind: 'policy_snapshot', history })]
  for (let from = 0; from < messages.length; from += 100)
    lines.push(writeChecked({ messages: messages.slice(from, from + 100) }))
  return lines.join('')
}
