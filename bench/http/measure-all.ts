import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { steadyPort } from '#test/support/steady-port.ts'
import { checkAnswers } from './check.ts'
import { type Flood, measureFlood } from './flood.ts'
import { inRounds, type Loads, type Measured } from './in-rounds.ts'
import type { Load } from './load.ts'
import { describeMachine, type Machine, packagesOf, provideTools } from './machine.ts'
import type { Options } from './options.ts'
import type { Running } from './process.ts'
import type { Ground, Program } from './program.ts'
import { type Chosen, choosePrograms, DIRECT } from './programs.ts'
import { prepareStagedoor } from './stagedoor.ts'
import { buildSteady, type Steady } from './steady.ts'
import { type Traffic, writeTraffic } from './traffic.ts'
import { startUpstream } from './upstream.ts'
import { CONNECTIONS, runWrk } from './wrk.ts'

/** Everything that one run has found. */
export type Results = {
  readonly options: Options
  readonly machine: Machine
  readonly chosen: Chosen
  readonly traffic: Traffic
  /** Averages of the machine's load over a minute, before anything ran. */
  readonly loadBefore: number
  /** Of programs that could not be started as they should. */
  readonly notes: readonly string[]
  readonly full: Loads
  /** Undefined where there is no generator for it. */
  readonly steady: { readonly perSecond: number; readonly loads: Loads } | undefined
  /** By the name of the program. */
  readonly floods: ReadonlyMap<string, Flood>
}

const WARM_UP = { answers: 60_000, runsMax: 5 } as const

type Log = (line: string) => void

/** Those whose good callers are watched beside a flood. */
const FLOODED = ['stagedoor', 'nginx-lua', 'haproxy-map']

/** Starts all programs, measures them, and stops them. Throws Error where one of them answers wrongly. */
export async function measureAll(options: Options, log: Log): Promise<Results> {
  const loadBefore = loadavg()[0] ?? Number.NaN
  const machine = describeMachine(provideTools(log))
  for (const tool of ['wrk', 'nginx'])
    if (!machine.tools.has(tool)) throw new Error(`Nothing can be measured without ${packagesOf(tool)}.`)
  const chosen = choosePrograms(options.only, machine.tools)
  for (const missing of chosen.missing) log(`Not measured: ${missing}`)
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-bench-'))
  const running: Running[] = []
  const remove = (): void => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    log(`Making ${options.credentials} credentials ...`)
    const { endpoints, credentials } = await prepareStagedoor(machine, folder, options.credentials)
    const traffic = writeTraffic(folder, { endpoints, credentials })
    const upstreamPort = await steadyPort()
    running.push(await startUpstream(machine, folder, upstreamPort))
    const ground: Ground = { machine, folder, upstreamPort, traffic, endpoints }
    const measured: Measured[] = []
    for (const program of chosen.programs) {
      log(`Starting ${program.name} ...`)
      measured.push(await startChecked(program, ground, (one) => running.push(one)))
    }
    return {
      options,
      machine,
      chosen,
      traffic,
      loadBefore,
      notes: running.flatMap(({ note }) => note ?? []),
      ...(await measure(measured, ground, options, log)),
    }
  } finally {
    for (const each of running.toReversed()) await each.stop()
    process.off('exit', remove)
    remove()
  }
}

async function startChecked(
  program: Program,
  ground: Ground,
  onRunning: (running: Running) => void,
): Promise<Measured> {
  const isDirect = program.name === DIRECT.name
  const port = isDirect ? ground.upstreamPort : await steadyPort()
  const running = isDirect ? undefined : await program.start(ground, port)
  if (running) onRunning(running)
  await checkAnswers(program, port, ground.traffic)
  return { name: program.name, port, cpuSeconds: running?.cpuSeconds ?? (() => Number.NaN) }
}

async function measure(
  measured: readonly Measured[],
  { machine, folder, traffic }: Ground,
  options: Options,
  log: Log,
): Promise<Pick<Results, 'full' | 'steady' | 'floods'>> {
  const { rounds, seconds } = options
  const requests = traffic.good
  const atFullLoad = ({ port }: Measured) => runWrk(machine, { port, requests, seconds })
  log('Warming up ...')
  for (const program of measured) await warmUp(() => atFullLoad(program))
  log(`Full load: ${rounds} rounds of ${seconds} s each ...`)
  const full = await inRounds(measured, rounds, atFullLoad)
  if (!machine.tools.has('gcc')) {
    log(`No fixed rate: its generator needs ${packagesOf('gcc')}`)
    return { full, steady: undefined, floods: new Map() }
  }
  const generate = await buildSteady(machine, folder)
  const half = Math.floor((full.get('nginx')?.perSecond ?? Number.POSITIVE_INFINITY) / 2)
  const perSecond = Math.min(options.rate, half)
  log(`${perSecond} requests a second: ${rounds} rounds of ${seconds} s each ...`)
  const loads = await inRounds(measured, rounds, ({ port }) =>
    generate({ port, requests, seconds, perSecond, connections: CONNECTIONS }),
  )
  return {
    full,
    steady: { perSecond, loads },
    floods: await measureFloods(measured, { machine, steady: generate, traffic, rounds, seconds }, log),
  }
}

/** Until a compiler that learns while it runs has seen enough, or for some seconds on a machine that is too slow for that. */
async function warmUp(run: () => Promise<Load>): Promise<void> {
  let answers = 0
  for (let runs = 0; runs < WARM_UP.runsMax && answers < WARM_UP.answers; runs += 1) {
    const load = await run()
    answers += load.answers
  }
}

async function measureFloods(
  measured: readonly Measured[],
  options: { readonly machine: Machine; readonly steady: Steady; readonly traffic: Traffic } & Pick<
    Options,
    'rounds' | 'seconds'
  >,
  log: Log,
): Promise<ReadonlyMap<string, Flood>> {
  const floods = new Map<string, Flood>()
  for (const program of measured.filter(({ name }) => FLOODED.includes(name))) {
    log(`A flood of bad tokens at ${program.name} ...`)
    floods.set(program.name, await measureFlood(program, options))
  }
  return floods
}
