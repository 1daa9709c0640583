import { type Connection, cut } from './connection.ts'
import type { CallerLimits } from './limits.ts'

/** An accepted connection, counted. */
export type Guest = {
  readonly group: string
  /** None during the TLS handshake. */
  connection: Connection | undefined
  readonly drop: () => void
}

/** All of a listener's connections, in the order in which they came. */
export type Guests = {
  readonly all: Set<Guest>
  readonly byGroup: Map<string, number>
  /** Who goes next when room is needed; looked up many at a time. */
  leavers: Guest[]
  /** Nobody would go: not looked at again before the next tick. */
  isFull: boolean
}

const LEAVERS_MAX = 64

export function createGuests(): Guests {
  return { all: new Set(), byGroup: new Map(), leavers: [], isFull: false }
}

/**
 * Counts a new connection, or has no place for it: one address has many already, or all places are taken by connections that work.
 * The oldest of those that wait or still send a head make room.
 */
export function admit(guests: Guests, guest: Guest, limits: CallerLimits): boolean {
  const { all, byGroup } = guests
  const ofGroup = byGroup.get(guest.group) ?? 0
  if (ofGroup >= limits.connectionsPerAddress) return false
  while (all.size >= limits.connections) {
    const leaver = nextLeaver(guests)
    if (leaver === undefined) return false
    dismiss(guests, leaver)
    if (leaver.connection === undefined) leaver.drop()
    else cut(leaver.connection)
  }
  all.add(guest)
  byGroup.set(guest.group, ofGroup + 1)
  return true
}

/** Counts it no longer. */
export function dismiss(guests: Guests, guest: Guest): void {
  if (!guests.all.delete(guest)) return
  const left = (guests.byGroup.get(guest.group) ?? 0) - 1
  if (left > 0) guests.byGroup.set(guest.group, left)
  else guests.byGroup.delete(guest.group)
}

function nextLeaver(guests: Guests): Guest | undefined {
  for (;;) {
    const next = guests.leavers.pop() ?? lookForLeavers(guests)
    if (next === undefined || (guests.all.has(next) && isWaiting(next))) return next
  }
}

function lookForLeavers(guests: Guests): Guest | undefined {
  if (guests.isFull) return undefined
  const found: Guest[] = []
  for (const guest of guests.all) {
    if (isWaiting(guest)) found.push(guest)
    if (found.length === LEAVERS_MAX) break
  }
  guests.isFull = found.length === 0
  guests.leavers = found.toReversed()
  return guests.leavers.pop()
}

function isWaiting({ connection }: Guest): boolean {
  return connection === undefined || connection.phase === 'head' || connection.phase === 'linger'
}
