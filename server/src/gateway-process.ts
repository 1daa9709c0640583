import { type ChildProcess, fork } from 'node:child_process'
import { type Assignment, isTold, type Told } from './process-messages.ts'

/** A gateway in a process that this one has started. */
export type GatewayProcess = {
  /** Resolves when it takes calls, or has ended before that. */
  readonly begun: Promise<Begun>
  /** Resolves to how it has ended, in words. */
  readonly ended: Promise<string>
  /** It answers what has begun, and ends; it is killed where that takes too long. */
  readonly stop: () => void
}

export type Begun =
  | { readonly ok: true; readonly gatewayUrl: string; readonly here: string }
  | { readonly ok: false; readonly problems: readonly string[] }

/** A gateway drains for nine seconds at most, and then has little left to do. */
const STOP_MS_MAX = 15_000

/** Starts the program as a gateway of these settings. It ends when this process does, whatever ends it. */
export function launchGateway(program: string, assignment: Assignment): GatewayProcess {
  const child = fork(program, ['--supervised'], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
  })
  const ended = endOf(child)
  const begun = new Promise<Begun>((resolve) => {
    child.on('message', (message) => {
      if (!isTold(message)) return
      if (message.kind === 'here') assign(child, assignment)
      else resolve(begunAs(message))
    })
    void ended.then((how) => resolve({ ok: false, problems: [`a process of the gateway ended: ${how}`] }))
  })
  return {
    begun,
    ended,
    stop: () => {
      if (child.connected) child.disconnect()
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX)
      void ended.then(() => clearTimeout(late))
    },
  }
}

function assign(child: ChildProcess, assignment: Assignment): void {
  // Where it has ended meanwhile, its end is told.
  if (child.connected) child.send(assignment, () => undefined)
}

function begunAs(told: Exclude<Told, { readonly kind: 'here' }>): Begun {
  if (told.kind === 'failed') return { ok: false, problems: told.problems }
  return { ok: true, gatewayUrl: told.gatewayUrl, here: told.here }
}

/** After the last thing that it has told, which may arrive later than the news of its end. */
function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.on('error', (error) => {
      // Other errors are of a message or a signal to one that is ending.
      if (child.pid === undefined) resolve(error.message)
    })
    child.once('exit', (code, signal) => {
      const how = signal ?? `code ${code}`
      if (child.connected) child.once('disconnect', () => resolve(how))
      else resolve(how)
    })
  })
}
