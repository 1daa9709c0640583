/** What a caller may take of the gateway. Times in ms; tests have smaller ones. */
export type CallerLimits = {
  /** A head, from its first byte; the first one of a connection from its acceptance, TLS handshake included. */
  readonly headMs: number
  /** Between two requests of a connection. */
  readonly idleMs: number
  /** A body that is asked for and does not come. */
  readonly bodyIdleMs: number
  readonly bodyMs: number
  /** A caller that has ended its side of the connection may be gone: for so long it is given an answer to begin. */
  readonly halfOpenMs: number
  /** An answer of which the caller takes nothing. */
  readonly answerIdleMs: number
  /** What is read away so that an answer can arrive (RFC 9112 9.6). */
  readonly discardMs: number
  readonly discardBytes: number
  /** Bytes that came too early; above it the socket is not read. */
  readonly heldBytes: number
  readonly connections: number
  /** IPv6 by /64. */
  readonly connectionsPerAddress: number
  /** How long running answers may go on when the gateway stops. */
  readonly drainMs: number
  /** How often time is looked at. Every other time is at most this much longer. */
  readonly tickMs: number
}

export const LIMITS: CallerLimits = {
  headMs: 10_000,
  idleMs: 5_000,
  bodyIdleMs: 30_000,
  bodyMs: 300_000,
  halfOpenMs: 2_000,
  answerIdleMs: 60_000,
  discardMs: 5_000,
  discardBytes: 8 * 1024 * 1024,
  heldBytes: 16_384,
  connections: 20_000,
  connectionsPerAddress: 2_000,
  drainMs: 9_000,
  tickMs: 500,
}
