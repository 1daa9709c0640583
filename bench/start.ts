import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'

// How long a start takes, from the command to the greeting, on an empty folder and on one that has been used; and what the
// gateway adds to a call, as a ratio to the same call without it. One command: npm run bench:start.

const ROUNDS = 5
const CALLS = 300
const ROOT = resolve(import.meta.dirname, '..')

type Started = { readonly child: ChildProcess; readonly output: string; readonly milliseconds: number }

function start(folder: string): Promise<Started> {
  const began = performance.now()
  const env = {
    PATH: process.env['PATH'],
    STAGEDOOR_DATA: folder,
    STAGEDOOR_MANAGEMENT_TOKEN: 'a-token-for-the-bench',
  }
  const ports = { STAGEDOOR_CONSOLE_PORT: '0', STAGEDOOR_GATEWAY_PORT: '0', STAGEDOOR_SANDBOX_PORT: '0' }
  const child = spawn(process.execPath, ['server/src/main.ts'], { cwd: ROOT, env: { ...env, ...ports } })
  return new Promise((done, fail) => {
    let output = ''
    child.once('exit', () => fail(new Error('Stagedoor did not start')))
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (!output.includes('Data ')) return
      child.removeAllListeners('exit')
      done({ child, output, milliseconds: performance.now() - began })
    })
  })
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.once('exit', () => done())
    child.kill('SIGTERM')
  })
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** Median milliseconds of calls one after another, after as many to warm up. */
async function timeCalls(url: string, headers: Record<string, string>): Promise<number> {
  const times: number[] = []
  for (let call = 0; call < 2 * CALLS; call += 1) {
    const began = performance.now()
    const answer = await fetch(url, { headers })
    await answer.arrayBuffer()
    if (call >= CALLS) times.push(performance.now() - began)
  }
  return median(times)
}

async function measureCalls(output: string): Promise<string> {
  const find = (name: string): string => new RegExp(`${name} +(http://[\\d.:]+)`).exec(output)?.[1] ?? ''
  const made = await fetch(`${find('Admin API')}/api/v1/tenants/tnt_northlight/credentials`, {
    method: 'POST',
    headers: { authorization: 'Bearer a-token-for-the-bench', 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Bench', authenticationMethod: 'api_token' }),
  })
  const { secrets } = await made.json()
  const signIn = await fetch(`${find('Sandbox')}/elite/token`, {
    method: 'POST',
    body: JSON.stringify({ clientId: 'sandbox-client', clientSecret: 'sandbox-only-not-a-secret' }),
    headers: { 'content-type': 'application/json' },
  })
  const { accessToken } = await signIn.json()
  const path = '/v1/general-setup/venues'
  const direct = await timeCalls(`${find('Sandbox')}/elite${path}`, {
    authorization: `Bearer ${accessToken}`,
  })
  const through = await timeCalls(`${find('Gateway')}/elite/connect/api${path}`, {
    apitoken: secrets.apiToken,
  })
  return `| a call, median of ${CALLS} | ${direct.toFixed(2)} ms direct | ${through.toFixed(2)} ms through the gateway | ${(through / direct).toFixed(2)} x |`
}

const rows: string[] = []
const empty: number[] = []
const used: number[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'stagedoor-bench-'))
  for (const times of [empty, used]) {
    const { child, output, milliseconds } = await start(folder)
    times.push(milliseconds)
    if (round === ROUNDS - 1 && times === used) rows.push(await measureCalls(output))
    await stop(child)
  }
  rmSync(folder, { recursive: true })
}
rows.unshift(
  `| start, median of ${ROUNDS} | ${median(empty).toFixed(0)} ms empty folder | ${median(used).toFixed(0)} ms used folder | ${(median(used) / median(empty)).toFixed(2)} x |`,
)
process.stdout.write(`| what | | | ratio |\n|---|---|---|---|\n${rows.join('\n')}\n`)
