import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { compareSamples } from './kolmogorov-smirnov.ts'

// Whether the time of a refusal tells that an address is known: a wrong password for addresses that no credential has, and
// for addresses that one, two or three have, in a drawn order, over HTTP. Samples that differ have p <= 0.01, and the
// program ends with 1. One command: npm run bench:timing [samples of each].

const SAMPLES = Number(process.argv[2] ?? 2_000)
const PER_ADDRESS = 80
const HEADER = 'x-bench-address'
const TENANT = 'tnt_harbourview'
const ROOT = resolve(import.meta.dirname, '..')

type Started = { readonly child: ChildProcess; readonly gateway: string; readonly admin: string }

function start(folder: string): Promise<Started> {
  const child = spawn(process.execPath, ['server/src/main.ts'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'],
      STAGEDOOR_DATA: folder,
      STAGEDOOR_MANAGEMENT_TOKEN: 'a-token-for-the-bench',
      // Each attempt comes from an address of its own, so that none has to wait.
      STAGEDOOR_CLIENT_ADDRESS_HEADER: HEADER,
      STAGEDOOR_CONSOLE_PORT: '0',
      STAGEDOOR_GATEWAY_PORT: '0',
      STAGEDOOR_SANDBOX_PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return new Promise((done, fail) => {
    let output = ''
    const find = (name: string): string => new RegExp(`${name} +(http://[\\d.:]+)`).exec(output)?.[1] ?? ''
    child.once('exit', () => fail(new Error('Stagedoor did not start')))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('Data ')) done({ child, gateway: find('Gateway'), admin: find('Admin API') })
    })
  })
}

async function add(admin: string, email: string, place: number): Promise<void> {
  const answer = await fetch(`${admin}/api/v1/tenants/${TENANT}/credentials`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-token-for-the-bench', 'content-type': 'application/json' },
    body: JSON.stringify({
      title: `Bench ${email} ${place}`,
      authenticationMethod: 'oauth',
      email,
      password: `kettle & lantern ${place}`,
    }),
  })
  if (answer.status !== 201) throw new Error(`not added: ${answer.status} ${await answer.text()}`)
}

/** Milliseconds until a refusal has arrived. */
async function time(gateway: string, email: string, attempt: number): Promise<number> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: email,
    client_secret: 'wrong but long enough',
  })
  const headers = { [HEADER]: `10.${attempt >> 16}.${(attempt >> 8) & 255}.${attempt & 255}` }
  const began = performance.now()
  const answer = await fetch(`${gateway}/oauth/token`, { method: 'POST', headers, body })
  await answer.arrayBuffer()
  const spent = performance.now() - began
  if (answer.status !== 401) throw new Error(`answered ${answer.status}`)
  return spent
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** In an order that is drawn (Fisher and Yates). */
function shuffled<T>(list: readonly T[]): readonly T[] {
  const cards = [...list]
  for (let last = cards.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1))
    const [card] = cards.splice(other, 1, ...cards.slice(last, last + 1))
    if (card !== undefined) cards[last] = card
  }
  return cards
}

async function measure({ gateway, admin }: Started): Promise<void> {
  const addresses = Math.ceil(SAMPLES / PER_ADDRESS)
  for (let address = 0; address < addresses; address += 1)
    for (let place = 0; place <= address % 3; place += 1)
      await add(admin, `known${address}@bench.example`, place)
  const times = { known: new Array<number>(), unknown: new Array<number>() }
  const kinds = ['known', 'unknown'] as const
  const plan = shuffled(
    kinds.flatMap((kind) => Array.from({ length: SAMPLES }, (_, at) => ({ kind, address: at % addresses }))),
  )
  // The first answers are slower: the program warms up.
  for (let attempt = 0; attempt < 50; attempt += 1)
    await time(gateway, `warm${attempt}@bench.example`, attempt)
  for (const [at, { kind, address }] of plan.entries())
    times[kind].push(await time(gateway, `${kind}${address}@bench.example`, 1000 + at))
  const { d, p } = compareSamples(times.known, times.unknown)
  const row = (name: string, values: readonly number[]): string =>
    `| ${name} | ${values.length} | ${median(values).toFixed(3)} ms |\n`
  process.stdout.write(
    `| address | samples | median |\n|---|---|---|\n${row('known', times.known)}${row('unknown', times.unknown)}`,
  )
  process.stdout.write(`Kolmogorov-Smirnov: D = ${d.toFixed(4)}, p = ${p.toFixed(4)}\n`)
  process.exitCode = p > 0.01 ? 0 : 1
}

const folder = mkdtempSync(join(tmpdir(), 'stagedoor-bench-'))
const started = await start(folder)
try {
  await measure(started)
} finally {
  const ended = new Promise((done) => started.child.removeAllListeners('exit').once('exit', done))
  started.child.kill('SIGTERM')
  await ended
  rmSync(folder, { recursive: true })
}
