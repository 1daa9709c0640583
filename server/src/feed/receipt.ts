/** Which gateways decide by a change. Instants are epoch milliseconds. */
export type Receipt = {
  /** How many may answer calls at the moment: those with a lease, and those silent for less than `max_stale`. */
  readonly gateways: number
  readonly confirmed: number
  readonly elapsedMs: number
  /**
   * False where the database could not be asked: then nobody counts as confirmed, and there may be gateways that are not named.
   */
  readonly complete: boolean
  /** Those that may still decide as before. */
  readonly pending: readonly PendingGateway[]
}

export type PendingGateway = {
  readonly id: string
  readonly name: string
  /**
   * `late` has a lease and was waited for; `silent` has none any more; `stopped` has ended cleanly and answers nothing, but
   * could begin again from its snapshot file. Only the first two count as gateways.
   */
  readonly state: 'late' | 'silent' | 'stopped'
  readonly lastSeenAt: number
  /** Whatever happens to it, it refuses every call of the tenant from then on unless it has learnt of the change. */
  readonly decidesUntil: number
}

/** Waits for the gateways. */
export type Confirm = (options: {
  /** Whose change it is: `max_stale` is a setting of the tenant. */
  readonly tenantId: string
  /** How long to wait at most, in milliseconds. 5,000 unless told. */
  readonly waitMs?: number
}) => Promise<Receipt>
