import type { ChangeSource } from '#feed/change-source.ts'
import { createPolicyDigest } from '#feed/policy-digest.ts'
import type { FeedMessage } from '#feed/protocol.ts'

/** The smallest follower there can be: keeps a digest, and notes what should not be. */
export type TestFollower = {
  readonly seq: () => number
  readonly digest: () => string
  readonly faults: readonly string[]
  readonly messages: readonly FeedMessage[]
  /** Resolves when it stands at this position, or has ended. */
  readonly reached: (seq: number) => Promise<void>
  readonly stop: () => Promise<void>
}

/** Loads the snapshot, then follows. Acknowledges each change where it is given a name. */
export async function startFollower(
  source: ChangeSource,
  { lose = () => false, name }: { readonly lose?: (seq: number) => boolean; readonly name?: string } = {},
): Promise<TestFollower> {
  const ended = new AbortController()
  const digest = createPolicyDigest()
  const faults: string[] = []
  const messages: FeedMessage[] = []
  let seq = -1
  const waiting: (() => void)[] = []
  const acknowledge = async (): Promise<void> => {
    if (name === undefined) return
    const [nodeId, instance] = [`node_${name}`, `instance_${name}`]
    await source.acknowledge({ nodeId, instance, name, seq, digest: digest.read(), configDigest: 'same' })
  }
  for await (const message of source.snapshot(ended.signal)) {
    if (message.kind === 'snapshot_begin') seq = message.seq
    if (message.kind === 'record') digest.apply(message.record)
    if (message.kind === 'snapshot_end' && message.digest !== digest.read()) faults.push('snapshot digest')
  }
  await acknowledge()
  const done = (async () => {
    for await (const message of source.changes(seq, ended.signal)) {
      messages.push(message)
      if (message.kind === 'reload') break
      if (message.kind === 'heartbeat' && message.seq !== seq)
        faults.push(`heartbeat ${message.seq} at ${seq}`)
      if (message.kind !== 'change' || lose(message.seq)) continue
      if (message.seq !== seq + 1) faults.push(`${message.seq} after ${seq}`)
      seq = message.seq
      digest.apply(message.record)
      await acknowledge()
      for (const wake of waiting.splice(0)) wake()
    }
  })().catch((error: unknown) => faults.push(String(error)))
  let over = false
  const isOver = done.finally(() => {
    over = true
    for (const wake of waiting.splice(0)) wake()
  })
  async function reached(target: number): Promise<void> {
    if (seq >= target || over) return
    await new Promise<void>((resolve) => waiting.push(resolve))
    await reached(target)
  }
  return {
    seq: () => seq,
    digest: digest.read,
    faults,
    messages,
    reached,
    stop: async () => {
      ended.abort()
      await isOver
    },
  }
}
