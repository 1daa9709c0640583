import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { readModel } from '@stagedoor/core/odata/csdl/read-model.ts'
import { analyseTarget } from '@stagedoor/core/odata/request/analyse-target.ts'
import { createAnalyser } from '@stagedoor/core/odata/request/create-analyser.ts'

// What the analysis of a request costs, beside two parsers of npm, which know no model, touch nothing and write nothing.
// One command: node bench/odata-analysis.ts. Aims: the median of real requests below 20 us, a remembered one below 1 us.

const ROOT = resolve(import.meta.dirname, '..')
const require = createRequire(import.meta.url)

const TYPICAL =
  "/Events?$filter=StartDate ge 2026-01-01T00:00:00Z and Status eq 'A'&$select=ID,Name&$expand=Bookings($select=ID)&$orderby=StartDate desc&$top=50"
/** What clients send, from the plainest on. */
const REAL = [
  '/Events',
  '/Events(7)',
  '/Events/$count',
  '/Events(7)/Bookings',
  '/Events?$top=50&$skip=100',
  "/Events?$filter=Status eq 'A'",
  '/Events?$select=ID,Name&$top=20',
  '/Events?$orderby=StartDate desc&$top=10&$count=true',
  '/Events?$expand=Bookings',
  "/Events?$filter=contains(Name,'fair') and StartDate ge 2026-01-01T00:00:00Z&$top=50",
  '/Events?%24expand=Bookings%28%24select=ID%29',
  TYPICAL,
]
const PARENTHESES = `/Events?$filter=${'('.repeat(1500)}ID eq 1${')'.repeat(1500)}`
const CHAIN = `/Events?$filter=${Array.from({ length: 4000 }, () => 'ID eq 1').join(' and ')}`

const MODEL = readModel({
  $Version: '4.01',
  $EntityContainer: 'EM.Container',
  EM: {
    Event: {
      $Kind: 'EntityType',
      $Key: ['ID'],
      ID: { $Type: 'Edm.Int32' },
      Name: {},
      Status: {},
      StartDate: { $Type: 'Edm.DateTimeOffset' },
      Bookings: { $Kind: 'NavigationProperty', $Collection: true, $Type: 'EM.Booking' },
    },
    Booking: { $Kind: 'EntityType', $Key: ['ID'], ID: { $Type: 'Edm.Int32' } },
    Container: {
      $Kind: 'EntityContainer',
      Events: { $Collection: true, $Type: 'EM.Event', $NavigationPropertyBinding: { Bookings: 'Bookings' } },
      Bookings: { $Collection: true, $Type: 'EM.Booking' },
    },
  },
})

const roots = { origins: [], mount: '' }
const openPageToken = () => undefined
const options = { roots, openPageToken }
const { analyse } = createAnalyser(MODEL, { roots })

function request(text: string) {
  return { method: 'GET', text: text.replaceAll(' ', '%20'), ifMatch: false }
}

/** A text of its own each time, as a request that comes from a socket has. */
function fresh(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}

type Task = { readonly name: string; readonly run: () => unknown; readonly slow?: boolean }

const typical = request(TYPICAL)
const parentheses = request(PARENTHESES)
const chain = request(CHAIN)
const beyond = { ...chain, queryBody: undefined }

const OURS: readonly Task[] = [
  { name: 'the longest of them', run: () => analyseTarget(MODEL, typical, options) },
  {
    name: 'the same, remembered',
    run: () => analyse({ ...typical, text: fresh(typical.text) }, openPageToken),
  },
  { name: '3 KB of parentheses (refused: nesting)', run: () => analyseTarget(MODEL, parentheses, options) },
  { name: '48 KB chain of and (refused: length)', run: () => analyseTarget(MODEL, beyond, options) },
  {
    name: '48 KB chain in /$query (refused: length of the body)',
    run: () =>
      analyseTarget(
        MODEL,
        { method: 'POST', text: '/Events/$query', ifMatch: false, queryBody: chainBody(4000) },
        options,
      ),
  },
  {
    name: '30 KB chain in /$query (refused: parts)',
    run: () =>
      analyseTarget(
        MODEL,
        { method: 'POST', text: '/Events/$query', ifMatch: false, queryBody: chainBody(1900) },
        options,
      ),
  },
]

function chainBody(parts: number): string {
  return `$filter=${Array.from({ length: parts }, () => 'ID%20eq%201').join('%20and%20')}`
}

/** Median of the time of one run, in microseconds. Slow ones run a few times only. */
function measure(task: Task): number {
  const started = performance.now()
  attempt(task)
  const once = performance.now() - started
  const rounds = once > 50 ? 3 : 200
  const perRound = once > 50 ? 1 : 100
  for (let warm = 0; warm < (once > 50 ? 0 : 20_000 * Math.min(1, 0.05 / once)); warm += 1) attempt(task)
  const times: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const begin = performance.now()
    for (let run = 0; run < perRound; run += 1) attempt(task)
    times.push(((performance.now() - begin) * 1000) / perRound)
  }
  return times.toSorted((one, other) => one - other)[Math.floor(rounds / 2)] ?? Number.NaN
}

function attempt(task: Task): void {
  try {
    task.run()
  } catch {
    // A refusal of theirs.
  }
}

type QueryParser = { readonly query: (text: string) => unknown }

/** Theirs read the options alone: neither takes a path of this kind with its service root. */
function theirs(name: string, parser: QueryParser): readonly Task[] {
  const one = (what: string, text: string): Task => ({
    name: `${name}: ${what}`,
    run: () => parser.query(text.slice(text.indexOf('?') + 1)),
  })
  parser.query(typical.text.slice(typical.text.indexOf('?') + 1))
  return [
    one('the same options', typical.text),
    one('3 KB of parentheses', parentheses.text),
    one('48 KB chain of and', chain.text),
  ]
}

function load(name: string, loaded: unknown): readonly Task[] {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as {
    readonly version: string
  }
  const library = loaded as {
    readonly query?: QueryParser['query']
    readonly defaultParser?: QueryParser
  }
  const parser = library.defaultParser ?? library
  const { query } = parser
  if (!query) throw new Error(`${name} has no query`)
  return theirs(`${name} ${version}`, { query: (text) => query.call(parser, text) })
}

const times = REAL.map((text) => {
  const asked = request(text)
  return measure({ name: text, run: () => analyseTarget(MODEL, asked, options) })
})
const middle = times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? Number.NaN
console.log(
  `${middle.toFixed(2).padStart(12)} us  median of ${REAL.length} requests as clients send them, each the first time`,
)
for (const task of [
  ...OURS,
  ...load('@odata/parser', require('@odata/parser')),
  ...load('odata-v4-parser', require('odata-v4-parser')),
]) {
  const time = measure(task)
  console.log(`${time.toFixed(2).padStart(12)} us  ${task.name}`)
}
