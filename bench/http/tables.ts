import { GOOD_CALLER } from './flood.ts'
import type { Load } from './load.ts'
import type { Results } from './measure-all.ts'

/** How many times as much as the yardstick. */
export function ratio(value: number, yardstick: number): string {
  const times = value / yardstick
  return Number.isFinite(times) ? times.toFixed(2) : '-'
}

/** Most first. Ratios are of plain nginx in the same run; where it was not measured there are none. */
export function fullLoadTable({ chosen, full }: Results): string {
  const nginx = full.get('nginx')
  const rows = chosen.programs
    .flatMap(({ name, title }) => ({ title, name, load: full.get(name) }))
    .toSorted((one, other) => (other.load?.perSecond ?? 0) - (one.load?.perSecond ?? 0))
    .map(({ name, title, load }) => [
      name === 'stagedoor' ? `**${title}**` : title,
      count(load?.perSecond),
      ratio(load?.perSecond ?? Number.NaN, nginx?.perSecond ?? Number.NaN),
      ratio(load?.perCpuSecond ?? Number.NaN, nginx?.perCpuSecond ?? Number.NaN),
      milliseconds(load?.p50),
      milliseconds(load?.p99),
    ])
  return table(['program', 'requests/s', 'of nginx', 'of nginx, per CPU second', 'p50 ms', 'p99 ms'], rows)
}

/** In the order of the programs; who cannot keep up has no ratio that means anything. */
export function steadyTable({ chosen, steady }: Results): string {
  if (!steady) return 'Not measured: its generator needs gcc.'
  const nginx = steady.loads.get('nginx')
  const rows = chosen.programs.map(({ name, title }) => {
    const load = steady.loads.get(name)
    const heading = name === 'stagedoor' ? `**${title}**` : title
    if (load === undefined || !keepsUp(load, steady.perSecond))
      return [heading, `does not keep up: ${count(load?.perSecond)}/s`, '-', '-', '-']
    return [
      heading,
      String(load.p50),
      ratio(load.p50, nginx?.p50 ?? Number.NaN),
      String(load.p99),
      ratio(load.p99, nginx?.p99 ?? Number.NaN),
    ]
  })
  return table(['program', 'p50 µs', 'of nginx', 'p99 µs', 'of nginx'], rows)
}

/** Answers came as fast as requests began, all but a thousandth of them. */
function keepsUp({ perSecond, answers, broken }: Load, wanted: number): boolean {
  return broken * 1_000 <= answers && perSecond >= wanted * 0.98
}

/** The p99 of a good caller. */
export function floodTable({ chosen, floods }: Results): string {
  const rows = chosen.programs.flatMap(({ name, title }) => {
    const flood = floods.get(name)
    if (!flood) return []
    const { alone, besideBad, besideGood, bad } = flood
    const heading = name === 'stagedoor' ? `**${title}**` : title
    const beside = (load: Load): string => `${load.p99} (${ratio(load.p99, alone.p99)})`
    return [[heading, String(alone.p99), beside(besideBad), beside(besideGood), count(bad.perSecond)]]
  })
  if (rows.length === 0) return 'Not measured.'
  const heads = ['alone', 'beside bad tokens', 'beside good calls'].map((name) => `p99 µs ${name}`)
  return table([`a caller of ${GOOD_CALLER.perSecond}/s at`, ...heads, 'bad tokens refused/s'], rows)
}

/** Answers that were not those wanted, in words; none where there were none. */
export function oddities({ chosen, full, steady }: Results): readonly string[] {
  return chosen.programs.flatMap(({ name, title }) =>
    [full.get(name), steady?.loads.get(name)].flatMap((load, index) => {
      if (!load || load.refused + load.broken === 0) return []
      const when = index === 0 ? 'at full load' : 'at the fixed rate'
      return `${title}, ${when}: ${load.refused} refused and ${load.broken} broken or late beside ${load.answers} answers.`
    }),
  )
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(heads),
    `|---|${heads
      .slice(1)
      .map(() => '--:|')
      .join('')}`,
    ...rows.map(line),
  ].join('\n')
}

/** With commas. */
export function count(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? '-' : Math.round(value).toLocaleString('en-GB')
}

function milliseconds(microseconds: number | undefined): string {
  return microseconds === undefined ? '-' : (microseconds / 1_000).toFixed(1)
}
