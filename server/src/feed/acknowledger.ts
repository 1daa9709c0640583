import type { Logger } from 'pino'
import { type ChangeSource, SourceError } from './change-source.ts'
import type { ControlClock } from './control-clock.ts'
import type { Position } from './known-state.ts'
import type { NodeIdentity } from './node-identity.ts'
import type { Standing } from './standing.ts'

/** Tells the control plane what is decided by, every second and after each change. Its answers are the contact. */
export type Acknowledger = {
  /** Everything up to this position is decided by, and is there after a restart. */
  readonly kept: (position: Position) => void
  /** Resolves after the first answer, or the first time that none came. */
  readonly tried: Promise<void>
  /** Begins no more of them, and waits for the one that is on its way. */
  readonly close: () => Promise<void>
}

export type AcknowledgerOptions = {
  readonly source: Pick<ChangeSource, 'acknowledge'>
  readonly identity: NodeIdentity
  readonly configDigest: string
  readonly clock: Pick<ControlClock, 'observe'>
  readonly standing: Pick<Standing, 'answered'>
  readonly onNewest: (seq: number) => void
  readonly monotonic: () => number
  readonly log: Logger
  readonly everyMs: number
  readonly timeoutMs: number
}

/** Begins with the first position. */
export function createAcknowledger(options: AcknowledgerOptions): Acknowledger {
  const { monotonic, everyMs } = options
  const first = Promise.withResolvers<void>()
  const say = createSayer(options.log)
  let position: Position | undefined
  let told: Position | undefined
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isFailing = false
  let isClosed = false

  async function round(given: Position): Promise<void> {
    const sentAt = monotonic()
    told = given
    const failure = await acknowledge(options, given, sentAt)
    if (!isClosed) say(failure)
    isFailing = failure !== undefined
    first.resolve()
    running = undefined
    if (isClosed) return
    // After a failure the next one waits for its time, however much has changed.
    if (!isFailing && position !== told) begin()
    else timer = setTimeout(begin, Math.max(0, sentAt + everyMs - monotonic()))
  }

  function begin(): void {
    clearTimeout(timer)
    timer = undefined
    if (isClosed || position === undefined || running) return
    running = round(position)
  }

  return {
    kept: (given) => {
      const before = position
      position = given
      if (before === undefined || !isFailing) begin()
    },
    tried: first.promise,
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      await running
    },
  }
}

/** Undefined: it was answered. */
async function acknowledge(
  options: AcknowledgerOptions,
  { seq, digest }: Position,
  sentAt: number,
): Promise<SourceError | undefined> {
  const { source, identity, configDigest, clock, standing, onNewest, monotonic, timeoutMs } = options
  const { instance, name } = identity
  try {
    const answer = await inTime(
      source.acknowledge({ nodeId: identity.id(), instance, name, seq, digest, configDigest }),
      timeoutMs,
    )
    clock.observe({ at: answer.at, sentAt, answeredAt: monotonic() })
    standing.answered({ sentAt, told: seq, seq: answer.seq })
    onNewest(answer.seq)
    return undefined
  } catch (error) {
    const known =
      error instanceof SourceError ? error : new SourceError('unreachable', 'it broke', { cause: error })
    if (known.code === 'superseded') identity.renew()
    return known
  }
}

/** What comes too late is no contact. */
function inTime<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new SourceError('unreachable', 'no answer came in time'))
    const timer = setTimeout(late, milliseconds)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Says when contact ends, why, and when it is there again; not each second. */
function createSayer(log: Logger): (failure: SourceError | undefined) => void {
  let said: SourceError['code'] | undefined
  return (failure) => {
    if (failure === undefined && said !== undefined) log.info('acknowledgements are answered again')
    if (failure !== undefined && failure.code !== said)
      log.warn({ code: failure.code, reason: failure.message }, 'an acknowledgement was not answered')
    said = failure?.code
  }
}
