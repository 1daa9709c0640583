import type { ChildProcess } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { ended, spawnStagedoor } from './stagedoor.ts'

/** One process of a cluster. It keeps its port and its folder however often it is started. */
export type Member = {
  readonly name: string
  /** Of its console where it is a control plane, of calls where it is a gateway. */
  readonly url: string
  readonly dataDirectory: string
  readonly pid: () => number
  readonly isRunning: () => boolean
  /** Everything that it has written to the terminal since it was started last. */
  readonly output: () => string
  /** Starts it where it does not run, and waits for its greeting. Gives how long that took, in milliseconds. */
  readonly start: () => Promise<number>
  /** Starts it without waiting. */
  readonly launch: () => void
  /** SIGTERM. Gives its exit code, and how long it took in milliseconds. */
  readonly stop: () => Promise<{ readonly code: number | null; readonly ms: number }>
  /** Waits until it has ended, by whatever it was told. Gives its exit code. */
  readonly ended: () => Promise<number | null>
  /** SIGKILL. */
  readonly kill9: () => Promise<void>
  /** Ends it whatever state it is in, cleanly where it can. */
  readonly end: () => Promise<void>
  /** SIGSTOP: its connections stay open and say nothing. */
  readonly pause: () => void
  readonly resume: () => void
  /** One of its figures for Prometheus, by its name without the prefix; NaN where there is none of that name. */
  readonly figure: (name: string) => Promise<number>
}

export type MemberOptions = {
  readonly name: string
  readonly folder: string
  readonly port: number
  readonly metricsPort: number
  readonly config: object
  readonly env: Readonly<Record<string, string>>
}

const END_MS = 1_000
/** Node keeps there what it has made of the program's files, when a process ends cleanly: the next ones start in half the time. */
const COMPILED = join(tmpdir(), 'stagedoor-test-compiled')

/** Does not start it yet. */
export function makeMember({ name, folder, port, metricsPort, config, env }: MemberOptions): Member {
  let child: ChildProcess | undefined
  let output = (): string => ''
  const isRunning = (): boolean => child !== undefined && child.exitCode === null && child.signalCode === null
  const signal = (which: NodeJS.Signals): void => void (isRunning() && child?.kill(which))
  const launch = (): void => {
    if (isRunning()) return
    ;({ child, output } = spawnStagedoor(folder, {
      config,
      env: { NODE_COMPILE_CACHE: COMPILED, STAGEDOOR_METRICS_PORT: String(metricsPort), ...env },
    }))
  }
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    dataDirectory: join(folder, 'data'),
    pid: () => child?.pid ?? 0,
    isRunning,
    output: () => output(),
    launch,
    start: async () => {
      const begun = performance.now()
      launch()
      while (!/Stagedoor is open[^]*Data /.test(output())) {
        if (child && !isRunning()) {
          // What it has said may still be on its way.
          await passed(200)
          throw new Error(`${name} ended (${child.exitCode ?? child.signalCode}):\n${output()}`)
        }
        await passed(5)
      }
      return performance.now() - begun
    },
    stop: async () => {
      const begun = performance.now()
      signal('SIGTERM')
      const code = child ? await ended(child) : 0
      return { code, ms: performance.now() - begun }
    },
    ended: async () => (child ? await ended(child) : 0),
    kill9: async () => {
      signal('SIGKILL')
      if (child) await ended(child)
    },
    end: async () => {
      if (!isRunning() || !child) return
      signal('SIGTERM')
      const late = setTimeout(() => signal('SIGKILL'), END_MS)
      await ended(child)
      clearTimeout(late)
    },
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    figure: async (figure) => {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
      return Number(new RegExp(`^stagedoor_${figure}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 'NaN')
    },
  }
}
