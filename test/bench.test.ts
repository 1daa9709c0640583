import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tokenKind } from '@stagedoor/core/token.ts'
import { afterAll, describe, expect, it } from 'vitest'
import { drawBars } from '../bench/http/chart.ts'
import type { Flood } from '../bench/http/flood.ts'
import { inRounds } from '../bench/http/in-rounds.ts'
import { type Load, readLoad } from '../bench/http/load.ts'
import type { Results } from '../bench/http/measure-all.ts'
import { readOptions } from '../bench/http/options.ts'
import { choosePrograms } from '../bench/http/programs.ts'
import { writeReport } from '../bench/http/report.ts'
import { floodTable, fullLoadTable, oddities, steadyTable } from '../bench/http/tables.ts'
import { makeCredentials, writeTraffic } from '../bench/http/traffic.ts'
import { ROOT } from './support/stagedoor.ts'

const folder = mkdtempSync(join(tmpdir(), 'stagedoor-bench-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

const TOOLS = new Set(['wrk', 'nginx', 'nginx-lua', 'haproxy', 'gcc', 'taskset'])
const has = (command: string, argument: string): boolean =>
  spawnSync(command, [argument], { stdio: 'ignore' }).error === undefined

function load(given: Partial<Load>): Load {
  const usual = { perSecond: 10_000, p50: 200, p99: 500, answers: 40_000 }
  return { ...usual, refused: 0, broken: 0, perCpuSecond: 10_000, ...given }
}

function results(given: Partial<Results> = {}): Results {
  return {
    options: readOptions([], 'docs'),
    machine: { tools: TOOLS, pin: (_, command) => command, isPinned: true, description: '2 cores' },
    chosen: choosePrograms(['nginx', 'stagedoor', 'haproxy'], TOOLS),
    traffic: { good: '', bad: '', keys: '', keysCount: 100_000, callers: 10_000 },
    loadBefore: 0,
    notes: [],
    full: new Map([
      ['nginx', load({ perSecond: 80_000, perCpuSecond: 80_000 })],
      ['stagedoor', load({ perSecond: 68_000, perCpuSecond: 72_000, p50: 800, p99: 3_500 })],
      ['haproxy', load({ perSecond: 76_000 })],
    ]),
    steady: {
      perSecond: 10_000,
      loads: new Map([
        ['nginx', load({ p50: 240, p99: 600 })],
        ['stagedoor', load({ p50: 252, p99: 780 })],
        ['haproxy', load({ perSecond: 7_000, broken: 9_000 })],
      ]),
    },
    floods: new Map(),
    ...given,
  }
}

describe('what the generators say', () => {
  it('is read from their last line, whatever stands before it', () => {
    const output =
      'Running 4s test @ http://127.0.0.1:1\n  2 threads\nbench answers=320000 microseconds=4000000 p50=700 p99=2700 refused=3 broken=1\n'
    expect(readLoad(output)).toStrictEqual({
      perSecond: 80_000,
      p50: 700,
      p99: 2_700,
      answers: 320_000,
      refused: 3,
      broken: 1,
      perCpuSecond: Number.NaN,
    })
  })

  it('is an error where that line is missing or lacks a figure', () => {
    expect(() => readLoad('Running 4s test\nunable to connect\n')).toThrow('unable to connect')
    expect(() => readLoad('bench answers=1 microseconds=2 p50=3 p99= refused=0 broken=0')).toThrow('p99')
    expect(() => readLoad('bench answers=1 microseconds=2 p50=3 refused=0 broken=0')).toThrow('p99')
  })
})

describe('the command line', () => {
  it('writes into docs only after the whole run, or where it is told to', () => {
    expect(readOptions([], 'docs').out).toBe('docs')
    expect(readOptions(['--seconds', '1'], 'docs').out).toBeUndefined()
    expect(readOptions(['--only', 'nginx'], 'docs').out).toBeUndefined()
    expect(readOptions(['--only', 'nginx', '--out', 'here'], 'docs').out).toBe('here')
  })

  it('takes no number that is none, and no program that there is not', () => {
    for (const text of ['0', '-1', '1.5', 'many', ''])
      expect(() => readOptions([`--rounds=${text}`], 'docs')).toThrow('--rounds')
    expect(() => choosePrograms(['nginx', 'apache'], TOOLS)).toThrow('apache')
  })

  it('names what is missing on the machine, with what to install', () => {
    const { programs, missing } = choosePrograms([], new Set(['wrk', 'nginx']))
    expect(programs.map(({ name }) => name)).toStrictEqual(['nginx', 'stagedoor', 'direct', 'auth-request'])
    expect(missing).toHaveLength(4)
    expect(missing.join('\n')).toContain('libnginx-mod-http-lua')
  })
})

describe('rounds', () => {
  it('take each program once a round in turn, and give medians of rates and sums of counts', async () => {
    const order: string[] = []
    const rates: Record<string, number[]> = { one: [5, 1, 100], other: [7, 9, 8] }
    const cpu = { cpuSeconds: () => order.length }
    const loads = await inRounds(
      [
        { name: 'one', port: 1, ...cpu },
        { name: 'other', port: 2, ...cpu },
      ],
      3,
      ({ name }) => {
        order.push(name)
        return Promise.resolve(load({ perSecond: rates[name]?.shift() ?? 0, refused: 1, answers: 10 }))
      },
    )
    expect(order).toStrictEqual(['one', 'other', 'one', 'other', 'one', 'other'])
    expect(loads.get('one')).toMatchObject({ perSecond: 5, refused: 3, answers: 30, perCpuSecond: 10 })
    expect(loads.get('other')).toMatchObject({ perSecond: 8 })
  })
})

describe('the tables', () => {
  it('have ratios to plain nginx of the same run, most requests first', () => {
    expect(fullLoadTable(results()).split('\n').slice(2)).toStrictEqual([
      '| nginx, proxy_pass, decides nothing: the yardstick | 80,000 | 1.00 | 1.00 | 0.2 | 0.5 |',
      '| HAProxy, decides nothing | 76,000 | 0.95 | 0.13 | 0.2 | 0.5 |',
      '| **Stagedoor, the whole decision** | 68,000 | 0.85 | 0.90 | 0.8 | 3.5 |',
    ])
  })

  it('have no ratios where plain nginx was not measured', () => {
    const { full } = results()
    const without = new Map([...full].filter(([name]) => name !== 'nginx'))
    expect(fullLoadTable(results({ full: without }))).toContain('| 68,000 | - | - | 0.8 | 3.5 |')
  })

  it('say of who cannot keep up with a fixed rate that it cannot, without a ratio', () => {
    const table = steadyTable(results())
    expect(table).toContain('| **Stagedoor, the whole decision** | 252 | 1.05 | 780 | 1.30 |')
    expect(table).toContain('| HAProxy, decides nothing | does not keep up: 7,000/s | - | - | - |')
  })

  it('compare a good caller beside a flood with itself alone', () => {
    const flood: Flood = {
      alone: load({ p99: 400 }),
      besideBad: load({ p99: 1_000 }),
      besideGood: load({ p99: 1_200 }),
      bad: load({ perSecond: 90_000 }),
    }
    expect(floodTable(results({ floods: new Map([['stagedoor', flood]]) }))).toContain(
      '| **Stagedoor, the whole decision** | 400 | 1000 (2.50) | 1200 (3.00) | 90,000 |',
    )
  })

  it('hide no wrong answer', () => {
    const { full } = results()
    expect(oddities(results({ steady: undefined }))).toStrictEqual([])
    const refusing = new Map([...full, ['stagedoor', load({ refused: 5, answers: 100 })]])
    expect(oddities(results({ full: refusing, steady: undefined }))).toStrictEqual([
      'Stagedoor, the whole decision, at full load: 5 refused and 0 broken or late beside 100 answers.',
    ])
  })
})

describe('the page and its chart', () => {
  it('are written into a folder where one is given', () => {
    const page = writeReport(results(), folder)
    expect(readFileSync(join(folder, 'benchmarks.md'), 'utf8')).toBe(page)
    expect(page).toContain('1,000,000 credentials')
    const svg = readFileSync(join(folder, 'benchmarks.svg'), 'utf8')
    expect(svg).toMatch(/^<svg xmlns=[^]*<\/svg>\n$/)
    expect(svg).toContain('0.85 (68,000/s)')
    expect(svg.match(/class="ours"/g)).toHaveLength(1)
  })

  it('draw bars as long as their values, and no text as markup', () => {
    const svg = drawBars('A & B', [
      { label: '<one>', value: 2, note: '2', isOurs: false },
      { label: 'other', value: 1, note: '1', isOurs: true },
    ])
    const widths = [...svg.matchAll(/width="([\d.]+)" height="24"/g)].map(([, width]) => Number(width))
    expect(widths[0]).toBe(2 * (widths[1] ?? 0))
    expect(svg).toContain('&lt;one&gt;')
    expect(svg).not.toContain('<one>')
    expect(svg).toContain('A &amp; B')
  })
})

describe('the calls', () => {
  const endpoints = Array.from({ length: 300 }, (_, index) => ({
    id: `x:GET:/things-${index}/{}`,
    method: 'GET',
    path: `/x/things-${index}/{Id}`,
  }))
  const credentials = [...makeCredentials(endpoints, 1_000)]
  const traffic = writeTraffic(folder, { endpoints, credentials })
  const lines = (path: string): readonly string[] => readFileSync(path, 'utf8').trimEnd().split('\n')

  it('are of endpoints that the credential may call, with a value for each parameter', () => {
    const lists = new Map(credentials.map(({ token, endpoints }) => [token, endpoints]))
    expect(lines(traffic.good)).toHaveLength(1_000)
    for (const line of lines(traffic.good)) {
      const [token = '', path = ''] = line.split(' ')
      expect(lists.get(token)).toContain(`x:GET:${path.slice(2).replace(/\d+$/, '{}')}`)
      expect(path).toMatch(/^\/x\/things-\d+\/\d{4}$/)
    }
  })

  it('are with tokens that nobody has where they are bad, two thirds of them no tokens at all', () => {
    const known = new Set(credentials.map(({ token }) => token))
    const bad = lines(traffic.bad).map((line) => line.split(' ')[0] ?? '')
    expect(bad.filter((token) => known.has(token))).toStrictEqual([])
    expect(bad.filter((token) => tokenKind(token) === 'api')).toHaveLength(334)
  })

  it('are with tokens that the other programs know too', () => {
    const keys = new Set(lines(traffic.keys))
    expect(lines(traffic.good).every((line) => keys.has(line.split(' ')[0] ?? ''))).toBe(true)
  })
})

describe.skipIf(!has('nginx', '-v') || !has('wrk', '-v') || !has('gcc', '--version'))(
  'npm run bench, where nginx, wrk and gcc are there',
  () => {
    it('measures nginx and Stagedoor in a tiny run, and writes only where it is told to', () => {
      const tiny = ['--seconds', '1', '--rounds', '1', '--only', 'nginx,stagedoor', '--credentials', '500']
      const out = join(folder, 'tiny')
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [join(ROOT, 'bench/http.ts'), ...tiny, '--rate', '50', '--out', out],
        { encoding: 'utf8' },
      )
      expect(stderr).not.toContain('Error')
      expect(status).toBe(0)
      expect(stdout).toMatch(/\| nginx, proxy_pass[^|]+\| [\d,]+ \| 1\.00 \|/)
      expect(stdout).toMatch(/\| \*\*Stagedoor, the whole decision\*\* \| [\d,]+ \| \d+\.\d\d \|/)
      expect(readFileSync(join(out, 'benchmarks.md'), 'utf8')).toBe(stdout)
      expect(readFileSync(join(out, 'benchmarks.svg'), 'utf8')).toContain('Stagedoor')
    })
  },
)
