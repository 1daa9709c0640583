import { type ConnectHealth, createConnectHealth } from './connect-health.ts'
import type { ConnectionOwner, HowGone, UpstreamConnection, UpstreamTimes } from './connection.ts'
import {
  type AnswerSink,
  UpstreamError,
  type UpstreamErrorCode,
  type UpstreamExchange,
  type UpstreamRequest,
} from './exchange-upstream.ts'
import { countKept, countUsed, makeRoom, shareOf } from './make-room.ts'
import { prepareTls, type UpstreamAddress } from './open-socket.ts'
import { createPoolClock, type PoolClock } from './pool-clock.ts'
import { createUpstreamCall, failCall, type UpstreamCall } from './upstream-call.ts'
import { openConnection } from './upstream-connection.ts'
import { createWaitingCalls, type WaitingCalls } from './waiting-calls.ts'
import { isLatin1 } from './write-request.ts'

export type UpstreamPoolOptions = UpstreamAddress &
  UpstreamTimes & {
    /** 256 unless given. */
    readonly connectionsMax?: number
    /** Calls that wait for a connection: of all callers, 4096 unless given, and of each, 1024. */
    readonly waitingMax?: number
    readonly waitingOfEachMax?: number
  }

/** Connections now; and since it was made, how many were opened, failed to connect, and how many calls were sent again. */
type UpstreamPoolStats = {
  readonly open: number
  readonly idle: number
  readonly waiting: number
  readonly opened: number
  readonly failed: number
  readonly sentAgain: number
}

/** An upstream with its kept-alive connections. */
export type UpstreamPool = {
  /** The sink hears nothing before this has returned. A body that is not read whole is left paused. */
  readonly send: (request: UpstreamRequest, sink: AnswerSink) => UpstreamExchange
  /** Takes no more calls; resolves when those that run are over and every connection is closed. */
  readonly close: () => Promise<void>
  readonly stats: () => UpstreamPoolStats
}

type Pool = {
  readonly owner: ConnectionOwner
  readonly connectionsMax: number
  readonly health: ConnectHealth
  readonly waiting: WaitingCalls
  readonly connections: Set<UpstreamConnection>
  /** The one used last comes last. */
  readonly idle: UpstreamConnection[]
  readonly counts: { opened: number; failed: number; sentAgain: number }
  readonly onEmpty: (() => void)[]
  isClosing: boolean
}

/** From so many on what they send leaves together. */
const BUSY_CONNECTIONS = 8

/** Opens no connection yet. The clock's steps are a tenth of the shortest time, 100 ms at most. */
export function createUpstreamPool(options: UpstreamPoolOptions): UpstreamPool {
  const { connectMs, answerMs, idleMs, connectionsMax = 256 } = options
  const { waitingMax: all = 4_096, waitingOfEachMax: each = 1_024 } = options
  const stepMs = Math.min(100, Math.max(1, Math.floor(Math.min(connectMs, answerMs, idleMs) / 10)))
  const clock: PoolClock = createPoolClock(stepMs, (now) => checkTimes(pool, now))
  const pool: Pool = {
    owner: {
      address: options,
      times: options,
      clock,
      tls: prepareTls(options),
      isBusy: () => pool.connections.size - pool.idle.length >= BUSY_CONNECTIONS,
      onConnected: () => pool.health.connected(),
      onFree: (connection) => useFree(pool, connection),
      onGone: (connection, how, again) => forget(pool, connection, how, again),
    },
    connectionsMax,
    health: createConnectHealth(),
    waiting: createWaitingCalls({ all, each, onDropped: refuseWaiting }),
    connections: new Set(),
    idle: [],
    counts: { opened: 0, failed: 0, sentAgain: 0 },
    onEmpty: [],
    isClosing: false,
  }
  const stopWaiting = (call: UpstreamCall): void => {
    pool.waiting.remove(call)
    settle(pool)
  }
  return {
    send: (request, sink) => {
      const call = createUpstreamCall(request, sink, stopWaiting)
      // It may fail when nothing reads it: while the call waits, or once it is over.
      if (request.body.kind === 'stream') request.body.content.on('error', ignore)
      if (pool.isClosing) refuse(call, 'unreachable', 'The pool is closed.')
      else if (!isLatin1(request.head))
        refuse(call, 'unreachable', 'The head of the request is not ISO 8859-1.')
      else place(pool, call)
      return call
    },
    close: () => close(pool),
    stats: () => ({
      open: pool.connections.size,
      idle: pool.idle.length,
      waiting: pool.waiting.size(),
      ...pool.counts,
    }),
  }
}

function ignore(): void {}

/** A caller that has its share of the connections waits for one of its own: the rest is for others. */
function mayHaveOneMore({ connections, idle, connectionsMax }: Pool, caller: string): boolean {
  const share = shareOf(connectionsMax)
  if (connections.size - idle.length < share) return true
  let used = 0
  for (const connection of connections) if (connection.caller() === caller) used += 1
  return used < share
}

/** Gives a call the connection used last, a new one, or a place among those that wait. */
function place(pool: Pool, call: UpstreamCall): void {
  if (mayHaveOneMore(pool, call.request.caller)) {
    for (let idle = pool.idle.pop(); idle !== undefined; idle = pool.idle.pop()) if (idle.carry(call)) return
    if (pool.connections.size < pool.connectionsMax) return open(pool, call)
  }
  call.waitsUntil = pool.owner.clock.after(pool.owner.times.connectMs)
  if (!pool.waiting.add(call)) refuseWaiting(call)
}

function refuseWaiting(call: UpstreamCall): void {
  refuse(call, 'overloaded', 'Too many calls wait for a connection.')
}

function open(pool: Pool, call: UpstreamCall): void {
  if (!pool.health.mayConnect(pool.owner.clock.now()))
    return refuse(call, 'unreachable', 'Connecting has failed several times just now.')
  pool.counts.opened += 1
  pool.owner.clock.start()
  pool.connections.add(openConnection(pool.owner, call))
}

/** Not at once: who sends it does not have the exchange yet. */
function refuse(call: UpstreamCall, code: UpstreamErrorCode, why: string): void {
  process.nextTick(failCall, call, new UpstreamError(code, why))
}

function useFree(pool: Pool, connection: UpstreamConnection): void {
  const call = takeWaiting(pool)
  if (call !== undefined) {
    if (!connection.carry(call)) place(pool, call)
  } else if (pool.isClosing) connection.destroy()
  else pool.idle.push(connection)
}

function takeWaiting({ waiting, connections, connectionsMax }: Pool): UpstreamCall | undefined {
  if (waiting.size() === 0) return undefined
  const used = countUsed(connections)
  const share = shareOf(connectionsMax)
  return waiting.take(countKept(connections), (caller) => (used.get(caller) ?? 0) < share)
}

function forget(pool: Pool, connection: UpstreamConnection, how: HowGone, again?: UpstreamCall): void {
  const { health, owner, counts, connections, idle, waiting } = pool
  connections.delete(connection)
  const at = idle.lastIndexOf(connection)
  if (at >= 0) idle.splice(at, 1)
  if (how === 'abandoned') health.abandoned()
  if (how === 'not_connected') {
    counts.failed += 1
    owner.tls.session = undefined
    health.failed(owner.clock.now())
  }
  if (again !== undefined) {
    counts.sentAgain += 1
    again.connection = undefined
    open(pool, again)
  }
  while (waiting.size() > 0 && connections.size < pool.connectionsMax) {
    const next = takeWaiting(pool)
    if (next === undefined) break
    place(pool, next)
  }
  settle(pool)
}

function checkTimes(pool: Pool, now: number): void {
  for (const connection of pool.connections) connection.checkTime(now)
  makeRoom(pool.connections, pool.waiting, now)
  for (let late = pool.waiting.takeLate(now); late !== undefined; late = pool.waiting.takeLate(now))
    failCall(late, new UpstreamError('timeout', 'No connection became free in time.'))
  settle(pool)
}

/** Once nothing runs there is nothing to watch, and who waits for the end has it. */
function settle(pool: Pool): void {
  if (pool.connections.size > 0 || pool.waiting.size() > 0) return
  pool.owner.clock.stop()
  if (pool.isClosing) for (const done of pool.onEmpty.splice(0)) done()
}

async function close(pool: Pool): Promise<void> {
  pool.isClosing = true
  for (const connection of pool.idle.splice(0)) connection.destroy()
  await new Promise<void>((done) => {
    pool.onEmpty.push(done)
    settle(pool)
  })
}
