import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as passed } from 'node:timers/promises'

/** `out` is what the one that connected says, `back` what it is answered. */
type Way = 'out' | 'back'

type Fault = {
  readonly delayMs: number
  readonly stalled: ReadonlySet<Way>
  /** Whatever is said vanishes, and nothing comes back. */
  readonly swallows: boolean
}

/** A stretch of network on loopback that fails as told. Faults add up until it is healed. */
export type TcpProxy = {
  readonly port: number
  /** Resets every connection (RST). New ones are let through. */
  readonly cut: () => void
  /** Nothing moves on, in both directions or in one; it is held, and moves on when healed. */
  readonly stall: (ways?: readonly Way[]) => void
  /** Everything takes so much longer, in each direction. */
  readonly delay: (milliseconds: number) => void
  /** Connections are accepted, and whatever is said on them, or on those that there are, vanishes. Healing resets them. */
  readonly halfOpen: () => void
  /** Resets every connection and accepts none: ECONNREFUSED. */
  readonly refuse: () => Promise<void>
  readonly heal: () => Promise<void>
  /** How many there are now. */
  readonly connections: () => number
  /** How many there were since the start. */
  readonly accepted: () => number
  readonly close: () => Promise<void>
}

const NO_FAULT: Fault = { delayMs: 0, stalled: new Set(), swallows: false }
/** Of what is held in one direction of a connection; more is left with the sender, as a network does. */
const HELD_BYTES_MAX = 1024 * 1024

type Pair = { readonly sockets: readonly Socket[]; isDeaf: boolean }

/** Passes on to a port on loopback. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let fault = NO_FAULT
  let accepted = 0
  const pairs = new Set<Pair>()
  const look = (): Fault => fault
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    accepted += 1
    const far = fault.swallows ? undefined : connectTo(targetPort)
    const pair: Pair = { sockets: far ? [near, far] : [near], isDeaf: fault.swallows }
    pairs.add(pair)
    const end = (): void => {
      if (pairs.delete(pair)) for (const socket of pair.sockets) socket.resetAndDestroy()
    }
    for (const socket of pair.sockets) socket.once('error', end)
    // What nobody reads would hold the sender up, which a network that loses everything does not.
    if (!far) return void near.resume().once('close', end)
    let open = 2
    const ended = (): void => {
      open -= 1
      if (open === 0) end()
    }
    for (const socket of pair.sockets) socket.once('close', ended)
    void carry(near, far, { way: 'out', pair, look })
    void carry(far, near, { way: 'back', pair, look })
  })
  const port = await listen(server, 0)
  const reset = (which: (pair: Pair) => boolean): void => {
    for (const pair of [...pairs].filter(which)) {
      pairs.delete(pair)
      for (const socket of pair.sockets) socket.resetAndDestroy()
    }
  }
  const stopListening = async (): Promise<void> => {
    if (!server.listening) return
    const closed = new Promise<void>((done) => server.close(() => done()))
    reset(() => true)
    await closed
  }
  return {
    port,
    cut: () => reset(() => true),
    stall: (ways = ['out', 'back']) => {
      fault = { ...fault, stalled: new Set([...fault.stalled, ...ways]) }
    },
    delay: (delayMs) => {
      fault = { ...fault, delayMs }
    },
    halfOpen: () => {
      fault = { ...fault, swallows: true }
      for (const pair of pairs) pair.isDeaf = true
    },
    refuse: stopListening,
    heal: async () => {
      fault = NO_FAULT
      reset(({ isDeaf }) => isDeaf)
      if (!server.listening) await listen(server, port)
    },
    connections: () => pairs.size,
    accepted: () => accepted,
    close: stopListening,
  }
}

function connectTo(port: number): Socket {
  return connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : port)
    })
  })
}

type Carry = { readonly way: Way; readonly pair: Pair; readonly look: () => Fault }

/** One direction of one connection: each piece when its time has come, in order, and the end after the last. */
async function carry(from: Socket, to: Socket, { way, pair, look }: Carry): Promise<void> {
  const held: { readonly bytes: Buffer | undefined; readonly due: number }[] = []
  let length = 0
  let news = Promise.withResolvers<void>()
  const hold = (bytes: Buffer | undefined): void => {
    if (pair.isDeaf) return
    held.push({ bytes, due: performance.now() + look().delayMs })
    length += bytes?.length ?? 0
    if (length > HELD_BYTES_MAX) from.pause()
    news.resolve()
  }
  from.on('data', hold).once('end', () => hold(undefined))
  const closed = new Promise<void>((done) => void to.once('close', done))
  while (!to.destroyed) {
    const [first] = held
    if (first === undefined) {
      await Promise.race([news.promise, closed])
      news = Promise.withResolvers()
      continue
    }
    const waitMs = first.due - performance.now()
    // A stall is looked at again and again: healing it needs no list of who waits.
    if (look().stalled.has(way) || waitMs > 0) {
      await passed(look().stalled.has(way) ? 5 : waitMs)
      continue
    }
    held.shift()
    if (pair.isDeaf) continue
    if (first.bytes === undefined) return void to.end()
    length -= first.bytes.length
    if (!to.write(first.bytes)) await Promise.race([once(to, 'drain').catch(() => undefined), closed])
    if (length <= HELD_BYTES_MAX) from.resume()
  }
}
