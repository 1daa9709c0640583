import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as passed } from 'node:timers/promises'
import { cpuSeconds } from './cpu-seconds.ts'

/** A program that listens. */
export type Running = {
  readonly stop: () => Promise<void>
  /** Processor time that it and its children have taken, in seconds; NaN where the system does not tell. */
  readonly cpuSeconds: () => number
  /** What has to be said beside its figures. */
  readonly note?: string
}

export type Command = {
  readonly name: string
  /** With the program itself first. */
  readonly command: readonly string[]
  readonly port: number
  /** Where its output is kept. */
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
}

const END_MS = 10_000

/** Starts a program and waits until it takes connections. Rejects with what it has said where it ends before that. */
export async function start({ name, command, port, folder, env = {} }: Command): Promise<Running> {
  const [file = '', ...args] = command
  const path = join(folder, `${name}.log`)
  // A file: whoever reads a pipe would take time of the cores that are measured.
  const output = openSync(path, 'w')
  const child = spawn(file, args, {
    stdio: ['ignore', output, output],
    cwd: folder,
    env: { PATH: process.env['PATH'], ...env },
  })
  closeSync(output)
  const release = killAtExit(child)
  let failure: Error | undefined
  child.once('error', (error) => {
    failure = error
  })
  while (!(await takesConnections(port))) {
    if (failure) throw failure
    if (!isRunning(child)) throw new Error(`${name} ended:\n${readFileSync(path, 'utf8').slice(-2000)}`)
    await passed(20)
  }
  return {
    stop: async () => {
      await end(child)
      release()
    },
    cpuSeconds: () => cpuSeconds(child.pid ?? 0),
  }
}

const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Nothing stays behind, however this process ends. Gives what to call when the child has ended. */
function killAtExit(child: ChildProcess): () => void {
  alive.add(child)
  return () => void alive.delete(child)
}

/** SIGTERM, and SIGKILL to who takes too long. */
async function end(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS)
  await ended
  clearTimeout(late)
}

function isRunning(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => done(true)).once('error', () => done(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Runs a command to its end and gives what it wrote. Rejects where it fails. */
export function run(command: readonly string[]): Promise<string> {
  const [file = '', ...args] = command
  return new Promise((done, fail) => {
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    const release = killAtExit(child)
    let [output, errors] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text
    })
    child.once('error', fail)
    child.once('close', (code) => {
      release()
      if (code === 0) done(output)
      else fail(new Error(`${command.join(' ')} ended with ${code}:\n${errors}${output}`))
    })
  })
}
