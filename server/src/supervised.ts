import process from 'node:process'
import { type Assignment, isAssignment, type Told } from './process-messages.ts'

/** The process that has started this one, which is one of several gateways on a port. */
export type Supervisor = Omit<Assignment, 'kind'> & {
  readonly tell: (told: Told) => void
  /** Tells why this process does not start. It leaves by itself from then on. */
  readonly fail: (problems: readonly string[]) => void
  /** What is done when it stops this process, or is gone. Before it is set the process ends at once. */
  readonly onStop: (stop: () => void) => void
  /** Nothing keeps this process running on its account any more. */
  readonly leave: () => void
}

/** Asks the process that has started this one what to be; undefined where nobody answers such a question. */
export async function findSupervisor(): Promise<Supervisor | undefined> {
  if (!process.connected) return undefined
  let stop = (): void => process.exit(1)
  process.once('disconnect', () => stop())
  const tell = (told: Told): void => void (process.connected && process.send?.(told))
  const assigned = new Promise<Assignment>((resolve) => {
    process.on('message', (message) => {
      if (isAssignment(message)) resolve(message)
    })
  })
  tell({ kind: 'here' })
  const { config, sandboxPort } = await assigned
  return {
    config,
    sandboxPort,
    tell,
    onStop: (own) => {
      stop = own
      // It may have gone while this was on its way here.
      if (!process.connected) own()
    },
    fail: (problems) => {
      stop = () => undefined
      tell({ kind: 'failed', problems })
      process.exitCode = 1
    },
    leave: () => {
      stop = () => undefined
      if (process.connected) process.disconnect()
    },
  }
}
