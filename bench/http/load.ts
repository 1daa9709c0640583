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

/** Reads the line that both generators leave at the end. Throws Error where it is missing or lacks a figure. */
export function readLoad(output: string): Load {
  const line = /^bench (.*)$/m.exec(output)?.[1]
  if (line === undefined) throw new Error(`the generator said nothing that can be read:\n${output}`)
  const texts = new Map(
    line.split(' ').map((pair) => {
      const [name = '', text = ''] = pair.split('=')
      return [name, text]
    }),
  )
  const figure = (name: string): number => {
    const text = texts.get(name) ?? ''
    if (!/^\d+$/.test(text)) throw new Error(`the generator said no ${name}:\n${output}`)
    return Number(text)
  }
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
