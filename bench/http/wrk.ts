import { resolve } from 'node:path'
import { type Load, readLoad } from './load.ts'
import type { Machine } from './machine.ts'
import { run } from './process.ts'

export type WrkOptions = {
  readonly port: number
  /** A file with a token and a path on each line. */
  readonly requests: string
  readonly seconds: number
}

export const CONNECTIONS = 64
const SCRIPT = resolve(import.meta.dirname, 'wrk.lua')

/** As many requests as are answered, over connections that are kept. */
export async function runWrk({ pin }: Machine, { port, requests, seconds }: WrkOptions): Promise<Load> {
  const load = ['-t', '1', '-c', String(CONNECTIONS), '-d', `${seconds}s`, '-s', SCRIPT]
  return readLoad(await run(pin('load', ['wrk', ...load, `http://127.0.0.1:${port}`, '--', requests])))
}
