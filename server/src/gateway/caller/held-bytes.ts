/** Bytes that have come and cannot be used yet. */
export type HeldBytes = { bytes: Buffer; from: number; to: number }

const NOTHING = Buffer.alloc(0)
const SIZE_MIN = 1_024

export function holdNothing(): HeldBytes {
  return { bytes: NOTHING, from: 0, to: 0 }
}

/** Copies them behind what is held. How many that may be is bounded by who reads the socket. */
export function hold(held: HeldBytes, bytes: Buffer, from: number, to: number): void {
  const length = to - from
  if (held.bytes.length - held.to < length) makeRoom(held, length)
  bytes.copy(held.bytes, held.to, from, to)
  held.to += length
}

function makeRoom(held: HeldBytes, length: number): void {
  const kept = held.to - held.from
  const larger = Buffer.allocUnsafeSlow(Math.max(SIZE_MIN, 2 * (kept + length)))
  held.bytes.copy(larger, 0, held.from, held.to)
  held.bytes = larger
  held.from = 0
  held.to = kept
}

/** Everything before this index has been used. */
export function release(held: HeldBytes, from: number): void {
  held.from = from
  if (from < held.to) return
  held.bytes = NOTHING
  held.from = 0
  held.to = 0
}
