import type { Knowledge } from '@stagedoor/core/knowledge.ts'

/**
 * An acknowledgement is answered each second; after so long without an answer there is no contact any more.
 * @internal
 */
export const CONTACT_MS = 3_000
/** An answer that took its time says how things were when it was asked for. */
const ROUND_TRIP_MS_MAX = 2_000
/** Positions that are known and not yet applied; of more the older ones count, which is on the safe side. */
const AWAITED_MAX = 64

/**
 * For so long a gateway without contact decides calls of a tenant: as long as the tenant says, and through one second that
 * was missed. Milliseconds.
 */
export function decidesForMs(maxStaleMs: number): number {
  return Math.max(maxStaleMs, CONTACT_MS)
}

/** How well this gateway knows what it decides by. Instants are milliseconds of a monotonic clock. */
export type Standing = {
  /** An acknowledgement that was sent then, of position `told`, was answered: the newest change was `seq` or a later one. */
  readonly answered: (answer: {
    readonly sentAt: number
    readonly told: number
    readonly seq: number
  }) => void
  /** Everything is decided by this position from now on. */
  readonly applied: (seq: number) => void
  /** Everything is decided by a state that was loaded; what was known of later positions may be of another history. */
  readonly loaded: (seq: number) => void
  /** What is decided by comes from a file: this position, which was all there was so many milliseconds ago. */
  readonly restored: (kept: { readonly seq: number; readonly ageMs: number }) => void
  readonly isConnected: () => boolean
  /** For how long something may have changed without being known here. Infinity where that cannot be said. */
  readonly ageMs: () => number
  /** Up to which position everything was known then. Undefined before there was contact. */
  readonly knownSeq: () => number | undefined
  /** Of a tenant; without one, of a token that is not known. */
  readonly knowledgeOf: (tenantId: string | undefined) => Knowledge
}

export type StandingOptions = {
  readonly monotonic: () => number
  /** What each tenant tolerates, in milliseconds. A tenant that is not among them tolerates nothing. */
  readonly maxStaleMs: ReadonlyMap<string, number>
}

/**
 * Everything was known at the moment when the last acknowledgement was sent whose answer named no position that is not
 * applied. So a stream that is stuck while acknowledgements are answered makes knowledge old as well.
 */
export function createStanding({ monotonic, maxStaleMs }: StandingOptions): Standing {
  let isLoaded = false
  let position = -1
  let answeredAt = Number.NEGATIVE_INFINITY
  let knownAsOf = Number.NEGATIVE_INFINITY
  let knownSeq: number | undefined
  let awaited: { readonly sentAt: number; readonly seq: number }[] = []
  const ageMs = (): number => monotonic() - knownAsOf
  const isConnectedAt = (instant: number): boolean => instant - answeredAt <= CONTACT_MS
  const advance = (): void => {
    for (const { sentAt, seq } of awaited) {
      if (seq > position || sentAt < knownAsOf) continue
      knownAsOf = sentAt
      knownSeq = seq
    }
    awaited = awaited.filter(({ seq }) => seq > position)
  }
  return {
    answered: ({ sentAt, told, seq }) => {
      answeredAt = monotonic()
      // A newest change that is older than what was told is one of another history, which this gateway does not know.
      if (!(seq >= told)) return
      const last = awaited.at(-1)
      if (last && (last.seq >= seq || awaited.length >= AWAITED_MAX)) awaited.pop()
      awaited.push({ sentAt, seq: Math.max(seq, last?.seq ?? seq) })
      advance()
    },
    applied: (seq) => {
      position = seq
      advance()
    },
    loaded: (seq) => {
      isLoaded = true
      position = seq
      awaited = []
    },
    restored: ({ seq, ageMs: age }) => {
      // Neither of what is no number.
      if (!(age >= 0) || monotonic() - age < knownAsOf) return
      knownAsOf = monotonic() - age
      knownSeq = seq
    },
    isConnected: () => isConnectedAt(monotonic()),
    ageMs,
    knownSeq: () => knownSeq,
    knowledgeOf: (tenantId) => {
      if (!isLoaded) return 'absent'
      const instant = monotonic()
      const age = instant - knownAsOf
      const isCurrent = isConnectedAt(instant) && age <= CONTACT_MS + ROUND_TRIP_MS_MAX
      if (tenantId === undefined) return isCurrent ? 'current' : 'disconnected'
      // Written so that what is no number counts as too old.
      if (!(age <= decidesForMs(maxStaleMs.get(tenantId) ?? 0))) return 'stale'
      return isCurrent ? 'current' : 'disconnected'
    },
  }
}
