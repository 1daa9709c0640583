import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ENDPOINTS } from './catalog.ts'
import { type Bar, drawBars } from './chart.ts'
import type { Results } from './measure-all.ts'
import { DIRECT } from './programs.ts'
import { count, floodTable, fullLoadTable, oddities, ratio, steadyTable } from './tables.ts'
import { CONNECTIONS } from './wrk.ts'

/** The page with everything found. Writes it and its chart into the folder, where one is given. */
export function writeReport(results: Results, folder: string | undefined): string {
  const page = writePage(results)
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'benchmarks.md'), page)
    writeFileSync(join(folder, 'benchmarks.svg'), chartOf(results))
  }
  return page
}

/** Requests a second at full load, as shares of plain nginx. */
function chartOf({ chosen, full }: Results): string {
  const nginx = full.get('nginx')?.perSecond ?? Number.NaN
  const bars = chosen.programs
    .filter(({ name }) => name !== DIRECT.name)
    .map(({ name, title }): Bar => {
      const perSecond = full.get(name)?.perSecond ?? 0
      const value = Number.isFinite(perSecond / nginx) ? perSecond / nginx : 0
      return {
        label: title,
        value,
        note: `${ratio(perSecond, nginx)} (${count(perSecond)}/s)`,
        isOurs: name === 'stagedoor',
      }
    })
    .toSorted((one, other) => other.value - one.value)
  return drawBars('Requests per second on one core, plain nginx = 1', bars)
}

function writePage(results: Results): string {
  const { machine, options, chosen, steady, loadBefore } = results
  const notes = [
    ...chosen.missing.map((missing) => `Not measured: ${missing}.`),
    ...results.notes,
    ...oddities(results),
    ...(loadBefore > 0.5
      ? [`The machine was not idle before the run: its load was ${loadBefore.toFixed(1)}.`]
      : []),
  ]
  return `# Benchmarks

Written by \`npm run bench\`, which measures all of this on the machine at hand. Figures per second differ between machines and
hours; what counts is the ratio to plain nginx in the same run. Machine of this run: ${machine.description}.

![Requests per second as shares of plain nginx](benchmarks.svg)

## Full load

${CONNECTIONS} connections, as many requests as are answered; medians of ${options.rounds} rounds of ${options.seconds} s each, one program after another in each round.
Per CPU second: how many requests the program answers with a second of processor time, which others on the same machine disturb less.

${fullLoadTable(results)}

## ${steady ? `${count(steady.perSecond)} requests a second` : 'A fixed rate'}

Requests begin at their time, whether those before have been answered or not, and each is timed from when it was due.

${steadyTable(results)}

## A flood of bad tokens

A good caller beside ${CONNECTIONS} connections that send as many bad tokens as are refused: a third no tokens, a third with a wrong checksum, a
third well formed and unknown. In brackets: times the p99 that the same caller has alone. Beside good calls: the same with good tokens,
which is what any saturated core does to it.

${floodTable(results)}

${notes.map((note) => `- ${note}\n`).join('')}
## How it is measured

${howMeasured(results)}`
}

function howMeasured({ machine, options, traffic, steady }: Results): string {
  const cores = machine.isPinned
    ? 'The generator and the upstream run on core 0, the program under test alone on core 1 (`taskset`); of auth_request that is nginx and the decision server together.'
    : 'Nothing is tied to a core here, since there is one only, or no `taskset`: generator, upstream and program take time from each other.'
  return `- ${cores}
- The upstream is nginx with one worker, which answers every GET with the same 1 KB of JSON. All connections are kept.
- nginx and HAProxy have one worker or thread, no access log, no reuseport, and keep their connections to the upstream. Their
  configurations are written by the files of \`bench/http\`.
- Stagedoor is \`server/src/main.ts --role gateway\`, one process. Its control plane runs beside the generator and has little to do: every ten
  seconds it is told the counted use. The gateway knows ${count(options.credentials)} credentials and
  tells ${count(ENDPOINTS)} endpoints apart: those of its two REST catalogs, and simple ones for the rest. Each call is read strictly, its token
  hashed and looked up, its path matched, the credential's list of allowed endpoints consulted, its use counted, its head written anew.
- ${count(traffic.callers)} of the credentials call, in random order, each an endpoint of its list of 200, with values of its own in the path. Lists of
  credentials that do not call are short, so that the database stays small.
- The other programs know ${count(traffic.keysCount)} of the tokens, and none of them but the stand-in for APISIX has a rule about endpoints: their task is easier.
- The stand-in for APISIX is not APISIX, which Debian does not have: it is nginx + Lua with a router over prefixes of the same ${count(ENDPOINTS)} endpoints, key-auth,
  balancer, header filter and log phase, written by hand after what APISIX does for a request.
- Full load is by wrk, which reads its requests from a file${steady ? '; the fixed rate by `bench/http/steady.c`, since Debian has no wrk2' : ''}.
- Before anything is timed each program must answer good tokens with the upstream's body, and must refuse bad ones where it decides.
`
}
