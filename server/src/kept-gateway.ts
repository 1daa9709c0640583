import type { Logger } from 'pino'
import { type Begun, type GatewayProcess, launchGateway } from './gateway-process.ts'
import type { Assignment } from './process-messages.ts'

export type KeptGateway = {
  /** Starts it. Only once it has begun it is kept: whoever cannot start at all is not started again. */
  readonly start: () => Promise<Begun>
  readonly close: () => Promise<void>
}

export type KeptGatewayOptions = {
  readonly program: string
  readonly assignment: Assignment
  readonly name: string
  readonly log: Logger
  readonly monotonic: () => number
}

const WAIT_MS = { first: 100, most: 30_000 } as const
/** Who has run for so long has recovered from what ended it before. */
const WELL_AFTER_MS = 60_000

/** A gateway in a process of its own that is started again when it ends, later and later where it ends soon. */
export function keepGateway({ program, assignment, name, log, monotonic }: KeptGatewayOptions): KeptGateway {
  let current: GatewayProcess | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let waitMs: number = WAIT_MS.first

  async function run(): Promise<Begun> {
    const launched = launchGateway(program, assignment)
    current = launched
    const begun = await launched.begun
    if (begun.ok) void watch(launched, monotonic())
    return begun
  }

  async function watch(launched: GatewayProcess, since: number): Promise<void> {
    const how = await launched.ended
    if (isClosed) return
    if (monotonic() - since >= WELL_AFTER_MS) waitMs = WAIT_MS.first
    log.error({ gateway: name, how, waitMs }, 'a gateway process ended; it is started again')
    later()
  }

  async function again(): Promise<void> {
    const begun = await run().catch(
      (error: unknown): Begun => ({
        ok: false,
        problems: [error instanceof Error ? error.message : String(error)],
      }),
    )
    if (isClosed) return
    if (begun.ok) return log.info({ gateway: name }, 'a gateway process takes calls again')
    log.error(
      { gateway: name, problems: begun.problems, waitMs },
      'a gateway process does not start; trying again',
    )
    current?.stop()
    await current?.ended
    if (!isClosed) later()
  }

  function later(): void {
    timer = setTimeout(() => void again(), waitMs)
    waitMs = Math.min(waitMs * 2, WAIT_MS.most)
  }

  return {
    start: run,
    close: async () => {
      isClosed = true
      clearTimeout(timer)
      current?.stop()
      await current?.ended
    },
  }
}
