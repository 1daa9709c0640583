import { endianness } from 'node:os'
import { createBlockChain } from './block-file.ts'
import { createPacking } from './packed-records.ts'
import { type FeedMessage, writeChecked } from './protocol.ts'
import { BLOCK, type FileHeader, FORMAT } from './snapshot-file.ts'

/** Makes the file of a snapshot, piece by piece. */
export type SnapshotWriter = {
  readonly header: string
  /** The pieces that are complete with this message; undefined where none is. */
  readonly add: (message: FeedMessage) => readonly Uint8Array[] | undefined
  /** What is left. */
  readonly rest: () => readonly Uint8Array[]
}

/** @param history its name in the headers of all files that belong to it */
export function createSnapshotWriter(history: string): SnapshotWriter {
  const header = writeChecked({
    kind: 'policy_snapshot',
    history,
    format: FORMAT,
    order: endianness(),
  } satisfies FileHeader)
  const chain = createBlockChain(header)
  const packing = createPacking()
  const sealed = (kind: number, content: Uint8Array): readonly Uint8Array[] => [
    chain.seal(kind, content),
    content,
  ]
  const rest = (): readonly Uint8Array[] => (packing.isEmpty() ? [] : sealed(BLOCK.records, packing.take()))
  return {
    header,
    add: (message) => {
      if (message.kind === 'record') {
        packing.add(message.record)
        return packing.isFull() ? rest() : undefined
      }
      return [...rest(), ...sealed(BLOCK.message, Buffer.from(JSON.stringify(message)))]
    },
    rest,
  }
}
