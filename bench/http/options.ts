import { parseArgs } from 'node:util'

export type Options = {
  readonly rounds: number
  /** Of each measurement. */
  readonly seconds: number
  /** Names of programs; all of them where there are none. */
  readonly only: readonly string[]
  /** That Stagedoor knows. */
  readonly credentials: number
  /** Requests a second of the measurement at a fixed rate; less where plain nginx cannot do twice as many. */
  readonly rate: number
  /** Folder of the table and the chart; undefined where they are only printed. */
  readonly out: string | undefined
}

const DEFAULTS = { rounds: 5, seconds: 4, credentials: 1_000_000, rate: 10_000 } as const

/**
 * Reads the command line. What is changed from the whole run is only printed, unless `--out` names a folder. Throws TypeError
 * on what it does not know.
 */
export function readOptions(args: readonly string[], docs: string): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      only: { type: 'string' },
      credentials: { type: 'string' },
      rate: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const { out, only, ...numbers } = values
  const isWhole = only === undefined && Object.keys(numbers).length === 0
  const count = (name: keyof typeof DEFAULTS): number => readCount(name, numbers[name], DEFAULTS[name])
  return {
    rounds: count('rounds'),
    seconds: count('seconds'),
    credentials: count('credentials'),
    rate: count('rate'),
    only: only === undefined ? [] : only.split(',').map((name) => name.trim()),
    out: out ?? (isWhole ? docs : undefined),
  }
}

function readCount(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined) return fallback
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new TypeError(`--${name} is a whole number from 1, not ${text}`)
  return Number(text)
}
