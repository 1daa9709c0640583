import { resolve } from 'node:path'
import type { Machine } from './machine.ts'
import { run } from './process.ts'

/** What a generator has seen. */
export type Load = {
  readonly perSecond: number
  /** Microseconds. */
  readonly p50: number
  readonly p99: number
  readonly answers: number
  /** Answers of 400 and above. */
  readonly refused: number
  /** Connections that broke, and answers that did not come in time. */
  readonly broken: number
  /** Answers for each second of processor time of the program; NaN where that is not known. */
  readonly perCpuSecond: number
}

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
  return readWrk(await run(pin('load', ['wrk', ...load, `http://127.0.0.1:${port}`, '--', requests])))
}

/** Reads the line that the script leaves at the end. Throws Error where there is none. */
export function readWrk(output: string): Load {
  const line = /^bench (.*)$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`wrk said nothing that can be read:\n${output}`)
  const figures = new Map(line.split(' ').map((pair) => readPair(pair)))
  const figure = (name: string): number => figures.get(name) ?? Number.NaN
  return {
    perSecond: (figure('answers') / figure('microseconds')) * 1e6,
    p50: figure('p50'),
    p99: figure('p99'),
    answers: figure('answers'),
    refused: figure('refused'),
    broken: figure('broken'),
    perCpuSecond: Number.NaN,
  }
}

function readPair(pair: string): readonly [string, number] {
  const [name = '', text = ''] = pair.split('=')
  return [name, Number(text === '' ? 'NaN' : text)]
}
