/** Time as of the last tick: looking at it costs nothing. */
export type CoarseClock = {
  /** ms, monotonic. At most one tick behind. */
  now: number
  /** A field line with its CRLF (RFC 9110 6.6.1). */
  dateLine: string
}

export type Clocks = {
  /** ms since 1970. */
  readonly now: () => number
  /** ms, never going back. */
  readonly monotonic: () => number
}

export function createCoarseClock(clocks: Clocks): CoarseClock {
  const clock = { now: 0, dateLine: '' }
  tick(clock, clocks)
  return clock
}

export function tick(clock: CoarseClock, { now, monotonic }: Clocks): void {
  clock.now = monotonic()
  clock.dateLine = `date: ${new Date(now()).toUTCString()}\r\n`
}
