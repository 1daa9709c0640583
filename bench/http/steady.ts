import { join, resolve } from 'node:path'
import { type Load, readLoad } from './load.ts'
import type { Machine } from './machine.ts'
import { run } from './process.ts'

const SOURCE = resolve(import.meta.dirname, 'steady.c')

export type SteadyOptions = {
  readonly port: number
  readonly requests: string
  readonly seconds: number
  readonly perSecond: number
  readonly connections: number
}

/** Requests that begin at their time, however late the answers are. */
export type Steady = (options: SteadyOptions) => Promise<Load>

/** Makes the generator of a fixed rate. `urgent`: it is let in before other programs of its core, where that is allowed. */
export async function buildSteady({ pin }: Machine, folder: string): Promise<Steady> {
  const program = join(folder, 'steady')
  await run(['gcc', '-O2', '-Wall', '-Werror', '-o', program, SOURCE])
  const first = process.getuid?.() === 0 ? ['nice', '-n', '-10'] : []
  return async ({ port, requests, seconds, perSecond, connections }) => {
    const args = [port, perSecond, seconds * 1_000, connections].map(String)
    return readLoad(await run(pin('load', [...first, program, ...args, requests])))
  }
}
