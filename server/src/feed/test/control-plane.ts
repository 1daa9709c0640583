import type { PolicyRecord } from '@stagedoor/core/policy-record.ts'
import { type ChangeSource, SourceError } from '#feed/change-source.ts'
import { createPolicyDigest } from '#feed/policy-digest.ts'
import type { Acknowledgement, FeedMessage } from '#feed/protocol.ts'
import type { KnownToken } from '#policy/known-token.ts'
import { createPolicy, type Policy } from '#policy/policy.ts'

export const TENANT_ID = 'tnt_one'
const CREDENTIALS = 6

/** A control plane in memory, with faults to order. */
export type TestControlPlane = {
  readonly source: ChangeSource
  /** Commits a change. Answers its position. */
  readonly change: (record: PolicyRecord) => number
  readonly newest: () => number
  /** Fingerprints of what there was to decide by at any time, the present one last. */
  readonly states: readonly string[]
  readonly acknowledged: readonly Acknowledgement[]
  readonly left: readonly string[]
  /** What was asked for: `snapshot`, `changes after 3`. */
  readonly asked: readonly string[]
  /** Ends every stream. */
  readonly cut: () => void
  /** What a stream says next, to all that are open. */
  readonly say: (message: FeedMessage) => void
  readonly faults: {
    isAway: boolean
    /** Streams and acknowledgements hang instead of failing. */
    isSilent: boolean
    /** Streams say nothing; acknowledgements are answered. */
    isStuck: boolean
    /** Of the next snapshots. */
    spoil: ((messages: FeedMessage[]) => FeedMessage[]) | undefined
    acknowledge: (() => SourceError | undefined) | undefined
    /** Changes up to this one are not kept any more. */
    forgotten: number
  }
  /** Epoch milliseconds of its clock. */
  readonly now: () => number
}

export function createTestControlPlane(now: () => number = Date.now): TestControlPlane {
  const records = new Map<string, PolicyRecord>()
  const changes: FeedMessage[] = []
  const mirror = createPolicy([])
  const states = [fingerprint(mirror)]
  const acknowledged: Acknowledgement[] = []
  const left: string[] = []
  const asked: string[] = []
  const streams = new Set<{ readonly queue: FeedMessage[]; wake: () => void; isCut: boolean }>()
  const faults: TestControlPlane['faults'] = {
    isAway: false,
    isSilent: false,
    isStuck: false,
    spoil: undefined,
    acknowledge: undefined,
    forgotten: 0,
  }
  async function reach(): Promise<void> {
    if (faults.isSilent) await new Promise(() => undefined)
    if (faults.isAway) throw new SourceError('unreachable', 'away')
  }
  function snapshotMessages(): FeedMessage[] {
    const digest = createPolicyDigest()
    for (const record of records.values()) digest.apply(record)
    const messages: FeedMessage[] = [
      { kind: 'snapshot_begin', seq: changes.length, at: now(), count: records.size },
      ...[...records.values()].map((record) => ({ kind: 'record', record }) as const),
      { kind: 'snapshot_end', digest: digest.read() },
    ]
    return faults.spoil?.(messages) ?? messages
  }
  const source: ChangeSource = {
    snapshot: async function* () {
      asked.push('snapshot')
      await reach()
      yield* copy(snapshotMessages())
    },
    changes: async function* (after, signal) {
      asked.push(`changes after ${after}`)
      await reach()
      if (after > changes.length || after < faults.forgotten) return yield { kind: 'reload' }
      const stream = { queue: changes.slice(after), wake: () => undefined as void, isCut: false }
      stream.queue.push({ kind: 'heartbeat', seq: changes.length, at: now() })
      streams.add(stream)
      signal.addEventListener('abort', () => stream.wake())
      try {
        while (!signal.aborted && !stream.isCut) {
          if (!faults.isStuck) yield* copy(stream.queue.splice(0))
          await new Promise<void>((resolve) => {
            stream.wake = resolve
            if (stream.queue.length > 0 && !faults.isStuck) resolve()
            else setTimeout(resolve, 20)
          })
          if (stream.queue.length === 0 && !faults.isSilent && !faults.isStuck)
            stream.queue.push({ kind: 'heartbeat', seq: changes.length, at: now() })
        }
        throw new SourceError('unreachable', 'cut')
      } finally {
        streams.delete(stream)
      }
    },
    acknowledge: async (acknowledgement) => {
      await reach()
      const refused = faults.acknowledge?.()
      if (refused) throw refused
      acknowledged.push(acknowledgement)
      return { at: now(), seq: changes.length, leaseMs: 10_000 }
    },
    leave: async ({ nodeId }) => {
      left.push(nodeId)
    },
  }
  function say(message: FeedMessage): void {
    for (const stream of streams) {
      stream.queue.push(message)
      stream.wake()
    }
  }
  return {
    source,
    states,
    acknowledged,
    left,
    asked,
    faults,
    now,
    newest: () => changes.length,
    say,
    cut: () => {
      for (const stream of streams) {
        stream.isCut = true
        stream.wake()
      }
    },
    change: (record) => {
      records.set(record.id, record)
      mirror.apply(record)
      states.push(fingerprint(mirror))
      const message: FeedMessage = { kind: 'change', seq: changes.length + 1, at: now(), record }
      changes.push(message)
      say(message)
      return changes.length
    },
  }
}

/** As over a wire: what a follower gets is its own. */
function copy(messages: readonly FeedMessage[]): FeedMessage[] {
  return messages.map((message) => structuredClone(message))
}

/** A record of one of a few credentials, with so many of its tokens. */
export function testRecord(
  index: number,
  options: {
    readonly active?: boolean
    readonly deleted?: boolean
    readonly tokens?: number
    readonly expiresAt?: number
  } = {},
): PolicyRecord {
  const { active = true, deleted = false, tokens = 1, expiresAt } = options
  return {
    id: `cred_${index}`,
    tenantId: TENANT_ID,
    active,
    deleted,
    allowedEndpoints: { kind: 'only', endpoints: [`endpoint:${index}:${tokens}`] },
    tokens: Array.from({ length: tokens }, (_, at) => ({
      id: `tok_${index}_${at}`,
      kind: 'api',
      digest: digestOf(index, at),
      expiresAt,
      revokedAt: deleted ? 1 : undefined,
    })),
  }
}

export function digestOf(index: number, at = 0): string {
  return `${index}${at}`.padStart(64, 'd')
}

/** What a policy knows of the token with this digest, in hex. */
export function findByHex({ findToken }: Pick<Policy, 'findToken'>, digest: string): KnownToken | undefined {
  return findToken(Buffer.from(digest, 'hex').toString('latin1'))
}

/** Everything that a policy says of every token of the test. */
export function fingerprint(policy: Pick<Policy, 'findToken'>): string {
  const said: unknown[] = []
  for (let index = 0; index < CREDENTIALS; index += 1) {
    for (let at = 0; at < 4; at += 1) {
      const found = findByHex(policy, digestOf(index, at))
      const allowed = found?.credential.allowedEndpoints
      said.push(
        found && [
          found.token.id,
          found.token.expiresAt ?? null,
          found.token.revokedAt ?? null,
          found.credential.id,
          found.credential.active,
          allowed?.kind === 'only' ? [...allowed.endpoints] : 'all',
        ],
      )
    }
  }
  return JSON.stringify(said)
}
