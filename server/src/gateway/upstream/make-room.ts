import type { UpstreamConnection } from './connection.ts'
import type { WaitingCalls } from './waiting-calls.ts'

/** For so long a caller may keep a connection waiting that others wait for. */
const KEPT_MS_MAX = 1_000

/** Of a pool's connections, what one caller may have at the same time: however slow it is, there is something left for others. */
export function shareOf(connectionsMax: number): number {
  return Math.ceil(connectionsMax * 0.75)
}

/** How many connections each caller has. */
export function countUsed(connections: Iterable<UpstreamConnection>): ReadonlyMap<string, number> {
  return countBy(connections, (connection) => connection.caller())
}

/** How many connections each caller keeps waiting: by a body that does not come, or an answer that it does not take. */
export function countKept(connections: Iterable<UpstreamConnection>): ReadonlyMap<string, number> {
  return countBy(connections, (connection) => connection.keptBy())
}

function countBy(
  connections: Iterable<UpstreamConnection>,
  callerOf: (connection: UpstreamConnection) => string | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const connection of connections) {
    const caller = callerOf(connection)
    if (caller !== undefined) counts.set(caller, (counts.get(caller) ?? 0) + 1)
  }
  return counts
}

/** Ends exchanges whose callers keep their connections waiting, as many as others wait for, longest first. */
export function makeRoom(
  connections: Iterable<UpstreamConnection>,
  waiting: WaitingCalls,
  now: number,
): void {
  const size = waiting.size()
  if (size === 0) return
  const slow = [...connections].filter((connection) => now - connection.keptSince() >= KEPT_MS_MAX)
  slow.sort((one, other) => one.keptSince() - other.keptSince())
  for (const connection of slow.slice(0, size)) connection.evict()
}
